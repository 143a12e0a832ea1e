"""Peak memory of `imbbench --all`, beyond its imports, in MB and as a multiple of the largest dataset.

    python benchmarks/memory.py            the real --all, once: minutes
    python benchmarks/memory.py --short    with small forests and few epochs

All cells run in one process, whose memory it is. It hardly varies, so one repetition is enough. The
imports are measured by a process that imports exactly the modules that the run has imported when it
ends, but imbbench's own. The largest dataset is creditcard, counted as its table in float64. A second
table shows where the peak is: each dataset with each model in a run of its own, always with small
forests and few epochs.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from measure import Figures, alternate, imports, machine, median, parser, process, recorded, show

from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins

LARGEST = "creditcard"
SMALL = {"sklearn-rf": "sklearn-rf[n_estimators=10]", "torch-*": "torch-*[epochs=5]"}
SHORT = ["--all", "-m", ",".join(["sklearn-lr", *SMALL.values()])]
_SIZE = """
import sys
from imbbench.plugins import load_plugins
print(load_plugins().resolve("dataset", sys.argv[1]).call().X.size * 8 / 1e6)
"""


def beyond_imports(arguments: list[str], _: int) -> Figures:
    """Peak of a run, of its imports alone, and the difference, in MB."""
    with tempfile.TemporaryDirectory() as folder:
        modules = Path(folder) / "modules"
        run = recorded([*arguments, "--format", "json"], modules)
        alone = imports(modules)
    return {"run": run.peak_mb, "imports": alone.peak_mb, "beyond": run.peak_mb - alone.peak_mb}


def _small(model: str) -> str:
    if model.startswith("torch-"):
        return f"{model}[epochs=5]"
    return SMALL.get(model, model)


def main() -> None:
    options = parser(__doc__ or "", repeats=1)
    options.add_argument("--short", action="store_true", help="small forests and few epochs for --all too")
    given = options.parse_args()
    print(machine())
    size = float(process([sys.executable, "-c", _SIZE, LARGEST]).output)
    whole = "--all, small fits" if given.short else "--all"
    sides = {whole: SHORT if given.short else ["--all"]}
    for cell in plan(load_plugins(), [Grid(strategy=("none",))]):
        sides[f"{cell.dataset} x {cell.model}"] = ["-d", cell.dataset, "-m", _small(cell.model)]
    done = alternate({name: partial(beyond_imports, side) for name, side in sides.items()}, given.repeats)

    def row(name: str) -> tuple[str, ...]:
        run, alone, beyond = (median(done[name], figure) for figure in ("run", "imports", "beyond"))
        return name, f"{run:.0f}", f"{alone:.0f}", f"{beyond:.0f}", f"{beyond / size:.2f}"

    headers = ("process", "peak MB", "imports MB", "beyond MB", f"x {size:.1f} MB")
    title = f"Peak memory; the last column as a multiple of {LARGEST}'s float64 table, {size:.1f} MB"
    show(title, [(*row(whole), "<= 3")], (*headers, "goal"))
    show("Each dataset x model, all strategies", [row(name) for name in sides if name != whole], headers)


if __name__ == "__main__":
    main()
