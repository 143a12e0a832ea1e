"""The border for datasets: what `load` returns becomes numbers, booleans and categories, or an error."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imbbench.border import kind, real, some
from imbbench.data import Data, read_only
from imbbench.errors import ImbbenchError, PluginError

if TYPE_CHECKING:
    import pandas as pd

# What pandas finds in a column.
_NUMBERS = {"integer", "floating", "mixed-integer-float", "decimal"}
_CATEGORIES = {"string", "categorical"}
_TIMES = {"datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period"}


def check_data(data: object, who: str) -> Data:
    """What `load` returned: X with text names and plain row numbers, y int8, the rest arrays (n,).

    X may be a 2-D array (columns x0, x1, ...), the others Series, lists or arrays. Object columns of
    numbers or booleans get a type of their own. Nothing that was passed in is changed.
    """
    import numpy as np

    if not isinstance(data, Data):
        raise PluginError(f"{who}: load returned {kind(data)}; expected imbbench.Data(X=..., y=...)")
    X = _frame(data.X, who)
    y = _column(data.y, "y", data.X, who)
    found = y.unique().tolist()
    if any(label not in (0, 1) for label in found):
        expected = "expected 0 and 1, where 1 is the positive, minority class; map them in load"
        raise ImbbenchError(f"{who}: y holds the labels {some(found)}; {expected}")
    if len(found) == 1:
        raise ImbbenchError(
            f"{who}: all {len(y):,} rows are of class {int(found[0])}; expected rows of both classes"
        )
    others = {
        name: _column(getattr(data, name), name, data.X, who).to_numpy()
        for name in ("time", "groups", "amount")
        if getattr(data, name) is not None
    }
    if "amount" in others:
        others["amount"] = real(others["amount"], f"{who}: amount", (len(y),))
    labels = np.asarray(y == 1, dtype=np.int8)
    fixed = {name: read_only(values) for name, values in others.items()}
    return Data(X, read_only(labels), **fixed, source=data.source, positive=str(data.positive))


def without_duplicates(data: Data) -> Data:
    """The rows that equal no earlier one in all features and the label; gaps equal each other. Warns of how
    many were dropped. `data` has passed the border."""
    import numpy as np

    frame = data.X.set_axis(range(data.X.shape[1]), axis=1)
    first = ~frame.assign(y=data.y).duplicated().to_numpy()
    kept = np.flatnonzero(first)
    dropped = len(first) - len(kept)
    if not dropped:
        return data
    text = f"{dropped:,} of {len(first):,} rows were duplicates of earlier ones and dropped"
    warnings.warn(text, UserWarning, stacklevel=2)
    others = {name: getattr(data, name) for name in ("y", "time", "groups", "amount")}
    taken: dict[str, Any] = {
        name: read_only(values[kept]) for name, values in others.items() if values is not None
    }
    return replace(data, X=data.X.iloc[kept].reset_index(drop=True), **taken)


def _frame(X: object, who: str) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    if isinstance(X, np.ndarray) and X.ndim == 2:
        frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    elif isinstance(X, pd.DataFrame):
        frame = X.copy(deep=False)
    else:
        raise PluginError(f"{who}: X is {kind(X)}; expected a DataFrame or 2-D array (rows, features)")
    if 0 in frame.shape:
        raise ImbbenchError(
            f"{who}: X has {len(frame)} rows and {frame.shape[1]} columns; expected at least one"
        )
    frame.columns, frame.index = pd.Index([str(name) for name in frame.columns]), pd.RangeIndex(len(frame))
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        raise ImbbenchError(f"{who}: X has more than one column named {some(twice)}; rename them or keep one")
    empty = [name for name in frame.columns if frame[name].isna().all()]
    if empty:
        raise ImbbenchError(f"{who}: no value at all in column {some(empty)}; expected at least one; drop it")
    for name in frame.columns:
        checked = _feature(frame[name], f"{who}: column {name!r}")
        if checked.dtype != frame[name].dtype:
            frame[name] = checked
    return frame


def _feature(column: pd.Series, where: str) -> pd.Series:
    """A column of numbers, booleans or categories; object columns of the first two get a type."""
    import numpy as np
    from pandas.api.types import infer_dtype

    found = infer_dtype(column, skipna=True)
    is_object = column.dtype == object
    if found in _NUMBERS:
        numbers = column.where(column.notna(), np.nan).astype("float64") if is_object else column
        infinite = int(np.isinf(numbers.to_numpy(np.float64, na_value=np.nan)).sum())
        if infinite:
            advice = "expected finite values or gaps; replace them"
            count = f"{infinite:,} infinite value{'s' * (infinite > 1)}"
            raise ImbbenchError(f"{where} has {count} in {len(column):,} rows; {advice}")
        return numbers
    if found == "boolean":
        return column.astype("boolean") if is_object else column
    if found in _CATEGORIES:
        return column
    if found in _TIMES:
        advice = "turn it into numbers, such as hours since a reference, or drop it"
        raise ImbbenchError(f"{where} holds times ({found}); expected numbers or categories; {advice}")
    types = ", ".join(sorted({type(value).__name__ for value in column.dropna()}))
    advice = "expected only numbers, only booleans or only text; convert or drop it"
    raise ImbbenchError(f"{where} holds values of type {types}; {advice}")


def _column(values: Any, name: str, X: Any, who: str) -> pd.Series:
    """`values` as a Series with a value, none missing, for each row of X."""
    import numpy as np
    import pandas as pd

    n = len(X)
    if np.shape(values) != (n,):
        shapes = f"{name} has shape {np.shape(values)} beside X of shape {np.shape(X)}"
        raise PluginError(f"{who}: {shapes}; expected ({n},), one value a row")
    column = pd.Series(values)
    index = getattr(X, "index", column.index)
    if isinstance(values, pd.Series) and not index.equals(column.index) and column.index.isin(index).all():
        # Taken by position, rows would be paired wrongly and nobody would see it.
        advice = f"bring both into one order, or pass {name}.to_numpy() if they are"
        raise PluginError(f"{who}: the index of {name} is that of X in another order; {advice}")
    missing = int(column.isna().sum())
    if missing:
        raise ImbbenchError(
            f"{who}: {name} is missing in {missing:,} of {n:,} rows; fill or drop them in load"
        )
    return column
