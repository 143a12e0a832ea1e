"""CatBoost (Prokhorenkova et al., NeurIPS 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imbbench import Context

from imbbench_boosting.trees import BoostedTrees

if TYPE_CHECKING:
    from numpy.typing import NDArray


def catboost(
    context: Context,
    *,
    n_estimators: int = 1000,
    learning_rate: float | None = None,
    max_depth: int = 6,
    subsample: float | None = None,
    colsample_bylevel: float = 1.0,
    reg_lambda: float | None = None,
    random_strength: float = 1.0,
    random_state: int | None = None,
) -> BoostedTrees:
    """CatBoost's symmetric trees, on `--threads` threads.

    Parameters have the names that `CatBoostClassifier` shares with scikit-learn (n_estimators is its
    iterations, reg_lambda its l2_leaf_reg). None leaves the choice to CatBoost: a learning rate from the
    numbers of rows and trees (0.03 where `reg_lambda` is given), subsample=0.8 (1 below 100 rows),
    reg_lambda=3. Figures may differ with the number of threads.
    """
    from catboost import CatBoostClassifier

    settings = {
        "n_estimators": n_estimators,
        "learning_rate": learning_rate,
        "max_depth": max_depth,
        "subsample": subsample,
        "colsample_bylevel": colsample_bylevel,
        "reg_lambda": reg_lambda,
        "random_strength": random_strength,
        "random_state": context.seed if random_state is None else random_state,
        "thread_count": context.threads,
        "logging_level": "Silent",
        "allow_writing_files": False,
    }
    return BoostedTrees(CatBoostClassifier, settings, _margin, _tell, _fit)


def _fit(classifier: Any, X: NDArray[Any], y: NDArray[Any], sample_weight: NDArray[Any] | None) -> None:
    from catboost import Pool

    # Given arrays, it would read them on all cores, whatever its thread_count.
    threads = classifier.get_param("thread_count")
    classifier.fit(Pool(X, y, weight=sample_weight, thread_count=threads))


def _margin(fitted: Any, X: NDArray[Any]) -> NDArray[Any]:
    threads = fitted.get_param("thread_count")  # that of the fit holds for the fit alone
    return fitted.predict(X, prediction_type="RawFormulaVal", thread_count=threads)  # type: ignore[no-any-return]


def _tell(fitted: Any) -> dict[str, Any]:
    return {"n_trees": fitted.tree_count_, "learning_rate": fitted.learning_rate_}
