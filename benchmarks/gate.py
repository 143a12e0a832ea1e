"""What `imbbench check --significance` says of luck, and of a model that is truly worse.

    python benchmarks/gate.py [--repeats N] [--jobs N]

A rerun fits all cells anew and is held against a baseline as `imbbench check` does it. False alarms: N
reruns that differ from their baseline by luck alone. Power: N reruns for each size of a loss, which is
made by noise on the log-odds, each against a baseline of other luck. The true loss is the mean
difference from the same fits without the noise. The counts are the same each time.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise, repeat
from multiprocessing import get_context
from typing import Any

import noisy
from measure import machine, parser, show
from tqdm import tqdm

from imbbench.baseline import baseline_of
from imbbench.bench import bench
from imbbench.check import checked
from imbbench.options import COLUMNS, Options
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins
from imbbench.registry import Registry
from imbbench.results import Results

DATASET, SPLIT = "moons[n_samples=4000]", "kfold[n_splits=10,n_repeats=3]"
STRATEGIES = ("none", "class_weight", "pos_weight", "undersample")
OWN, ONE = "random-layer", "random-layer[one_seed=true]"
#: Noise on the log-odds, as a share of their standard deviation.
BLURS = (0.17, 0.28, 0.36, 0.4, 0.44, 0.5)
LEVEL = 0.05
#: What counts as found: in so many of 100 reruns.
SURE = 90


@dataclass(frozen=True)
class Check:
    """What of a run is held against its baseline, and by which `[check]` table."""

    metrics: tuple[str, ...] = COLUMNS
    strategies: tuple[str, ...] = STRATEGIES
    folds: int = 30
    table: Mapping[str, Any] = field(default_factory=lambda: {"significance": LEVEL})

    def part(self, results: Results) -> Results:
        """These folds, strategies and metrics of a run."""
        rows = (row for row in results if row.cell.fold < self.folds and row.cell.strategy in self.strategies)
        return replace(results, rows=tuple(rows), columns=self.metrics)

    def is_red(self, before: Results, now: Results) -> bool:
        """Whether the check of one run against another fails."""
        baseline = baseline_of(self.part(before), registry(), self.table)
        return not checked(baseline, self.part(now), registry()).passed


def _zero(*metrics: str) -> dict[str, Any]:
    return {"significance": LEVEL, "tolerance": dict.fromkeys(metrics, 0)}


AUC = ("roc_auc",)
#: What is checked for false alarms, and for losses; the latter by heading.
FALSE_ALARMS = {
    "--significance 0.05": Check(),
    "--significance 0.05, every tolerance 0": Check(table=_zero(*COLUMNS)),
    "without it: each fold against the tolerance": Check(table={}),
}
POWER = {
    "ROC AUC, 1 cell": Check(AUC, ("none",)),
    "10 folds": Check(AUC, ("none",), folds=10),
    "tolerance 0": Check(AUC, ("none",), table=_zero(*AUC)),
    "ROC AUC, 4 cells": Check(AUC),
    "8 metrics, 4 cells": Check(),
}


@cache
def registry() -> Registry:
    return load_plugins(["noisy"])


def run(model: str, luck: int, blur: float = 0.0) -> Results:
    """All cells of a model, fitted."""
    noisy.LUCK, noisy.BLUR = luck, blur
    cells = plan(registry(), [Grid((DATASET,), (SPLIT,), strategy=STRATEGIES, model=(model,))])
    results = bench(registry(), cells, Options(executor="serial"))
    assert all(row.status == "ok" for row in results)
    return results


def auc(results: Results, strategies: Sequence[str]) -> float:
    """Mean ROC AUC of the cells with these strategies."""
    return statistics.fmean(row.metrics[0.5]["roc_auc"] for row in results if row.cell.strategy in strategies)


def worse(luck: int, blur: float, before: Results, unblurred: Results) -> dict[str, float]:
    """Of a rerun with noise: whether each check is red, and how much ROC AUC the noise cost."""
    now = run(OWN, luck, blur)
    told: dict[str, float] = {name: check.is_red(before, now) for name, check in POWER.items()}
    for strategies in (("none",), STRATEGIES):
        told[f"loss {len(strategies)}"] = auc(unblurred, strategies) - auc(now, strategies)
    return told


def watched(answers: Iterable[Any], count: int) -> list[Any]:
    """The answers, as they come, behind a progress bar."""
    return list(tqdm(answers, total=count, leave=False, disable=None))


def false_alarms(runs: Mapping[str, Sequence[Results]]) -> list[tuple[object, ...]]:
    """Red checks: of all runs but the first against it, and of each against the one before it."""
    rows = []
    for name, check in FALSE_ALARMS.items():
        red: list[int] = []
        for done in runs.values():
            red.append(sum(check.is_red(done[0], now) for now in done[1:]))
            red.append(sum(check.is_red(*pair) for pair in pairwise(done)))
        rows.append((name, *red))
    return rows


def power(plain: Sequence[Results], pool: Executor) -> tuple[list[tuple[object, ...]], dict[str, str]]:
    """A row for each blur; by check, the smallest loss that it finds often enough."""
    rows, smallest = [], {}
    repeats = len(plain) - 1
    for blur in BLURS:
        told = watched(pool.map(worse, range(1, len(plain)), repeat(blur), plain[:-1], plain[1:]), repeats)
        losses = {cells: [each[f"loss {cells}"] for each in told] for cells in (1, 4)}
        shown = {cells: f"{statistics.fmean(values):.4f}" for cells, values in losses.items()}
        error = statistics.stdev(losses[1]) / repeats**0.5 if repeats > 1 else float("nan")
        red = {name: sum(each[name] for each in told) for name in POWER}
        rows.append((f"{blur:g}", f"{shown[1]} ± {error:.4f}", shown[4], *red.values()))
        for name, count in red.items():
            if count >= SURE / 100 * repeats:
                smallest.setdefault(name, shown[len(POWER[name].strategies)])
    return rows, smallest


def main() -> None:
    made = parser(__doc__ or "", repeats=100)
    made.add_argument("--jobs", type=int, default=2, metavar="N", help="processes  [default: 2]")
    options = made.parse_args()
    repeats = options.repeats
    print(machine())
    with ProcessPoolExecutor(options.jobs, get_context("spawn")) as pool:
        runs = {
            model: watched(pool.map(run, repeat(model, repeats + 1), range(repeats + 1)), repeats + 1)
            for model in (OWN, ONE)
        }
        head = ("", "a seed per fold", "the run before", "one seed for all folds", "the run before")
        fits = len(runs[OWN][0])
        title = f"False alarms: red of {repeats} reruns of {fits} fits, {DATASET}, {SPLIT}"
        show(title, false_alarms(runs), head)
        rows, smallest = power(runs[OWN], pool)
    title = f"Power: red of {repeats} reruns with noise on the log-odds, by what it costs of ROC AUC"
    show(title, rows, ("noise", "1 cell loses", "4 cells lose", *POWER))
    print(f"\nThe smallest of these losses that is found {SURE} times in 100:")
    for name in POWER:
        print(f"{name}: {smallest.get(name, 'none of these')}")


if __name__ == "__main__":
    main()
