"""Confidence intervals of one cell, against a loop over the resamples.

    python benchmarks/bootstrap.py

85,443 test rows, 148 of them positive, as in creditcard's holdout; simulated scores; 1,000 draws of the
columns that are shown by default, on one thread. The loop draws the rows, takes them, and calls scikit-learn
for the areas and for one confusion table; it is measured on a tenth of the draws. Both sides draw the same
resamples, and their intervals are compared before anything is timed.
"""

from __future__ import annotations

import math
import resource
import sys
from collections.abc import Mapping
from functools import partial

import numpy as np
from measure import Figures, alternate, machine, median, parser, show
from threadpoolctl import threadpool_limits

from imbbench import Predictions
from imbbench.bootstrap import DRAWS, Interval, intervals, percentile
from imbbench.options import COLUMNS
from imbbench.plugins import load_plugins

ROWS, POSITIVES, SEED = 85_443, 148, 1


def simulated(rows: int, positives: int) -> Predictions:
    """Normal scores, two standard deviations apart."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.arange(rows) < positives).astype(np.int8)
    return Predictions(y, rng.standard_normal(rows) * 2 - 4 + 4 * y, 0.5, positives / rows)


def by_hand(p: Predictions, draws: int) -> Mapping[str, Interval]:
    """A stratified bootstrap as one would write it with scikit-learn."""
    from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score

    classes = [np.flatnonzero(p.y == label) for label in (0, 1)]
    rng, figures = np.random.default_rng(SEED), []
    for _ in range(draws):
        rows = np.concatenate([members[rng.integers(len(members), size=len(members))] for members in classes])
        y, score = p.y[rows], p.score[rows]
        tn, fp, fn, tp = confusion_matrix(y, score > 0).ravel()
        rates = tp / (tp + fp) if tp + fp else math.nan, tp / (tp + fn)
        figures.append((tn, fp, fn, tp, *rates, roc_auc_score(y, score), average_precision_score(y, score)))
    columns = np.array(figures, dtype=float).T
    return {name: percentile(values, 0.95) for name, values in zip(COLUMNS, columns, strict=True)}


def ours(p: Predictions, draws: int) -> Mapping[str, Interval]:
    """`intervals`, as `show --ci` calls it."""
    registry = load_plugins()
    return intervals({0.5: p}, [registry.resolve("metric", name) for name in COLUMNS], SEED, 0.95, draws)[0.5]


def _timed(side, p: Predictions, draws: int, repetition: int) -> Figures:
    side(p, draws)
    return {}


def _peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    made = parser(__doc__ or "")
    made.add_argument("--rows", type=int, default=ROWS)
    options = made.parse_args()
    p = simulated(options.rows, min(POSITIVES, options.rows // 10))
    print(machine())
    with threadpool_limits(1):
        hand = by_hand(p, 20)
        before = _peak_mb()
        own = ours(p, 20)
        grown = _peak_mb() - before
        assert all(np.allclose(hand[name], own[name], rtol=1e-9) for name in COLUMNS)
        tenth = partial(_timed, by_hand, p, DRAWS // 10)
        done = alternate({"loop": tenth, "ours": partial(_timed, ours, p, DRAWS)}, options.repeats)
    loop, mine = 10 * median(done["loop"]), median(done["ours"])
    rows = [
        ("a loop with scikit-learn", f"{loop:.1f}", "1"),
        ("imbbench", f"{mine:.2f}", f"{loop / mine:.0f}"),
        ("MB that it adds to the peak", f"{grown:.0f}", ""),
    ]
    show(f"{DRAWS:,} draws of {options.rows:,} rows, {len(COLUMNS)} metrics", rows, ["", "s", "faster"])


if __name__ == "__main__":
    main()
