"""Seconds of all fits of `imbbench --all`, by dataset and model, now and before.

    python benchmarks/all_cells.py                     this checkout
    python benchmarks/all_cells.py --before FOLDER     and a checkout of another commit, in turn

Both run under this Python, with PYTHONPATH=FOLDER/src, in one process, where no cell takes another's
time. Seconds are those of the results, summed over the strategies; the last lines are the rest (start,
imports, loading, preparing, scoring) and the wall time of the whole process. All figures of both are
compared. A repetition takes minutes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from functools import partial
from pathlib import Path

from measure import FEW, ROOT, Figures, alternate, machine, median, parser, process, show

WALL, REST = "seconds", "everything else"


def run_all(checkout: Path, figures: dict[tuple[str, ...], Figures], _: int) -> Figures:
    """Seconds by "dataset x model", and of the whole; the metrics of each cell go to `figures`."""
    source = checkout / "src"
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "results.json"
        words = ["-m", "imbbench", "--all", "--executor", "serial", "--output", str(output)]
        finished = process([sys.executable, *words], PYTHONPATH=str(source))
        cells = json.loads(output.read_text())["cells"]
    seconds: dict[str, float] = defaultdict(float)
    for cell in cells:
        figures[tuple(str(cell[name]) for name in ("dataset", "strategy", "model"))] = cell["metrics"]
        if cell["status"] == "ok":
            seconds[f"{cell['dataset']} x {cell['model']}"] += cell["seconds"]
    return {**seconds, REST: finished.seconds - sum(seconds.values()), WALL: finished.seconds}


def check(checkout: Path) -> None:
    """End here unless the folder's own imbbench is what would be measured."""
    source = checkout / "src"
    code = "import imbbench; print(imbbench.__file__)"
    found = Path(process([sys.executable, "-c", code], PYTHONPATH=str(source)).output.strip())
    if not found.is_relative_to(source):
        sys.exit(f"{checkout} is no checkout of imbbench: {found} would be measured")


def main() -> None:
    options = parser(__doc__ or "", repeats=FEW)
    options.add_argument("--before", type=Path, metavar="FOLDER", help="a checkout of another commit")
    given = options.parse_args()
    print(machine())
    checkouts = {"now": ROOT}
    if given.before:
        checkouts = {"before": given.before.resolve(), "now": ROOT}
    for checkout in checkouts.values():
        check(checkout)
    found: dict[str, dict[tuple[str, ...], Figures]] = {name: {} for name in checkouts}
    sides = {name: partial(run_all, folder, found[name]) for name, folder in checkouts.items()}
    done = alternate(sides, given.repeats)
    rows = []
    parts = [name for name in done["now"][0] if name != WALL]
    for what in (*parts, WALL):
        seconds = [median(side, what) for side in done.values()]
        ratio = [f"{seconds[1] / seconds[0]:.2f}"] if given.before else []
        rows.append(
            ("the whole process" if what == WALL else what, *(f"{value:.2f}" for value in seconds), *ratio)
        )
    headers = ("dataset x model, all strategies", *checkouts, *(["now / before"] if given.before else []))
    show(f"imbbench --all, seconds, medians of {given.repeats}", rows, headers)
    for name, figures in found.items():
        differ = [cell for cell in found["now"] if figures.get(cell) != found["now"][cell]]
        if name != "now":
            print(f"\n{len(differ)} of {len(figures)} cells have other figures than {name}: {differ}")


if __name__ == "__main__":
    main()
