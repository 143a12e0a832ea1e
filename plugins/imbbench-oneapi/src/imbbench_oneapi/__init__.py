"""oneDAL's random forest and logistic regression in imbbench, by scikit-learn-intelex.

They are models of their own: scikit-learn is not patched, `sklearn-rf` and `sklearn-lr` stay what they are.
"""

from __future__ import annotations

from imbbench import Context, Model, hookimpl

from imbbench_oneapi.classifier import OneDalClassifier


def random_forest(
    context: Context,
    *,
    n_estimators: int = 100,
    max_features: str | int | float | None = "sqrt",
    max_depth: int | None = None,
    min_samples_leaf: int = 1,
    oob_score: bool = True,
    random_state: int | None = None,
) -> OneDalClassifier:
    """oneDAL's random forest, grown on all idle cores; splits lie between at most 256 bins a column.

    The parameters of `sklearn-rf`; the out-of-bag accuracy is kept in the result. Class weights enter the
    impurities and weight each tree's vote; rows are drawn without them. Sample weights are `Unsupported`
    beside scikit-learn 1.9 or newer. Figures are the same for any number of cores.
    """
    from sklearnex.ensemble import RandomForestClassifier

    estimator = RandomForestClassifier(
        n_estimators=n_estimators,
        max_features=max_features,
        max_depth=max_depth,
        min_samples_leaf=min_samples_leaf,
        oob_score=oob_score,
        n_jobs=context.n_jobs,
        random_state=context.seed if random_state is None else random_state,
    )
    return OneDalClassifier(estimator, instead="sklearn-rf")


def logistic_regression(
    context: Context,
    *,
    C: float = 1.0,
    max_iter: int = 1000,
    tol: float = 1e-4,
) -> OneDalClassifier:
    """Logistic regression with an L2 penalty by lbfgs on oneDAL's loss, on `--threads` threads.

    `sklearn-lr[C=1.0]` is its counterpart: C=inf, the default there, is `Unsupported`, and so are class
    weights and sample weights. Figures may differ in the last bits with the number of threads.
    """
    from sklearnex.linear_model import LogisticRegression

    estimator = LogisticRegression(C=C, max_iter=max_iter, tol=tol, n_jobs=context.threads)
    return OneDalClassifier(estimator, instead="sklearn-lr", dtype="float64")


@hookimpl
def imbbench_models() -> list[Model]:
    """`daal` is the distribution of oneDAL itself."""
    requires = ("scikit-learn-intelex", "daal", "scikit-learn", "numpy", "scipy")
    return [
        Model("onedal-rf", random_forest, requires=requires, seconds_per_row=3e-5, parallel=True),
        Model("onedal-lr", logistic_regression, requires=requires, seconds_per_row=1e-6),
    ]
