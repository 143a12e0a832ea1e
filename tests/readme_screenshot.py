"""The picture of the page in README.md: docs/report-light.png and docs/report-dark.png, written by hand.

`python -m tests.readme_screenshot` fits the cells, opens their page in Chromium and takes both; needs Pillow,
which comes with imbbench[plots].
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from imbbench import run
from imbbench.page import page
from tests.browser import WANTED, installed, started

DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDTH, HEIGHT = 1200, 1500
COLOURS = 128
LARGEST = 300_000


def main() -> None:
    found = installed()
    if found is None:
        raise SystemExit(WANTED)
    with tempfile.TemporaryDirectory() as folder, started(*found, Path(folder)) as browser:
        models = ["sklearn-lr", "sklearn-rf[n_estimators=50]", "torch-mlp[epochs=5]"]
        results = run("moons", model=models, store=Path(folder) / "results.sqlite")
        browser.open(page(results))
        browser.resize(WIDTH, HEIGHT)
        browser.driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        browser.wait("document.body.dataset.state === 'ready'")
        for name, dark in (("light", False), ("dark", True)):
            browser.media(dark=dark)
            browser.script("document.getElementById('explore').scrollIntoView()")
            browser.wait("new Promise((next) => setTimeout(() => next(true), 500))")
            file = DOCS / f"report-{name}.png"
            browser.screenshot(file, whole=False)
            with Image.open(file) as taken:
                taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
            if file.stat().st_size > LARGEST:
                raise SystemExit(f"{file} has {file.stat().st_size:,} bytes, more than {LARGEST:,}")


if __name__ == "__main__":
    main()
