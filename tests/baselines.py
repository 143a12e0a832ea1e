"""Rows made by hand, as runs return them, and baselines of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from imbbench.baseline import Baseline, baseline_of
from imbbench.options import COLUMNS
from imbbench.registry import Registry
from imbbench.result import Cell, Result
from imbbench.results import Results

CELL = Cell("moons", "kfold", 0, "standard", "none", "sklearn-lr", 0)
FIGURES = {
    "tn": 85.0, "fp": 5.0, "fn": 4.0, "tp": 6.0, "precision": 6 / 11, "recall": 0.6, "roc_auc": 0.9,
    "average_precision": 0.7, "brier": 0.08,
}  # fmt: skip
VERSIONS = {"python": "3.12.1", "imbbench": "0.1.0", "numpy": "2.0", "scikit-learn": "1.8.0", "torch": "2.9"}
LOWER = frozenset({"fp", "fn", "brier"})


def row(cell: Cell = CELL, status: str = "ok", reason: str = "", **figures: float) -> Result:
    """A row with `FIGURES` but for those given; its fold says which rows it was scored on."""
    known = {0.5: FIGURES | figures} if status == "ok" else {}
    counts = {"data": (450, 50), "train": (360, 40), "test": (90, 10)}
    hashes = {"data": "da7a" * 4, "test": f"{cell.fold:016x}"}
    return Result(cell, status, reason, "", known, counts, "cpu", seconds=0.25, hashes=hashes)


def folds(figures: dict[str, list[float]], cell: Cell = CELL) -> list[Result]:
    """A row for each fold, with its value of each metric."""
    number = len(next(iter(figures.values())))
    each = ({metric: values[fold] for metric, values in figures.items()} for fold in range(number))
    return [row(replace(cell, fold=fold), **known) for fold, known in enumerate(each)]


def results(*rows: Result, versions: dict[str, str] | None = None, **more: Any) -> Results:
    environment = {"versions": versions or VERSIONS, "device": "cpu", "cpu": "Abacus 3000", "command": "x"}
    columns = more.pop("columns", (*COLUMNS, "brier"))
    return Results(rows, environment, columns=columns, lower_is_better=LOWER, **more)


def baseline(registry: Registry, *rows: Result, check: dict[str, Any] | None = None, **more: Any) -> Baseline:
    return baseline_of(results(*rows, **more), registry, check or {})


def nan_aware(value: Any) -> Any:
    """The same data with a NaN that equals itself."""
    if isinstance(value, dict):
        return {key: nan_aware(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [nan_aware(item) for item in value]
    return "NaN" if isinstance(value, float) and math.isnan(value) else value
