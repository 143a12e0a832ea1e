"""The seven fits of the course script end to end: its benchmark file against a script by hand.

    python benchmarks/course_script.py

Each side is a process, measured by the wall from start to end: `imbbench run
examples/creditcard_course.toml --executor serial`, which fits one cell after another as a script does,
and `benchmarks/course_by_hand.py`, which loads the same rows and then uses only pandas, scikit-learn and
torch, with the threads that these take by default. The second table shows the fits alone; everything
else is start, imports, loading, preparing, scoring, the store and the report.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from measure import FEW, ROOT, Figures, alternate, machine, median, parser, process, show

COMMAND = Path(sys.executable).with_name("imbbench")
FILE = ROOT / "examples" / "creditcard_course.toml"
BY_HAND = ROOT / "benchmarks" / "course_by_hand.py"
#: fit by hand -> (split, strategy, model) of the cell that does the same.
FITS = {
    "LR": ("holdout", "none", "sklearn-lr"),
    "LR, balanced weights": ("holdout", "class_weight", "sklearn-lr"),
    "forest": ("holdout", "none", "sklearn-rf"),
    "LR, balanced rows": ("balanced-holdout", "none", "sklearn-lr"),
    "forest, balanced rows": ("balanced-holdout", "none", "sklearn-rf"),
    "torch linear": ("holdout", "pos_weight", "torch-linear"),
    "torch mlp": ("holdout", "pos_weight", "torch-mlp"),
}


def ours(_: int) -> Figures:
    """Wall seconds of the whole, and seconds of each fit by the results file."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "results.json"
        finished = process([COMMAND, "run", FILE, "--executor", "serial", "--output", output])
        cells = json.loads(output.read_text())["cells"]
    fits = {
        (cell["split"], cell["strategy"], cell["model"].partition("[")[0]): cell["seconds"] for cell in cells
    }
    return {"seconds": finished.seconds, **{name: fits[cell] for name, cell in FITS.items()}}


def by_hand(_: int) -> Figures:
    """Wall seconds of the whole, and seconds of each fit as the script took them."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "seconds.json"
        finished = process([sys.executable, BY_HAND, output])
        fits: Mapping[str, float] = json.loads(output.read_text())
    return {"seconds": finished.seconds, **fits}


def main() -> None:
    repeats = parser(__doc__ or "", repeats=FEW).parse_args().repeats
    print(machine())
    done = alternate({"by hand": by_hand, "imbbench": ours}, repeats)
    theirs, mine = done["by hand"], done["imbbench"]
    total = median(mine)
    forest = median([{"share": one["forest"] / one["seconds"]} for one in mine], "share")
    show(
        f"The seven fits end to end, wall seconds, medians of {repeats}",
        [
            ("by hand", f"{median(theirs):.1f}", "", ""),
            ("imbbench", f"{total:.1f}", f"{total / median(theirs):.2f}", "<= 0.45"),
            (
                "... of which scikit-learn's forest",
                f"{median(mine, 'forest'):.1f}",
                f"{forest:.2f}",
                "> 0.80",
            ),
        ],
        ("what", "seconds", "of the line above", "goal"),
    )
    rows = []
    for name in FITS:
        hand, cell = median(theirs, name), median(mine, name)
        rows.append((name, f"{hand:.2f}", f"{cell:.2f}", f"{cell / hand:.2f}"))
    rest = [median([_rest(one) for one in side], "rest") for side in (theirs, mine)]
    rows.append(("everything else", f"{rest[0]:.2f}", f"{rest[1]:.2f}", f"{rest[1] / rest[0]:.2f}"))
    show("Fit by fit, seconds", rows, ("fit", "by hand", "imbbench", "ratio"))


def _rest(figures: Figures) -> Figures:
    return {"rest": figures["seconds"] - sum(figures[name] for name in FITS)}


if __name__ == "__main__":
    main()
