"""A real browser for tests of pages: Chromium without a window, driven by selenium. It downloads nothing."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WANTED = (
    "pages are tested in a real browser: install chromium and its driver (Debian: apt-get install chromium \
chromium-driver)"
)
#: Windows narrower than this are phones: the page's viewport is what its <meta> says.
PHONE = 600


class Browser:
    """One browser, a page at a time; `driver` is selenium's, for what is not here."""

    def __init__(self, driver: Chrome, folder: Path) -> None:
        self.driver, self.folder = driver, folder
        self.page = ""

    def open(self, page: Path | str) -> None:
        """Open a file, or HTML text, in a light window of 1280 x 800 pixels; messages and requests of earlier
        pages are forgotten."""
        if isinstance(page, str):
            file = self.folder / "page.html"
            file.write_text(page, encoding="utf-8", errors="surrogatepass")
            page = file
        self.driver.get("about:blank")
        self.resize(1280, 800)
        self.media()
        self.console(), self.requests()
        self.page = page.absolute().as_uri()
        self.driver.get(self.page)

    def script(self, script: str, *arguments: Any) -> Any:
        """What a script's `return` gives; `arguments` are its `arguments`."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, expression: str, seconds: float = 20) -> Any:
        """The value of a JavaScript expression as soon as it is true."""
        from selenium.webdriver.support.wait import WebDriverWait

        return WebDriverWait(self.driver, seconds, 0.05).until(
            lambda _: self.script(f"return {expression}"), f"{expression} is not true in {seconds} s"
        )

    def console(self) -> list[str]:
        """Messages of level warning and above, uncaught errors among them, since they were last asked for."""
        log = self.driver.get_log("browser")
        return [entry["message"] for entry in log if entry["level"] in ("WARNING", "SEVERE")]

    def requests(self) -> list[str]:
        """URLs that the page asked for since they were last asked for, those refused too; not itself, no data:."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in sent if url not in (self.page, "about:blank") and not url.startswith("data:")]

    def resize(self, width: int, height: int) -> None:
        """Set the size of the window in CSS pixels."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def media(self, *, dark: bool = False, print: bool = False) -> None:
        """Show the page as in a dark system, or as printed; else the medium is the one that asks for the page."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        media = {"media": "print" if print else "", "features": [scheme]}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """Write a PNG of the whole page, or of what the window shows."""
        asked = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
            asked["clip"] = {**size, "scale": 1}
        found = self.driver.execute_cdp_cmd("Page.captureScreenshot", asked)
        file.write_bytes(base64.b64decode(found["data"]))

    def pdf(self) -> bytes:
        """The page as a user prints it, in a light system."""
        self.media()
        return base64.b64decode(self.driver.print_page())


def installed() -> tuple[str, str] | None:
    """The browser and its driver; None where one is missing."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    return (program, driver) if program and driver else None


@contextmanager
def started(program: str, driver: str, folder: Path) -> Iterator[Browser]:
    """A browser, which leaves its files in this folder."""
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = program
    for argument in (*ARGUMENTS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with Chrome(options, ChromeService(driver, env={**os.environ, "HOME": str(folder)})) as chrome:
        yield Browser(chrome, folder)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that all tests of a process share; skipped where none is installed, but not with CI=true."""
    found = installed()
    if found is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(WANTED)
    with started(*found, tmp_path_factory.mktemp("browser")) as ours:
        yield ours
