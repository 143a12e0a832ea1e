"""The identity of a dataset: a hash of its names, types and values."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from imbbench.data import Data


def fingerprint(data: Data) -> str:
    """SHA-256 (64 hex digits) over column names, types and values of X, y, time, groups and amount, and over
    the name of class 1.

    The same in every process and on every machine, however pandas lays out its memory; every gap
    of a column equals every other. `data` is as `border.check_data` returns it. Row labels, the
    file the rows came from and `Data.source` take no part.
    """
    import pandas as pd

    digest = hashlib.sha256()
    columns = [("X", str(name), data.X.iloc[:, j]) for j, name in enumerate(data.X.columns)]
    for name in ("y", "time", "groups", "amount"):
        values = getattr(data, name)
        if values is not None:
            columns.append((name, "", pd.Series(values)))
    for part, name, column in columns:
        head, body = _encode(column)
        # The head says how long the body is, so that no two datasets run into the same bytes.
        digest.update(json.dumps([part, name, len(column), *head]).encode())
        digest.update(body)
    if data.positive:
        digest.update(json.dumps(["positive", data.positive]).encode())
    return digest.hexdigest()


def _encode(column: pd.Series) -> tuple[list[str], memoryview]:
    """A column as words on its type and the bytes of its little-endian values."""
    import numpy as np
    import pandas as pd

    dtype = column.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biufcmM":
        values = np.ascontiguousarray(column.to_numpy(), dtype.newbyteorder("<"))
        gaps = np.isnan(values) if dtype.kind in "fc" else None
        if gaps is not None and gaps.any():
            values = np.where(gaps, np.array(np.nan, values.dtype), values)  # NaN has many bit patterns
        return [dtype.name], values.view(np.uint8).data
    # Everything else (text, categories, nullable and Arrow types) as numbers of its distinct values
    # in order of appearance; repr tells "1" from 1 and is the same everywhere for plain values.
    codes, distinct = pd.factorize(column)
    return [str(dtype), repr(distinct.tolist())], codes.astype("<i8").view(np.uint8).data
