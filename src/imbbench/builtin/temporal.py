"""The past is trained on, the future is tested: the split `temporal`."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from imbbench import Data, Split, Unsupported
from imbbench.builtin.group_splits import check_test_size, kept_together

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pair = tuple[NDArray[np.intp], NDArray[np.intp]]


def temporal(
    data: Data,
    seed: int,  # noqa: ARG001
    *,
    test_size: float = 0.2,
    time_feature: bool = False,  # noqa: ARG001
) -> Iterator[Pair]:
    """The past is trained on, the last rows by the data's time are the test part.

    Rows of one time are never in both parts: the cut lies between two times, where the test part is
    nearest to `test_size` of the rows (the larger one of two that are equally near). Nothing is drawn.
    A column of X that is the time itself is no feature, since no value of the test part was ever seen in
    training; `time_feature=true` leaves it in.

    Raises
    ------
    Unsupported : the data have no time, one time only, or a group with rows on both sides of the cut.
    """
    import numpy as np

    check_test_size(test_size)
    if data.time is None:
        raise Unsupported(
            "the data have no time; choose a dataset that has one (csv[...,time=COLUMN]) or another split"
        )
    when = _moments(data.time)
    if when.max() == 0:
        raise Unsupported("all rows have the same time, so that none is later; choose another split")
    later = len(when) - np.cumsum(np.bincount(when))[:-1]  # rows after each time but the last, falling
    test = when > np.argmin(np.abs(later - test_size * len(when)))
    if data.groups is not None:
        groups = kept_together(data.groups)
        if both := len(np.intersect1d(groups[test], groups[~test])):
            raise Unsupported(
                f"{both:,} of {groups.max() + 1:,} groups have rows before and after the cut; expected each "
                "on one side; leave the groups out, or choose holdout or kfold"
            )
    yield np.flatnonzero(~test), np.flatnonzero(test)


def features(data: Data, *, test_size: float, time_feature: bool) -> list[str] | None:  # noqa: ARG001
    """All columns but those that are the time of the rows."""
    import numpy as np

    if time_feature or data.time is None:
        return None
    time = np.asarray(data.time)
    same = [name for name in data.X.columns if np.array_equal(data.X[name].to_numpy(), time)]
    if not same:
        return None
    if len(same) == data.X.shape[1]:
        raise Unsupported("there is no column but the time of the rows; time_feature=true makes it a feature")
    names = ", ".join(same)
    warnings.warn(
        f"temporal: {names} is the time of the rows and no feature; time_feature=true makes it one",
        stacklevel=2,
    )
    return [name for name in data.X.columns if name not in same]


def _moments(time: NDArray[Any]) -> NDArray[np.intp]:
    """Numbers or dates (n,) as their ranks: 0 for the rows that are the earliest."""
    import pandas as pd
    from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype, is_timedelta64_dtype

    column = pd.Series(time).infer_objects()
    known = is_numeric_dtype, is_datetime64_any_dtype, is_timedelta64_dtype
    if not any(is_known(column.dtype) for is_known in known):  # text has an order, and 10 stands before 9
        found = f"time is of type {column.dtype}"
        raise Unsupported(f"{found}; expected numbers or dates; convert it in the dataset")
    return pd.factorize(column, sort=True)[0]


SPLIT = Split("temporal", temporal, lambda **_: 1, requires=("numpy", "pandas"), features=features)
