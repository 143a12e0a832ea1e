"""The user's own file as a table: reading it, and finding the columns that were named."""

from __future__ import annotations

import difflib
import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench import ImbbenchError, MissingDependency

if TYPE_CHECKING:
    import pandas as pd

_ENDINGS = (".csv", ".csv.gz", ".parquet")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN = 30  # names of columns in an error; more would hide the message


def read(file: Path) -> pd.DataFrame:
    """The table, its columns named by text and its rows by number."""
    import pandas as pd

    if not file.exists():
        raise ImbbenchError(f"{file.absolute()}: no such file; expected a table there; check path")
    if not file.is_file():
        raise ImbbenchError(f"{file} is a folder; expected a file; name one inside it")
    ending = next((ending for ending in _ENDINGS if file.name.lower().endswith(ending)), None)
    if ending is None:
        raise ImbbenchError(
            f"{file}: unknown kind of file {file.suffix!r}; expected {', '.join(_ENDINGS)}; convert it"
        )
    try:
        frame = pd.read_parquet(file, engine="pyarrow") if ending == ".parquet" else _read_csv(file, ending)
    except ImportError as error:
        advice = "reading Parquet needs pyarrow; run pip install 'imbbench[parquet]'"
        raise MissingDependency(f"{file}: {advice} ({error})") from error
    except pd.errors.EmptyDataError as error:
        raise ImbbenchError(f"{file} is empty; expected a header line and rows; export it again") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:  # wrong encoding, torn lines, torn archive
        advice = f"expected a {ending} file{'' if ending == '.parquet' else ', comma-separated, in UTF-8'}"
        raise ImbbenchError(f"{file} cannot be read: {error}; {advice}; export it again") from error
    # A named index was a column of the Parquet file; an unnamed one only numbers the rows.
    frame = frame.reset_index(drop=all(name is None for name in frame.index.names))
    frame.columns = frame.columns.map(str)
    return frame


def _read_csv(file: Path, ending: str) -> pd.DataFrame:
    import pandas as pd

    compression: Any = "gzip" if ending.endswith(".gz") else None
    # Two lines without a header: longer rows than names are an error here, where pandas would take the
    # first fields as row labels and shift the names.
    top = pd.read_csv(file, compression=compression, header=None, nrows=2, dtype=str)
    header = top.iloc[0].dropna()
    twice = sorted(set(header[header.duplicated()]))
    if twice:  # pandas would rename the second, and a second target would be a feature
        raise ImbbenchError(f"{file}: the header names {twice[0]!r} more than once; rename or drop one")
    # low_memory: a column's type must not depend on how the file is cut into chunks.
    frame = pd.read_csv(file, compression=compression, low_memory=False)
    for name in frame.columns:
        if _are_dates(frame[name]):  # a type that Parquet would have kept: the border says what to do
            frame[name] = pd.to_datetime(frame[name], format="ISO8601", utc=True)
    return frame


def _are_dates(column: pd.Series) -> bool:
    """Whether all values are text such as 2024-05-17 or 2024-05-17 12:30:00."""
    import pandas as pd

    values = column.dropna()
    if not pd.api.types.is_string_dtype(values) or values.empty or not _DATE.match(values.iloc[0]):
        return False
    return bool(pd.to_datetime(values, format="ISO8601", errors="coerce", utc=True).notna().all())


def check_columns(frame: pd.DataFrame, file: Path, target: str, others: Iterable[str] = ()) -> None:
    """Raise ImbbenchError unless the table has rows, the target, the other columns, none of which is the
    target, and one column more."""
    for name in (target, *others):
        if name not in frame.columns:
            raise ImbbenchError(f"{file} has no column {_not_there(name, list(frame.columns))}")
    if target in others:
        raise ImbbenchError(
            f"{file}: {target!r} is the target, and was named as another column too; name it once"
        )
    if len(frame.columns) == 1:
        raise ImbbenchError(
            f"{file} has no column beside the target {target!r}; expected at least one feature"
        )
    if frame.empty:
        raise ImbbenchError(
            f"{file} has a header and no rows; expected rows of both classes; export it again"
        )


def _not_there(name: str, names: list[str]) -> str:
    """A name that is no column, what is meant perhaps, and what there is."""
    near = difflib.get_close_matches(name, names, n=1)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    listed = (
        f"columns are {', '.join(map(repr, names))}"
        if len(names) <= _SHOWN
        else f"it has {len(names)} columns"
    )
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        listed += "; save it with commas between the fields"
    return f"{name!r}{hint}; {listed}"


def column_of(frame: pd.DataFrame, role: str, name: str, file: Path) -> pd.Series:
    """The column that is the rows' `groups`, `time` or `amount`. ImbbenchError for one with gaps, and for a
    time that is neither a number nor a date."""
    import pandas as pd
    from pandas.api.types import infer_dtype, is_datetime64_any_dtype, is_numeric_dtype

    column = frame[name]
    missing = int(column.isna().sum())
    if missing:
        raise ImbbenchError(
            f"{file}: {role} {name!r} is missing in {missing:,} of {len(column):,} rows; fill or drop them"
        )
    if role == "time" and not is_numeric_dtype(column):
        if infer_dtype(column) == "date":  # as Parquet keeps days
            column = pd.to_datetime(column)
        if not is_datetime64_any_dtype(column):
            raise ImbbenchError(
                f"{file}: time {name!r} holds values such as {column.iloc[0]!r}; expected numbers, or dates "
                "such as 2024-05-17"
            )
    return column
