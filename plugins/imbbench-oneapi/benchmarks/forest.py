"""Seconds of a forest's fit: oneDAL's against scikit-learn's, as `onedal-rf` and `sklearn-rf` fit them.

    taskset -c 0,1 python benchmarks/forest.py

Both grow 100 trees with an out-of-bag score on the same rows, on all cores that the process may use, in turn.
Rows have 30 columns; one in 580 is of class 1, as in creditcard, with columns shifted by up to 1.5. At the
default size a repetition takes minutes. The least is of use where other programs were on the cores.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import warnings

import numpy as np
from joblib import cpu_count
from sklearn.ensemble import RandomForestClassifier
from sklearnex.ensemble import RandomForestClassifier as OneDalForest
from tabulate import tabulate

COLUMNS, PREVALENCE = 30, 1 / 580
FORESTS = {"sklearn-rf": RandomForestClassifier, "onedal-rf": OneDalForest}


def rows(n: int) -> tuple[np.ndarray, np.ndarray]:
    """X float32 (n, 30) and labels."""
    rng = np.random.default_rng(0)
    y = (np.arange(n) < max(2, round(n * PREVALENCE))).astype(np.int8)
    X = rng.standard_normal((n, COLUMNS)) + np.outer(y, np.linspace(0, 1.5, COLUMNS))
    return X.astype(np.float32), y


def seconds(name: str, X: np.ndarray, y: np.ndarray, weights: str | None) -> float:
    """Of one fit."""
    forest = FORESTS[name](100, oob_score=True, n_jobs=cpu_count(), random_state=0, class_weight=weights)
    with warnings.catch_warnings(action="ignore"):  # of out-of-bag scores
        start = time.perf_counter()
        forest.fit(X, y)
        return time.perf_counter() - start


def main() -> None:
    """Measure in turn, print medians and ratios."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=200_000, metavar="N", help="[default: 200000]")
    options.add_argument("--repeats", type=int, default=3, metavar="N", help="of each side  [default: 3]")
    given = options.parse_args()
    X, y = rows(given.rows)
    print(f"{given.rows:,} x {COLUMNS} rows, {y.sum()} of class 1; {cpu_count()} of {os.cpu_count()} cores\n")
    table = []
    for weights in (None, "balanced"):
        taken: dict[str, list[float]] = {name: [] for name in FORESTS}
        for _ in range(given.repeats):
            for name, runs in taken.items():
                runs.append(seconds(name, X, y, weights))
        for what, pick in (("median", statistics.median), ("least", min)):
            sklearn, onedal = (pick(runs) for runs in taken.values())
            figures = [f"{sklearn:.2f}", f"{onedal:.2f}", f"{sklearn / onedal:.1f}"]
            table.append((f"class_weight={weights}, {what} of {given.repeats}", *figures))
    print(tabulate(table, ("seconds", *FORESTS, "times faster"), "simple", disable_numparse=True))


if __name__ == "__main__":
    main()
