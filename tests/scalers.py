"""Every `--scale` by scikit-learn's own name."""

from __future__ import annotations

from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)

PLAIN = {
    "standard": StandardScaler,
    "none": FunctionTransformer,
    "minmax": MinMaxScaler,
    "power": PowerTransformer,
    "robust": RobustScaler,
}
