"""Gradient-boosted trees in imbbench: LightGBM, XGBoost and CatBoost, each there if it is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from imbbench import Model, hookimpl

from imbbench_boosting.catboost_model import catboost
from imbbench_boosting.lightgbm_model import lightgbm
from imbbench_boosting.xgboost_model import xgboost


def _installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _xgboost() -> tuple[str, ...]:
    """The wheels of XGBoost that are installed: two distributions hold the module `xgboost`."""
    return tuple(filter(_installed, ("xgboost", "xgboost-cpu"))) or ("xgboost-cpu",)


@hookimpl
def imbbench_models() -> list[Model]:
    """One model for each library.

    None is `parallel`, though LightGBM's figures do not depend on the number of threads: its threads wait for
    each other thousands of times a second, and where other programs are on their cores, for those.
    """
    return [
        Model("lightgbm", lightgbm, requires=("lightgbm",), seconds_per_row=2e-5),
        Model("xgboost", xgboost, requires=_xgboost(), seconds_per_row=2e-5),
        Model("catboost", catboost, requires=("catboost",), seconds_per_row=3e-4),
    ]
