"""XGBoost (Chen & Guestrin, KDD 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from imbbench import Context

from imbbench_boosting.trees import BoostedTrees

if TYPE_CHECKING:
    from numpy.typing import NDArray


def xgboost(
    context: Context,
    *,
    n_estimators: int = 100,
    learning_rate: float = 0.3,
    max_depth: int = 6,
    min_child_weight: float = 1.0,
    max_delta_step: float = 0.0,
    gamma: float = 0.0,
    subsample: float = 1.0,
    colsample_bytree: float = 1.0,
    reg_alpha: float = 0.0,
    reg_lambda: float = 1.0,
    tree_method: Literal["hist", "approx", "exact"] = "hist",
    random_state: int | None = None,
) -> BoostedTrees:
    """XGBoost's trees, grown level by level, on `--threads` threads.

    Parameters are those of `XGBClassifier`. `min_child_weight` and `reg_lambda` are in units of the weights:
    heavier rows are less regularised. Figures may differ with the number of threads.
    """
    from xgboost import XGBClassifier

    settings = {
        "n_estimators": n_estimators,
        "learning_rate": learning_rate,
        "max_depth": max_depth,
        "min_child_weight": min_child_weight,
        "max_delta_step": max_delta_step,
        "gamma": gamma,
        "subsample": subsample,
        "colsample_bytree": colsample_bytree,
        "reg_alpha": reg_alpha,
        "reg_lambda": reg_lambda,
        "tree_method": tree_method,
        "random_state": context.seed if random_state is None else random_state,
        "n_jobs": context.threads,
        "verbosity": 0,
    }
    return BoostedTrees(XGBClassifier, settings, _margin, _tell)


def _margin(fitted: Any, X: NDArray[Any]) -> NDArray[Any]:
    return fitted.predict(X, output_margin=True)  # type: ignore[no-any-return]


def _tell(fitted: Any) -> dict[str, Any]:
    booster = fitted.get_booster()
    splits = booster.get_score(importance_type="weight")
    return {"n_trees": booster.num_boosted_rounds(), "n_splits": int(sum(splits.values()))}
