"""What the page of `imbbench report` costs: seconds to make it, megabytes to send it.

    python benchmarks/report.py [--cells N] [--rows N]

The cells are made up: 4 strategies x 4 models on as many data sets as it takes, random scores on N test rows,
one in ten positive, and all installed metrics of them. What the page carries is JSON, deflated. Without
`--cells` it is 48 cells, and then 2,000, and the exit code is 1 where a page is larger than it may be.
"""

from __future__ import annotations

import json
import sys
import tempfile
from functools import partial
from itertools import islice, product
from pathlib import Path

from measure import ROOT, Figures, alternate, machine, median, parser, show

from imbbench import Cell, Results
from imbbench.page import page
from imbbench.page.data import page_data
from imbbench.page.evidence import comparison_of
from imbbench.plugins import load_plugins

sys.path.insert(0, str(ROOT))
from tests.scored_stores import stored_run

#: Cells -> MB that the page may have.
LARGEST = {48: 5, 2_000: 15}


def cells(count: int) -> list[Cell]:
    """All strategies with all models, data set by data set."""
    strategies = ("none", "class_weight", "undersample", "pos_weight")
    models = ("sklearn-lr", "sklearn-rf", "torch-linear", "torch-mlp")
    names = islice(product(range(count), strategies, models), count)
    return [
        Cell(f"data{dataset}", "holdout", 0, "standard", strategy, model, 0)
        for dataset, strategy, model in names
    ]


def data(results: Results, repetition: int) -> Figures:
    """What the page carries, as JSON."""
    return {"mb": len(json.dumps(page_data(results, comparison_of(results)), separators=(",", ":"))) / 1e6}


def whole(results: Results, repetition: int) -> Figures:
    """The file."""
    return {"mb": len(page(results).encode()) / 1e6}


def main() -> None:
    made = parser(__doc__ or "", repeats=1)
    made.add_argument("--cells", type=int, metavar="N", help="cells  [default: 48, then 2,000]")
    made.add_argument("--rows", type=int, default=2000, metavar="N", help="test rows  [default: 2000]")
    options = made.parse_args()
    print(machine())
    registry, found, fits = load_plugins(), [], True
    metrics = list(registry.components["metric"])
    for count, largest in ({options.cells: None} if options.cells else LARGEST).items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "results.sqlite"
            results = stored_run(registry, path, cells(count), rows=options.rows, columns=metrics)
            done = alternate(
                {"data": partial(data, results), "page": partial(whole, results)}, options.repeats
            )
        size = median(done["page"], "mb")
        fits = fits and (largest is None or size <= largest)
        found.append(
            (f"{count:,}", f"{median(done['data']):.2f}", f"{median(done['data'], 'mb'):.2f}",
             f"{median(done['page']):.2f}", f"{size:.2f}", largest and f"<= {largest}")
        )  # fmt: skip
    columns = ("cells", "s of the data", "MB as JSON", "s of the page", "MB of the page", "limit")
    show(f"The page, {options.rows:,} test rows a cell", found, columns)
    sys.exit(0 if fits else 1)


if __name__ == "__main__":
    main()
