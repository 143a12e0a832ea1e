"""Scores of the training part's own rows, each by a fit that had not seen it.

Thresholds and calibrations are fitted on them, so that neither the rows that are scored nor those that a fit
has learnt by heart have a say. They are what scikit-learn's `cross_val_predict` gives: within the training
part stratified folds, the strategy applied inside each; the preprocessing is that of the whole part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.data import TrainingSet, read_only
from imbbench.folds import class_counts
from imbbench.outcome import Draft, Failure
from imbbench.readings import INNER_FOLDS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from imbbench.cell import Ready, Worker

    Scores = NDArray[np.float64]


def inner_scores(worker: Worker, ready: Ready) -> Scores:
    """Log-odds of the fold's training part, (m,), in its order.

    Parameters
    ----------
    ready : the cell; its strategy and model have the seeds of the cell in every inner fold.

    Raises
    ------
    Failure : a fit failed, or the part has fewer than two rows of a class or two groups with each.
    """
    import numpy as np

    whole, cell = ready.whole, ready.draft.cell
    scores = np.full(len(whole.y), np.nan)
    for fit_on, held_out in inner_folds(whole.y, ready.groups, seeds.inner_seed(cell)):
        part = TrainingSet(read_only(whole.X[fit_on]), read_only(whole.y[fit_on]))
        context = replace(ready.context, class_counts=class_counts(part.y))
        apart = Draft(cell, {"counts": {}})  # what an inner fit tells of itself is not the cell's
        inner = replace(ready, draft=apart, context=context, train=part)
        classifier = worker.build(inner)
        inner = worker.treated(inner, classifier)
        worker.fit(inner, classifier)
        scores[held_out] = worker.scored(inner, classifier, read_only(whole.X[held_out]))
    return scores


def inner_folds(
    y: NDArray[np.int8], groups: NDArray[Any] | None, seed: int
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """(rows to fit on, rows to score) of each inner fold: those of `StratifiedKFold(5, shuffle=True)`, fewer
    where the rarer class has fewer rows; where rows have groups (m,), of `StratifiedGroupKFold`."""
    import numpy as np
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    n = min(INNER_FOLDS, *(len(np.unique(_units(y, groups)[y == label])) for label in (0, 1)))
    if n < 2:
        what = "rows" if groups is None else "groups with rows"
        raise Failure("unsupported", f"the training part has fewer than two {what} of a class")
    kind = StratifiedKFold if groups is None else StratifiedGroupKFold
    pairs = list(kind(n, shuffle=True, random_state=seed).split(np.zeros(len(y)), y, groups))
    if any(len(np.unique(y[fit_on])) < 2 for fit_on, _ in pairs):
        raise Failure("unsupported", "groups leave an inner fold without a class")
    return pairs


def _units(y: NDArray[np.int8], groups: NDArray[Any] | None) -> NDArray[Any]:
    """What is never divided: a row, or its group."""
    import numpy as np

    return np.arange(len(y)) if groups is None else groups
