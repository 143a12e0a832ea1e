"""What the harness costs a cell: many small fits through imbbench and in a bare loop.

    python benchmarks/cell_overhead.py

Cells are folds of moons[n_samples=500] x none x sklearn-lr. What each costs is the slope of the
seconds between 50 and 500 cells, so that what a run costs once takes no part. The bare loops do the
same fits in plain scikit-learn and compute 16 of the figures, which are checked to be equal (imbbench
computes all metrics that it has): one calls scikit-learn for each figure that it has, the other (the
harder to match) computes rates from one confusion matrix. All sides use one thread.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from measure import Figures, alternate, machine, median, parser, show
from numpy.typing import NDArray
from scipy.special import expit
from sklearn import metrics
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from imbbench.bench import bench
from imbbench.options import Options
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins

FEW, MANY = 50, 500
FOLDS = 5
Labels = NDArray[np.integer]
Scores = NDArray[np.float64]


def ranking(y: Labels, score: Scores) -> Figures:
    """Figures that need no threshold."""
    precision, recall, _ = metrics.precision_recall_curve(y, score)
    probability = expit(score)
    return {
        "roc_auc": metrics.roc_auc_score(y, score),
        "average_precision": metrics.average_precision_score(y, score),
        "pr_auc_trapezoid": metrics.auc(recall, precision),
        "brier": metrics.brier_score_loss(y, probability),
        "log_loss": metrics.log_loss(y, probability, labels=[0, 1]),
    }


def by_calls(y: Labels, score: Scores) -> Figures:
    """All 16 figures, each from scikit-learn where it has it."""
    found = (score > 0).astype(y.dtype)
    tn, fp, fn, tp = metrics.confusion_matrix(y, found, labels=[0, 1]).ravel().tolist()
    recall = metrics.recall_score(y, found)
    specificity = metrics.recall_score(y, found, pos_label=0)
    return {
        "tn": tn,
        "fp": fp,
        "fn": fn,
        "tp": tp,
        "precision": metrics.precision_score(y, found, zero_division=np.nan),
        "recall": recall,
        "specificity": specificity,
        "f1": metrics.f1_score(y, found),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, found),
        "g_mean": math.sqrt(recall * specificity),
        # scikit-learn says 0 where no row or every row is called positive: it is undefined.
        "mcc": metrics.matthews_corrcoef(y, found) if 0 < tp + fp < len(y) else math.nan,
        **ranking(y, score),
    }


def by_table(y: Labels, score: Scores) -> Figures:
    """All 16 figures, the rates from one confusion matrix."""
    tn, fp, fn, tp = metrics.confusion_matrix(y, score > 0, labels=[0, 1]).ravel().tolist()
    recall, specificity = tp / (tp + fn), tn / (tn + fp)
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return {
        "tn": tn,
        "fp": fp,
        "fn": fn,
        "tp": tp,
        "precision": tp / (tp + fp) if tp + fp else math.nan,
        "recall": recall,
        "specificity": specificity,
        "f1": 2 * tp / (2 * tp + fp + fn),
        "balanced_accuracy": (recall + specificity) / 2,
        "g_mean": math.sqrt(recall * specificity),
        "mcc": (tp * tn - fp * fn) / math.sqrt(product) if product else math.nan,
        **ranking(y, score),
    }


def bare(score_of: Callable[[Labels, Scores], Figures], cells: int) -> list[Figures]:
    """The fits in plain scikit-learn; training parts are rounded to float32 as in imbbench."""
    X, y = make_moons(n_samples=(475, 25), noise=0.3, random_state=0)
    splitter = RepeatedStratifiedKFold(n_splits=FOLDS, n_repeats=cells // FOLDS, random_state=0)
    rows = []
    for train, test in splitter.split(X, y):
        scaler = StandardScaler().fit(X[train])
        X_train, X_test = (scaler.transform(X[part]).astype("float32") for part in (train, test))
        model = LogisticRegression(C=np.inf, max_iter=1000).fit(X_train.astype("float64"), y[train])
        rows.append(score_of(y[test], model.decision_function(X_test.astype("float64"))))
    return rows


def ours(cells: int) -> list[Figures]:
    """The same cells through imbbench."""
    registry = load_plugins()
    split = f"kfold[n_splits={FOLDS},n_repeats={cells // FOLDS},random_state=0]"
    grid = Grid(("moons[n_samples=500]",), (split,), strategy=("none",), model=("sklearn-lr",))
    results = bench(registry, plan(registry, [grid]), Options(device="cpu", executor="serial"))
    return [dict(result.metrics[0.5]) for result in results]


def slope(run: Callable[[int], list[Figures]], _: int) -> Figures:
    """Milliseconds a cell."""
    seconds = []
    for cells in (FEW, MANY):
        start = time.perf_counter()
        run(cells)
        seconds.append(time.perf_counter() - start)
    return {"ms": (seconds[1] - seconds[0]) / (MANY - FEW) * 1e3}


def differences(ours: list[Figures], by_hand: list[Figures]) -> Iterator[str]:
    """Figures by hand that ours do not agree with, to 12 digits."""
    for number, (one, other) in enumerate(zip(ours, by_hand, strict=True)):
        if missing := sorted(other.keys() - one.keys()):
            yield f"cell {number}: {missing} by hand only"
        for name in other.keys() & one.keys():
            if not np.isclose(one[name], other[name], rtol=1e-12, atol=1e-12, equal_nan=True):
                yield f"cell {number}: {name} is {one[name]!r} and {other[name]!r}"


def main() -> None:
    repeats = parser(__doc__ or "").parse_args().repeats
    print(machine())
    runs: dict[str, Callable[[int], list[Figures]]] = {
        "imbbench, serial": ours,
        "bare loop, a call a figure": partial(bare, by_calls),
        "bare loop, rates from the table": partial(bare, by_table),
    }
    with threadpool_limits(1):
        expected = ours(FEW)
        for name, run in runs.items():
            theirs = run(FEW)
            if found := list(differences(expected, theirs)):
                sys.exit(f"imbbench and {name} differ: {'; '.join(found[:5])}")
        done = alternate({name: partial(slope, run) for name, run in runs.items()}, repeats)
    ms = {name: median(repetitions, "ms") for name, repetitions in done.items()}
    mine = ms.pop("imbbench, serial")
    rows: list[tuple[str, ...]] = [("imbbench, serial", f"{mine:.2f}")]
    rows += [
        (name, f"{bare_ms:.2f}", f"{mine - bare_ms:.2f}", f"{mine / bare_ms:.2f}", "<= 1 ms")
        for name, bare_ms in ms.items()
    ]
    by_hand = f"all {len(theirs[0])} figures by hand are those of imbbench, which has {len(expected[0])}"
    title = f"Milliseconds a cell, the slope from {FEW} to {MANY} cells; {by_hand}"
    show(title, rows, ("side", "ms", "imbbench's excess", "imbbench / side", "goal"))


if __name__ == "__main__":
    main()
