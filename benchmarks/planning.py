"""Planning 200,000 cells, and planning them with their keys.

    python benchmarks/planning.py

8 datasets x 250 folds (5 folds, 50 repeats) x 4 strategies x 25 models with other parameters. Each side
runs in a fresh process, which has loaded the plugins before it is timed. Memory is the growth of the
process's peak; the cells and the keys are all held at the end. Keys need each dataset's
fingerprint, which is made up here: no data is loaded.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from measure import Figures, alternate, machine, median, parser, process, show

from imbbench.keys import cell_key, identity
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins

if TYPE_CHECKING:
    from imbbench import Cell
    from imbbench.registry import Registry

GRID = Grid(
    dataset=(
        "creditcard",
        *(f"moons[noise={noise}]" for noise in (0.1, 0.2, 0.3, 0.4)),
        *(f"circles[noise={noise}]" for noise in (0.05, 0.1, 0.2)),
    ),
    split=("kfold[n_splits=5,n_repeats=50]",),
    strategy=("none", "class_weight", "pos_weight", "undersample"),
    model=(
        *(f"sklearn-lr[C={10.0**power}]" for power in range(-5, 5)),
        *(f"sklearn-rf[min_samples_leaf={leaf}]" for leaf in (1, 2, 5, 10, 20)),
        *(f"torch-linear[lr={lr}]" for lr in (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)),
        *(f"torch-mlp[lr={lr}]" for lr in (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)),
    ),
)
CELLS = 200_000
SIDES = {"plan": "planning alone", "keys": "planning, with keys"}


def keys_of(registry: Registry, cells: Sequence[Cell]) -> list[str]:
    """The key of every cell, as if its dataset had been loaded before."""
    fingerprints = {cell.dataset: hashlib.sha256(cell.dataset.encode()).hexdigest() for cell in cells}
    kinds = ("dataset", "split", "strategy", "model")
    return [
        cell_key(
            identity(
                cell,
                {kind: registry.resolve(kind, getattr(cell, kind)) for kind in kinds},
                fingerprints[cell.dataset],
                "cpu",
                1,
            )
        )
        for cell in cells
    ]


def _peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def measure(side: str) -> Figures:
    """Seconds, and MB by which this process's peak has grown."""
    registry = load_plugins()
    before, start = _peak_mb(), time.perf_counter()
    cells = plan(registry, [GRID])
    keys = keys_of(registry, cells) if side == "keys" else []
    figures = {"seconds": time.perf_counter() - start, "mb": _peak_mb() - before}
    if len(cells) != CELLS or len(set(keys)) != len(keys):
        sys.exit(f"{len(cells):,} cells with {len(set(keys)):,} keys; {CELLS:,} were expected")
    return figures


def _in_process(side: str, _: int) -> Figures:
    figures: Figures = json.loads(process([sys.executable, __file__, "--side", side]).output)
    return figures


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--side", choices=SIDES, help="measure one side, in this process, and print JSON")
    given = options.parse_args()
    if given.side:
        print(json.dumps(measure(given.side)))
        return
    print(machine())
    done = alternate({side: partial(_in_process, side) for side in SIDES}, given.repeats)
    goals = {"plan": "", "keys": "<= 2 s, <= 200 MB"}
    rows = [
        (what, f"{median(done[side]):.2f}", f"{median(done[side], 'mb'):.0f}", goals[side])
        for side, what in SIDES.items()
    ]
    show(f"{CELLS:,} cells", rows, ("what", "seconds", "MB", "goal"))


if __name__ == "__main__":
    main()
