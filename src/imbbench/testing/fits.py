"""Fitting and scoring as a run does: on one thread, the scores checked at the border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imbbench.border import check_scores
from imbbench.cell import as_classifier
from imbbench.data import Classifier, Context, TrainingSet
from imbbench.folds import class_counts
from imbbench.registry import Bound
from imbbench.threads import Threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Of BLAS, OpenMP and torch.
THREADS = Threads(1)


def context(train: TrainingSet, seed: int, n_jobs: int = 1) -> Context:
    """What a model may know of a fit."""
    return Context(seed, "cpu", n_jobs, 1, class_counts(train.y))


def build(bound: Bound, train: TrainingSet, seed: int = 3, n_jobs: int = 1) -> Classifier:
    """The classifier, not fitted."""
    with THREADS.limited():
        return as_classifier(bound.call(context(train, seed, n_jobs)))


def fit(bound: Bound, train: TrainingSet, seed: int = 3, n_jobs: int = 1) -> Classifier:
    """The classifier, fitted."""
    classifier = build(bound, train, seed, n_jobs)
    with THREADS.limited():  # what building it has imported, too
        classifier.fit(train)
    return classifier


def scores_of(bound: Bound, classifier: Classifier, X: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log-odds of class 1, (n,)."""
    with THREADS.limited():
        return check_scores(classifier.decision_function(X), len(X), bound.who)


def fit_scores(bound: Bound, train: TrainingSet, seed: int = 3, n_jobs: int = 1) -> NDArray[np.float64]:
    """Scores of the rows that it was fitted on, (n,)."""
    return scores_of(bound, fit(bound, train, seed, n_jobs), train.X)


def probability(scores: NDArray[np.float64]) -> Any:
    """Of class 1, (n,)."""
    from scipy.special import expit

    return expit(scores)
