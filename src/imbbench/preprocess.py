"""Preprocessing of one fold: everything is fitted on its training part only, in float64.

All-numeric data without gaps gives exactly what `StandardScaler().fit(X[train])`, or the scaler that
`scale` names, makes of the float64 array. Otherwise:

- gaps in numeric columns take the training median, before scaling; booleans are the numbers 0 and 1;
- categorical columns (text, category) become 0/1 columns behind the numeric ones. A gap is a category
  of its own, rare categories share one column, and a category that training has not seen counts as
  rare, or as none where the column has no rare ones;
- a column without any value in the training part is made constant in both parts: nothing can have
  been learnt about its test values.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from imbbench.errors import ImbbenchError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from imbbench.components import IntArray

SCALES: tuple[str, ...] = ("standard", "none", "minmax", "power", "robust")
#: A category seen in fewer training rows than this is rare: nothing reliable can be learnt from it. A
#: count, since a fraction of a large table would also swallow categories with thousands of rows.
MIN_FREQUENCY = 10
#: At most so many 0/1 columns come from one categorical column, the one of the rare included: a column
#: of postcodes must not multiply the size of the dense table.
MAX_CATEGORIES = 50


def prepare_fold(
    X: pd.DataFrame, train: IntArray, test: IntArray, scale: str
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The training and the test part of a fold as numbers.

    Parameters
    ----------
    X : DataFrame (n, d) as `border.check_data` returns it; not changed.
    train, test : row numbers, (m,) and (k,).
    scale : one of `SCALES`, applied to numeric columns.

    Returns
    -------
    float32 arrays (m, p) and (k, p), C-contiguous and read-only. Warns of columns without any value
    in the training part, and of categorical ones most of whose values are rare.

    Raises
    ------
    ImbbenchError : `scale` is unknown, or a value does not fit into float32 (the column is named).
    """
    from pandas.api.types import is_numeric_dtype

    gappy = [column for column in X.columns if X[column].isna().any()]
    empty = [column for column in gappy if X[column].iloc[train].isna().all()]
    if empty:
        names = ", ".join(map(repr, empty))
        text = f"no value of {names} in the training part of a fold: the column is not used there"
        warnings.warn(text, UserWarning, stacklevel=2)
    numeric = [column for column in X.columns if is_numeric_dtype(X[column].dtype)]  # booleans too
    categorical = [column for column in X.columns if column not in set(numeric)]
    blocks = []
    if numeric:
        transformer = _numeric_transformer(scale, impute=not set(gappy).isdisjoint(numeric))
        blocks.append(_prepare_numeric(X, numeric, train, test, empty, transformer))
    if categorical:
        blocks.append(_prepare_categorical(X, categorical, train, test, empty))
    train_part, test_part = map(_join, zip(*blocks, strict=True))
    return train_part, test_part


def _numeric_transformer(scale: str, impute: bool) -> Any:
    """A pipeline that may overwrite what it is given (`copy=False`: same figures, less memory)."""
    from sklearn import preprocessing
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    if scale not in SCALES:
        raise ImbbenchError(f"no scale named {scale!r}; scales are {', '.join(SCALES)}")
    scalers = {
        "standard": preprocessing.StandardScaler(copy=False),
        "none": "passthrough",
        "minmax": preprocessing.MinMaxScaler(copy=False),
        "power": preprocessing.PowerTransformer(copy=False),
        "robust": preprocessing.RobustScaler(copy=False),
    }
    imputer = SimpleImputer(strategy="median", keep_empty_features=True, copy=False)
    return make_pipeline(*([imputer] if impute else []), scalers[scale])


def _prepare_numeric(
    X: pd.DataFrame,
    columns: list[str],
    train: IntArray,
    test: IntArray,
    empty: Collection[str],
    transformer: Any,
) -> list[NDArray[np.float32]]:
    train_block = _numbers(X, columns, train, empty)
    transformer.fit(train_block)
    return [
        _to_float32(transformer.transform(train_block), columns),
        _to_float32(transformer.transform(_numbers(X, columns, test, empty)), columns),
    ]


def _numbers(
    X: pd.DataFrame, columns: list[str], rows: IntArray, empty: Collection[str]
) -> NDArray[np.float64]:
    """Rows as a C-contiguous array (the same sums whatever pandas' layout), gaps as NaN."""
    import numpy as np

    block = np.empty((len(rows), len(columns)))
    for j, column in enumerate(columns):
        values = X[column].to_numpy(dtype=np.float64, na_value=np.nan)
        block[:, j] = np.nan if column in empty else values[rows]
    return block


def _to_float32(block: NDArray[np.float64], columns: list[str]) -> NDArray[np.float32]:
    import numpy as np

    with np.errstate(over="ignore"):  # an overflow is an error below, with the column's name
        cast = block.astype(np.float32, order="C")
    finite = np.isfinite(cast)
    if not finite.all():
        j = int(np.argmin(finite.all(axis=0)))
        row = int(np.argmin(finite[:, j]))
        raise ImbbenchError(
            f"preprocessing: column {columns[j]!r} holds {block[row, j]:g} after scaling; a finite number "
            "within float32's range (about 3.4e38) is expected; rescale the column or choose another --scale"
        )
    return cast


def _prepare_categorical(
    X: pd.DataFrame, columns: list[str], train: IntArray, test: IntArray, empty: Collection[str]
) -> list[NDArray[np.float32]]:
    import numpy as np
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=MIN_FREQUENCY,
        max_categories=MAX_CATEGORIES,
        sparse_output=False,
        dtype=np.float32,
    )
    train_text = _texts(X, columns, train, empty)
    encoder.fit(train_text)
    for column in columns:
        counts = X[column].iloc[train].value_counts()
        if counts[counts >= MIN_FREQUENCY].iloc[: MAX_CATEGORIES - 1].sum() < counts.sum() / 2:
            text = f"most values of column {column!r} are too rare to be kept apart and share one category"
            advice = "drop an identifier or free text; turn a date into numbers"
            warnings.warn(f"{text}; {advice}", UserWarning, stacklevel=2)
    return [encoder.transform(train_text), encoder.transform(_texts(X, columns, test, empty))]


def _texts(
    X: pd.DataFrame, columns: list[str], rows: IntArray, empty: Collection[str]
) -> NDArray[np.object_]:
    """Rows as text, gaps of every kind (None, NaN, NA) as NaN, which the encoder knows as a category."""
    import numpy as np

    block = np.full((len(rows), len(columns)), np.nan, dtype=object)
    for j, column in enumerate(columns):
        values = X[column].iloc[rows].astype(object)
        known = values.notna().to_numpy()
        if column not in empty:
            block[known, j] = [str(value) for value in values[known]]
    return block


def _join(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The parts side by side, read-only."""
    import numpy as np

    joined = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    joined = np.ascontiguousarray(joined)
    joined.setflags(write=False)
    return joined
