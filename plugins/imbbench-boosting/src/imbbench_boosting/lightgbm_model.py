"""LightGBM (Ke et al., NeurIPS 2017)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imbbench import Context

from imbbench_boosting.trees import BoostedTrees

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lightgbm(
    context: Context,
    *,
    n_estimators: int = 100,
    learning_rate: float = 0.1,
    num_leaves: int = 31,
    max_depth: int = -1,
    min_child_samples: int = 20,
    min_child_weight: float = 1e-3,
    min_split_gain: float = 0.0,
    subsample: float = 1.0,
    colsample_bytree: float = 1.0,
    reg_alpha: float = 0.0,
    reg_lambda: float = 0.0,
    random_state: int | None = None,
) -> BoostedTrees:
    """LightGBM's trees, grown leaf by leaf, on `--threads` threads.

    Parameters are those of `LGBMClassifier`. `subsample` is drawn anew for every tree (LightGBM's own
    default, subsample_freq=0, would leave it without effect). Figures are the same for any number of
    threads.
    """
    from lightgbm import LGBMClassifier

    settings = {
        "n_estimators": n_estimators,
        "learning_rate": learning_rate,
        "num_leaves": num_leaves,
        "max_depth": max_depth,
        "min_child_samples": min_child_samples,
        "min_child_weight": min_child_weight,
        "min_split_gain": min_split_gain,
        "subsample": subsample,
        "subsample_freq": 1,
        "colsample_bytree": colsample_bytree,
        "reg_alpha": reg_alpha,
        "reg_lambda": reg_lambda,
        "random_state": context.seed if random_state is None else random_state,
        "n_jobs": context.threads,
        # Each histogram is then summed by one thread, row after row. Threads that sum blocks of rows make the
        # last bits depend on their number; and what LightGBM chooses itself depends on which was faster.
        "deterministic": True,
        "force_col_wise": True,
        "is_enable_sparse": False,
        "verbosity": -1,
    }
    return BoostedTrees(LGBMClassifier, settings, _margin, _tell)


def _margin(fitted: Any, X: NDArray[Any]) -> NDArray[Any]:
    return fitted.predict(X, raw_score=True)  # type: ignore[no-any-return]


def _tell(fitted: Any) -> dict[str, Any]:
    return {"n_trees": fitted.booster_.num_trees(), "n_splits": int(fitted.feature_importances_.sum())}
