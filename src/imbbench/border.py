"""The border: what a plugin returns is checked and converted here, once, and trusted behind it.

`who` names the component that returned it ("dataset 'moons' (plugin 'builtin')") and begins every message.
A broken contract is a `PluginError`; rows that cannot be benchmarked are an `ImbbenchError`.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from imbbench.data import Data, TrainingSet
from imbbench.errors import ImbbenchError, PluginError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from imbbench.components import IntArray

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
        raise PluginError(f"{who}: load returned {_kind(data)}; expected imbbench.Data(X=..., y=...)")
    X = _frame(data.X, who)
    y = _column(data.y, "y", data.X, who)
    found = y.unique().tolist()
    if any(label not in (0, 1) for label in found):
        expected = "expected 0 and 1, where 1 is the positive, minority class; map them in load"
        raise ImbbenchError(f"{who}: y holds the labels {_some(found)}; {expected}")
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
        others["amount"] = _real(others["amount"], f"{who}: amount", (len(y),))
    return Data(X, np.asarray(y == 1, dtype=np.int8), **others, source=data.source)


def _frame(X: object, who: str) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    if isinstance(X, np.ndarray) and X.ndim == 2:
        frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(X.shape[1])])
    elif isinstance(X, pd.DataFrame):
        frame = X.copy(deep=False)
    else:
        raise PluginError(f"{who}: X is {_kind(X)}; expected a DataFrame or 2-D array (rows, features)")
    if 0 in frame.shape:
        raise ImbbenchError(
            f"{who}: X has {len(frame)} rows and {frame.shape[1]} columns; expected at least one"
        )
    frame.columns, frame.index = pd.Index([str(name) for name in frame.columns]), pd.RangeIndex(len(frame))
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        raise ImbbenchError(
            f"{who}: X has more than one column named {_some(twice)}; rename them or keep one"
        )
    empty = [name for name in frame.columns if frame[name].isna().all()]
    if empty:
        raise ImbbenchError(
            f"{who}: no value at all in column {_some(empty)}; expected at least one; drop it"
        )
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
            raise ImbbenchError(f"{where} has {infinite:,} infinite values in {len(column):,} rows; {advice}")
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


def check_folds(
    folds: Iterable[Any], y: NDArray[np.int8], expected: int, who: str
) -> list[tuple[IntArray, IntArray]]:
    """What `split` returned: `expected` pairs (train, test) of row numbers.

    No row twice, none in both parts, both classes in every training part. One class only in a test
    part is a warning.
    """
    import numpy as np

    if not isinstance(folds, Iterable):
        raise PluginError(f"{who}: split returned {_kind(folds)}; expected pairs (train_idx, test_idx)")
    pairs = list(itertools.islice(folds, expected + 1))  # one too many is enough to know
    if len(pairs) != expected:
        found = "more" if len(pairs) > expected else f"only {len(pairs)}"
        raise PluginError(f"{who}: n_folds says {expected}, split gave {found}; make the two agree")
    checked = [_fold(pair, y, f"{who}: fold {number}") for number, pair in enumerate(pairs)]
    single = [str(number) for number, (_, test) in enumerate(checked) if len(np.unique(y[test])) == 1]
    if single:
        text = f"{who}: one class only in the test part of fold {', '.join(single)}: AUC is undefined there"
        warnings.warn(text, UserWarning, stacklevel=2)
    return checked


def _fold(pair: Any, y: NDArray[np.int8], where: str) -> tuple[IntArray, IntArray]:
    import numpy as np

    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise PluginError(f"{where} is {_kind(pair)}; expected a pair (train_idx, test_idx)")
    parts = []
    for name, given in zip(("train", "test"), pair, strict=True):
        rows = np.asarray(given)
        if rows.ndim != 1 or not len(rows) or rows.dtype.kind not in "iu":
            found = f"{name} is an array of {rows.dtype}, shape {rows.shape}"
            raise PluginError(
                f"{where}: {found}; expected row numbers (m,), m > 0; np.flatnonzero makes them of a mask"
            )
        if rows.min() < 0 or rows.max() >= len(y):
            found = f"{name} has rows from {rows.min()} to {rows.max()}"
            raise PluginError(f"{where}: {found}; expected 0 to {len(y) - 1}")
        if len(np.unique(rows)) < len(rows):
            raise PluginError(
                f"{where}: {name} has {len(rows) - len(np.unique(rows)):,} rows twice; expected each once"
            )
        parts.append(rows.astype(np.intp, copy=False))
    train, test = parts
    shared = len(np.intersect1d(train, test))
    if shared:
        raise PluginError(f"{where}: {shared:,} rows are in both train and test; expected none")
    for label in (0, 1):
        if not (y[train] == label).any():
            found = f"no row of class {label} in train, {(y == label).sum():,} in the data"
            raise ImbbenchError(f"{where}: {found}; expected some; stratify, or use fewer folds")
    return train, test


def check_training_set(train: object, before: TrainingSet, who: str) -> TrainingSet:
    """What `apply` returned: X float32 (m, d) with the columns of `before`, y int8 (m,), weights."""
    import numpy as np

    if not isinstance(train, TrainingSet):
        raise PluginError(f"{who}: apply returned {_kind(train)}; expected imbbench.TrainingSet")
    X, d = train.X, before.X.shape[1]
    if not isinstance(X, np.ndarray) or X.dtype.kind != "f" or X.ndim != 2 or X.shape[1] != d or not len(X):
        raise PluginError(
            f"{who}: X is {_kind(X)}; expected a float array (m, {d}) with m > 0, as it was given"
        )
    with np.errstate(over="ignore"):  # an overflow is infinite, hence an error in the next line
        X = _finite(X.astype(np.float32, copy=False), f"{who}: X")
    y = np.asarray(train.y)
    if y.shape != (len(X),):
        raise PluginError(f"{who}: y has shape {y.shape} beside X of shape {X.shape}; expected ({len(X)},)")
    found = np.unique(y).tolist()
    if found != [0, 1]:
        raise PluginError(f"{who}: y holds the labels {_some(found)}; expected both 0 and 1")
    class_weight = train.class_weight
    if class_weight is not None:
        if not isinstance(class_weight, Mapping) or set(class_weight) != {0, 1}:
            raise PluginError(f"{who}: class_weight is {class_weight!r}; expected None or {{0: w0, 1: w1}}")
        weights = _positive([class_weight[0], class_weight[1]], f"{who}: class_weight", (2,))
        class_weight = {0: float(weights[0]), 1: float(weights[1])}
    sample_weight = train.sample_weight
    if sample_weight is not None:
        sample_weight = _positive(sample_weight, f"{who}: sample_weight", (len(X),))
    return TrainingSet(X, y.astype(np.int8, copy=False), class_weight, sample_weight)


def check_scores(scores: object, n: int, who: str) -> NDArray[np.float64]:
    """What `decision_function` returned: float64 (n,), all finite."""
    return _real(scores, f"{who}: decision_function", (n,))


def _positive(values: object, what: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    weights = _real(values, what, shape)
    if weights.min() <= 0:
        raise PluginError(f"{what} has a weight of {weights.min():g}; expected weights above 0")
    return weights


def _real(values: object, what: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    import numpy as np

    array = np.asarray(values)
    if array.shape != shape:
        squeeze = "; squeeze it, array[:, 0]" if array.shape == (*shape, 1) else ""
        raise PluginError(f"{what} has shape {array.shape}; expected {shape}{squeeze}")
    if array.dtype.kind not in "fiu":
        raise PluginError(f"{what} is of type {array.dtype}; expected real numbers")
    return _finite(array.astype(np.float64, copy=False), what)


def _finite(array: NDArray[Any], what: str) -> NDArray[Any]:
    import numpy as np

    nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    if nan or infinite:
        raise PluginError(
            f"{what} has {nan:,} NaN and {infinite:,} infinite of {array.size:,} values; expected none"
        )
    return array


def _kind(value: object) -> str:
    shape = f" of shape {value.shape}" if hasattr(value, "shape") else ""
    return f"a {type(value).__name__}{shape}"


def _some(values: Iterable[Any]) -> str:
    """The first few, as Python writes them."""
    shown = [repr(value) for value in itertools.islice(values, 6)]
    return ", ".join(shown[:5]) + (", ..." if len(shown) > 5 else "")
