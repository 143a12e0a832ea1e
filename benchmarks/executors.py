"""What executors cost and gain: per trivial cell, until the first result, and with two workers.

    python benchmarks/executors.py [--dask]

The overhead of a trivial cell is the slope of the seconds between 200 and 1,000 cells, less that of
`serial`; the model does nothing, so that a cell is its metrics. Cells that spend half a second of a core
show the speed-up of two workers over one, and forests on 20,000 rows that of real ones. The first result
is timed in a fresh process, from the call of `bench` to the first row. `--dask` adds the executor of
plugins/imbbench-dask, which must be installed, on a LocalCluster.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from measure import Figures, alternate, machine, median, parser, process, show

from imbbench.bench import bench
from imbbench.options import Options
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins

FEW, MANY = 200, 1000
HERE = str(Path(__file__).resolve().parent)
FIRST = """
import time, sys
from imbbench.bench import bench
from imbbench.options import Options
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins
import trivial
registry = load_plugins(["trivial"])
class Watch:
    @staticmethod
    def begun(left, estimates, jobs): pass
    @staticmethod
    def dataset_done(results): print(time.perf_counter() - start)
cells = plan(registry, [Grid((sys.argv[1],), strategy=("none",), model=(sys.argv[2],))])
start = time.perf_counter()
bench(registry, cells, Options(jobs=2), Watch)
"""


class Watch:
    """Notes when fits begin and when all are done."""

    def begun(self, left, estimates, jobs):
        self.start = time.perf_counter()

    def dataset_done(self, results):
        self.seconds = time.perf_counter() - self.start
        assert {row.status for row in results} == {"ok"}


def run(registry, models, executor: str, jobs, dataset="noise") -> float:
    """Seconds of the fits."""
    watch = Watch()
    cells = plan(registry, [Grid((dataset,), strategy=("none",), model=models)])
    bench(registry, cells, Options(metrics=("tp",), executor=executor, jobs=jobs), watch)
    return watch.seconds


def overhead(registry, executor: str, jobs, repetition: int) -> Figures:
    few, many = (
        run(registry, tuple(f"first[number={number}]" for number in range(count)), executor, jobs)
        for count in (FEW, MANY)
    )
    return {"seconds": (many - few) / (MANY - FEW)}


def speed(registry, models, dataset, jobs, repetition: int) -> Figures:
    return {"seconds": run(registry, models, "processes", jobs, dataset)}


def first(dataset: str, model: str, repetition: int) -> Figures:
    return {
        "seconds": float(
            process([sys.executable, "-c", FIRST, dataset, model], PYTHONPATH=HERE).output.split()[0]
        )
    }


def main() -> None:
    made = parser(__doc__ or "")
    made.add_argument("--dask", action="store_true", help="also the executor of imbbench-dask")
    options = made.parse_args()
    registry = load_plugins(["trivial"])
    print(machine())
    executors = [("serial", "auto"), ("processes", 1), *([("dask", 1)] if options.dask else [])]
    sides = {f"{name}": partial(overhead, registry, name, jobs) for name, jobs in executors}
    each = {name: median(done) for name, done in alternate(sides, options.repeats).items()}
    rows = [
        (name, f"{1e3 * seconds:.2f}", f"{1e3 * (seconds - each['serial']):.2f}")
        for name, seconds in each.items()
    ]
    show(
        "A trivial cell (16 metrics of 30 rows), one worker",
        rows,
        ["executor", "ms a cell", "ms beyond serial"],
    )
    work = {
        "16 cells of 0.5 s": (tuple(f"first[number={n},seconds=0.5]" for n in range(16)), "noise"),
        "12 forests, 14,000 rows": (
            tuple(f"sklearn-rf[n_estimators=30,random_state={n}]" for n in range(12)),
            "moons[n_samples=20000]",
        ),
    }  # fmt: skip
    rows = []
    for what, (models, dataset) in work.items():
        sides = {str(jobs): partial(speed, registry, models, dataset, jobs) for jobs in (1, 2)}
        done = {name: median(found) for name, found in alternate(sides, options.repeats).items()}
        rows.append((what, f"{done['1']:.2f}", f"{done['2']:.2f}", f"{done['1'] / done['2']:.2f}"))
    show(
        "Two workers against one, start included", rows, ["cells", "1 worker, s", "2 workers, s", "speed-up"]
    )
    starts = {
        "a model without libraries": ("noise", "first"),
        "sklearn-lr on moons": ("moons", "sklearn-lr"),
        "torch-linear on moons, 100 steps": ("moons", "torch-linear[epochs=1,min_steps=100]"),
    }
    done = alternate({name: partial(first, *which) for name, which in starts.items()}, options.repeats)
    rows = [(name, f"{median(found):.2f}") for name, found in done.items()]
    show("From nothing to the first result of a fresh pool", rows, ["cell", "s"])


if __name__ == "__main__":
    main()
