"""scikit-learn models, with the course script's settings as defaults."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from imbbench import Context, Model, SklearnClassifier, hookimpl

if TYPE_CHECKING:
    from imbbench import Classifier


def logistic_regression(
    context: Context,
    *,
    C: float = math.inf,
    solver: Literal["lbfgs", "newton-cg", "newton-cholesky", "liblinear", "sag", "saga"] = "lbfgs",
    max_iter: int = 1000,
    tol: float = 1e-4,
    random_state: int | None = None,
) -> Classifier:
    """Logistic regression; C=inf is unregularised. `random_state` matters to sag, saga, liblinear."""
    from sklearn.linear_model import LogisticRegression

    state: int | None = context.seed if random_state is None else random_state
    if draws_nothing(solver):
        state = None  # making a generator of it takes as long as a small fit
    estimator = LogisticRegression(C=C, solver=solver, max_iter=max_iter, tol=tol, random_state=state)
    return SklearnClassifier(estimator, dtype="float64")


def draws_nothing(solver: str, **_: object) -> bool:
    """Whether the seed changes nothing of a logistic regression."""
    return solver not in ("sag", "saga", "liblinear")


def random_forest(
    context: Context,
    *,
    n_estimators: int = 100,
    max_features: str | int | float | None = "sqrt",
    max_depth: int | None = None,
    min_samples_leaf: int = 1,
    oob_score: bool = True,
    random_state: int | None = None,
) -> Classifier:
    """Random forest, grown on all idle cores; the out-of-bag accuracy is kept in the result."""
    from sklearn.ensemble import RandomForestClassifier

    return SklearnClassifier(
        RandomForestClassifier(
            n_estimators=n_estimators,
            max_features=max_features,
            max_depth=max_depth,
            min_samples_leaf=min_samples_leaf,
            oob_score=oob_score,
            n_jobs=context.n_jobs,
            random_state=context.seed if random_state is None else random_state,
        )
    )


@hookimpl
def imbbench_models() -> list[Model]:
    """Logistic regression and random forest."""
    requires = ("scikit-learn", "numpy", "scipy")
    return [
        Model(
            "sklearn-lr",
            logistic_regression,
            requires=requires,
            seconds_per_row=1e-6,
            deterministic=draws_nothing,
        ),
        Model("sklearn-rf", random_forest, requires=requires, seconds_per_row=3e-4, parallel=True),
    ]
