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
    from collections.abc import Callable, Collection, Mapping, Sequence

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from imbbench.columns import Columns
    from imbbench.components import IntArray

    #: Makes numbers, float32 (k, p), of k rows of a table: (its columns, row numbers) -> the numbers.
    Transform = Callable[[Columns, IntArray], NDArray[np.float32]]

SCALES: tuple[str, ...] = ("standard", "none", "minmax", "power", "robust")
#: A category seen in fewer training rows than this is rare: nothing reliable can be learnt from it. A
#: count, since a fraction of a large table would also swallow categories with thousands of rows.
MIN_FREQUENCY = 10
#: At most so many 0/1 columns come from one categorical column, the one of the rare included: a column
#: of postcodes must not multiply the size of the dense table.
MAX_CATEGORIES = 50


def fit_preprocessing(columns: Columns, train: IntArray, scale: str) -> tuple[NDArray[np.float32], Transform]:
    """The training part of a fold as numbers, and what makes numbers of other rows in the same way.

    Parameters
    ----------
    columns : of the whole table; not changed.
    train : row numbers, (m,).
    scale : one of `SCALES`, applied to numeric columns.

    Returns
    -------
    A float32 array (m, p), and a function that returns one (k, p) for k rows of a table with the same
    columns. Both are C-contiguous and read-only. Warns of columns without any value in the training part,
    and of categorical ones most of whose values are rare.

    Raises
    ------
    ImbbenchError : `scale` is unknown, or a value does not fit into float32 (the column is named). The
        function raises it too.
    """
    empty = columns.empty(train)
    if empty:
        names = ", ".join(map(repr, empty))
        text = f"no value of {names} in the training part of a fold: the column is not used there"
        warnings.warn(text, UserWarning, stacklevel=2)
    fitted = []
    if columns.numeric:
        steps = _numeric_steps(scale, impute=not columns.gappy.isdisjoint(columns.numeric))
        fitted.append(_fit_numeric(columns.numeric, train, empty, steps))
    if columns.categorical:
        fitted.append(_fit_categorical(columns.categorical, train, empty))
    blocks, transforms = zip(*fitted, strict=True)
    return _join(blocks), lambda columns, rows: _join([each(columns, rows) for each in transforms])


def _numeric_steps(scale: str, impute: bool) -> list[Any]:
    """Transformers that may overwrite what they are given (`copy=False`: same figures, less memory)."""
    from sklearn import preprocessing

    if scale not in SCALES:
        raise ImbbenchError(f"no scale named {scale!r}; scales are {', '.join(SCALES)}")
    scalers: dict[str, Any] = {
        "standard": preprocessing.StandardScaler,
        "minmax": preprocessing.MinMaxScaler,
        "power": preprocessing.PowerTransformer,
        "robust": preprocessing.RobustScaler,
    }
    steps = []
    if impute:
        from sklearn.impute import SimpleImputer  # a tenth of a second, for tables with gaps only

        steps.append(SimpleImputer(strategy="median", keep_empty_features=True, copy=False))
    return [*steps, scalers[scale](copy=False)] if scale in scalers else steps


def _fit_numeric(
    columns: Mapping[str, NDArray[Any]], train: IntArray, empty: Collection[str], steps: Sequence[Any]
) -> tuple[NDArray[np.float32], Transform]:
    fitted = _numbers(columns, train, empty)
    for step in steps:
        fitted = step.fit(fitted).transform(fitted)

    def transform(columns: Columns, rows: IntArray) -> NDArray[np.float32]:
        block = _numbers(columns.numeric, rows, empty)
        for step in steps:
            block = step.transform(block)
        return _to_float32(block, list(columns.numeric))

    return _to_float32(fitted, list(columns)), transform


def _numbers(
    columns: Mapping[str, NDArray[Any]], rows: IntArray, empty: Collection[str]
) -> NDArray[np.float64]:
    """Rows as a C-contiguous array: the same sums whatever pandas' layout."""
    import numpy as np

    block = np.empty((len(rows), len(columns)))
    for j, (name, values) in enumerate(columns.items()):
        block[:, j] = np.nan if name in empty else values[rows]
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


def _fit_categorical(
    columns: Mapping[str, pd.Series], train: IntArray, empty: Collection[str]
) -> tuple[NDArray[np.float32], Transform]:
    import numpy as np
    from sklearn.preprocessing import OneHotEncoder

    encoder = OneHotEncoder(
        handle_unknown="infrequent_if_exist",
        min_frequency=MIN_FREQUENCY,
        max_categories=MAX_CATEGORIES,
        sparse_output=False,
        dtype=np.float32,
    )
    train_text = _texts(columns, train, empty)
    encoder.fit(train_text)
    for name, column in columns.items():
        counts = column.iloc[train].value_counts()
        if counts[counts >= MIN_FREQUENCY].iloc[: MAX_CATEGORIES - 1].sum() < counts.sum() / 2:
            text = f"most values of column {name!r} are too rare to be kept apart and share one category"
            advice = "drop an identifier or free text; turn a date into numbers"
            warnings.warn(f"{text}; {advice}", UserWarning, stacklevel=2)

    def transform(columns: Columns, rows: IntArray) -> NDArray[np.float32]:
        block: NDArray[np.float32] = encoder.transform(_texts(columns.categorical, rows, empty))
        return block

    return encoder.transform(train_text), transform


def _texts(columns: Mapping[str, pd.Series], rows: IntArray, empty: Collection[str]) -> NDArray[np.object_]:
    """Rows as text, gaps of every kind (None, NaN, NA) as NaN, which the encoder knows as a category."""
    import numpy as np

    block = np.full((len(rows), len(columns)), np.nan, dtype=object)
    for j, (name, column) in enumerate(columns.items()):
        values = column.iloc[rows].astype(object)
        known = values.notna().to_numpy()
        if name not in empty:
            block[known, j] = [str(value) for value in values[known]]
    return block


def _join(parts: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The parts side by side, read-only."""
    import numpy as np

    joined = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    joined = np.ascontiguousarray(joined)
    joined.setflags(write=False)
    return joined
