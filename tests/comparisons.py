"""Runs made by hand, to be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from imbbench import Cell, Result, Results

METRIC = "average_precision"
#: Rows of a fold's two parts: n_test / n_train is 1/9, as with 10 folds.
COUNTS = {"data": (900, 100), "train": (810, 90), "test": (90, 10)}


def row(
    dataset: str, strategy: str, fold: int, metrics: Mapping[str, float] | Mapping[Any, Any], **more: Any
) -> Result:
    """A fold of a strategy that ended ok; `metrics` are those at 0.5, or of each threshold."""
    about = {name: more.pop(name) for name in tuple(more) if name in Cell.__dataclass_fields__}
    cell = Cell(**{
        "dataset": dataset, "split": "kfold", "fold": fold, "scale": "standard", "strategy": strategy,
        "model": "lr", "random_state": 0, **about,
    })  # fmt: skip
    by_threshold = metrics if isinstance(next(iter(metrics.values()), None), Mapping) else {0.5: metrics}
    return Result(cell, more.pop("status", "ok"), metrics=by_threshold, counts=COUNTS, **more)


def run(rows: Sequence[Result], lower: Sequence[str] = ("log_loss",), **more: Any) -> Results:
    """A run of them."""
    return Results(tuple(rows), lower_is_better=frozenset(lower), **more)


def folds(figures: Mapping[str, Mapping[str, Sequence[float]]], metric: str = METRIC, **more: Any) -> Results:
    """A run with data set -> strategy -> a figure for each fold."""
    return run([
        row(dataset, strategy, fold, {metric: value}, **more)
        for dataset, strategies in figures.items()
        for strategy, values in strategies.items()
        for fold, value in enumerate(values)
    ])  # fmt: skip


def shifted(
    shift: float, number: int = 10, spread: float = 0.002, datasets: int = 1, **names: float
) -> Results:
    """none, and strategies that differ from it by `names` (or one called other by `shift`), with a noise that
    has exactly this spread in each data set."""
    random = np.random.default_rng(0)
    made: dict[str, dict[str, Sequence[float]]] = {}
    for index in range(datasets):
        base = random.uniform(0.4, 0.6, number)
        made[f"data{index}"] = {"none": base.tolist()}
        for name, by in (names or {"other": shift}).items():
            noise = random.normal(size=number)
            noise = (noise - noise.mean()) / noise.std(ddof=1) * spread if number > 1 else noise * 0
            made[f"data{index}"][name] = (base + by + noise).tolist()
    return folds(made)
