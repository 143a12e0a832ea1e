"""What the store costs: a run that is all cached, a store with 100,000 cells, 20,000 trivial cells.

    python benchmarks/store.py [--cells N] [--trivial N]

The store of N cells is filled with made-up figures under the keys that the run asks for; a resumed run
then finds all of them. The run of 500 cells is the command itself, from the start of its process
to its end, once fitted and once cached. The trivial cells are fitted by two workers; the coordinating
process's memory is read when it has planned and when all rows are there.
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from measure import Figures, alternate, machine, median, parser, process, show
from tqdm import tqdm

from imbbench import facts
from imbbench.bench import bench, settings_of
from imbbench.lookup import Lookup
from imbbench.options import Options
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins
from imbbench.store import Store


def planned(registry, count: int, models: int = 25):
    """Cells of all 4 strategies, some models, and as many times 5 folds as that takes."""
    repeats = max(1, count // (5 * 4 * models))
    names = tuple(f"first[number={number}]" for number in range(models))
    split = f"kfold[n_repeats={repeats}]"
    return plan(registry, [Grid(("noise",), (split,), strategy=("all",), model=names)])


class Watch:
    """When the store had been asked, and memory then and at the end."""

    def __init__(self) -> None:
        self.memory: dict[str, float] = {}

    def begun(self, left, estimates, jobs):
        self.asked = time.perf_counter()
        self.memory["planned"] = rss()

    def dataset_done(self, results):
        self.memory["end"] = rss()


def rss() -> float:
    """MB that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def fill(registry, cells, path: Path) -> None:
    """Store an ok row for each cell, under the keys that a run asks for."""
    first = path.with_name("first.sqlite")
    options = Options(metrics=("tp",), store=first)
    bench(registry, cells[:1], options)  # to know the data's fingerprint, and how a row looks
    identity = facts.data_identity(registry.resolve("dataset", "noise"))
    with Store.open(first) as store, Store.open(path, scores=False) as target:
        (row,), known = store.results(None).rows, store.recall("data", identity)
        target.remember("data", identity, known)
        lookup = Lookup(registry, target, settings_of(registry, options))
        run = target.begin({}, (0.5,), ("tp",), (), len(cells))
        for position, cell in enumerate(tqdm(cells, leave=False, disable=None)):
            text, request = (make(cell, known["fingerprint"]) for make in (lookup.identity, lookup.request))
            result = replace(row, cell=cell, key=request)
            target.put(run, position, request, text, result, lookup.scoring)


def resumed(registry, cells, path: Path, repetition: int) -> Figures:
    """A run of the stored cells: until the store was asked, and until all rows are there."""
    watch, start = Watch(), time.perf_counter()
    results = bench(registry, cells, Options(metrics=("tp",), store=path), watch)
    assert all(row.cached for row in results)
    return {"seconds": watch.asked - start, "all": time.perf_counter() - start, "mb": rss()}


def command(path: Path, fresh: bool, repetition: int) -> Figures:
    """500 cells by the command: 5 folds x 4 strategies x 25 models."""
    models = ",".join(f"first[number={number}]" for number in range(25))
    words = [
        "-p",
        "trivial",
        "-d",
        "noise",
        "-s",
        "all",
        "-m",
        models,
        "--split",
        "kfold",
        "--store",
        str(path),
    ]
    run = process(
        [sys.executable, "-m", "imbbench", *words, *(["--fresh"] if fresh else [])],
        PYTHONPATH=str(Path(__file__).resolve().parent),
    )
    assert "500 cells: 500 ok" in run.output
    return run.figures


def main() -> None:
    made = parser(__doc__ or "")
    made.add_argument("--cells", type=int, default=100_000)
    made.add_argument("--trivial", type=int, default=20_000)
    options = made.parse_args()
    registry = load_plugins(["trivial"])
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        cells = planned(registry, options.cells)
        fill(registry, cells, path)
        done = alternate({"resumed": partial(resumed, registry, cells, path)}, options.repeats)["resumed"]
        rows = [
            ("planned, looked up", f"{median(done):.2f}"),
            ("and all rows returned", f"{median(done, 'all'):.2f}"),
        ]
        show(f"A run resumed with {options.cells:,} cells in the store", rows, ["until", "s"])
        sides = {
            name: partial(command, Path(folder) / "500.sqlite", fresh)
            for name, fresh in (("fitted", True), ("cached", False))
        }
        done = alternate(sides, options.repeats)
        rows = [
            (name, f"{median(found):.2f}", f"{median(found, 'peak_mb'):.0f}") for name, found in done.items()
        ]
        show("The command with 500 cells, start and table included", rows, ["500 cells", "s", "peak MB"])
        watch, many = Watch(), planned(registry, options.trivial)
        start = time.perf_counter()
        results = bench(
            registry, many, Options(metrics=("tp",), store=Path(folder) / "many.sqlite", jobs=2), watch
        )
        seconds = time.perf_counter() - start
        text = io.StringIO()
        write = registry.resolve("report", "plain").component.write
        start = time.perf_counter()
        write(results, text)
        rows = [
            ("seconds of the run", f"{seconds:.0f}"),
            ("seconds of its report", f"{time.perf_counter() - start:.1f}"),
            ("MB when it was planned", f"{watch.memory['planned']:.0f}"),
            ("MB at the end", f"{watch.memory['end']:.0f}"),
            ("MB of the store", f"{(Path(folder) / 'many.sqlite').stat().st_size / 1e6:.0f}"),
        ]
        show(f"{options.trivial:,} trivial cells, two workers", rows, ["", ""])


if __name__ == "__main__":
    main()
