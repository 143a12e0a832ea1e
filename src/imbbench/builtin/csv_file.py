"""The user's own table as a dataset: `csv[path=...,target=...,positive=...]`."""

from __future__ import annotations

import difflib
import re
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench import Card, Data, Dataset, ImbbenchError, MissingDependency

if TYPE_CHECKING:
    import pandas as pd

_ENDINGS = (".csv", ".csv.gz", ".parquet")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_SHOWN = 30  # names of columns in an error; more would hide the message

CARD = Card(
    what="Rows of your own file; class 1 is the target column's rarer label, or the one named as positive.",
    source="the file named by path (CSV, CSV.gz or Parquet)",
    licence="that of the file",
    citation="that of the file",
)


def files(*, path: str, target: str, positive: str | int | float | bool | None = None) -> list[Path]:  # noqa: ARG001
    """The one file that `load` reads, which must take the same parameters."""
    return [Path(path).expanduser()]


def load(*, path: str, target: str, positive: str | int | float | bool | None = None) -> Data:
    """A CSV, gzipped CSV or Parquet file: every column but `target` is a feature.

    Parameters
    ----------
    path : the file; `~` is the home folder. It takes no part in the data's identity.
    target : the column of labels: two distinct values, no gaps.
    positive : the label that becomes class 1, as typed (1 stands for 1, 1.0, True and "1"); None is
        the rarer one. Which label it was is warned of unless the labels are 0 and 1 with 1 rarer.

    Raises
    ------
    ImbbenchError : there is no such file, it cannot be read as a table, or its target does not fit.
    """
    import numpy as np

    (file,) = files(path=path, target=target, positive=positive)
    frame = _read(file)
    _check_columns(frame, file, target)
    unnamed = [name for name in frame.columns if name.startswith("Unnamed: ") and name != target]
    if unnamed:
        text = f"csv: {', '.join(unnamed)} has no name in the file and is used as a feature"
        warnings.warn(f"{text}; drop it if it only numbers the rows", UserWarning, stacklevel=2)
    labels = frame.pop(target)
    counts = _count_labels(labels, f"{file}: target {target!r}")
    one = _class_one(counts, positive, f"{file}: target {target!r}")
    (zero,) = (label for label in counts if label is not one)
    if (_typed(zero), _typed(one)) != (0, 1) or counts[one] > counts[zero]:
        rows = f"{counts[one]:,} of {len(labels):,} rows"
        text = f"csv: target {target!r}: class 1 is {one!r} ({rows}), class 0 is {zero!r}"
        warnings.warn(text, UserWarning, stacklevel=2)
    called = _typed(one)
    positive = called if isinstance(called, str) else f"{called:g}"
    return Data(frame, np.asarray(labels == one, dtype=np.int8), positive=positive)


def _read(file: Path) -> pd.DataFrame:
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


def _check_columns(frame: pd.DataFrame, file: Path, target: str) -> None:
    names = list(frame.columns)
    if target not in names:
        near = difflib.get_close_matches(target, names, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        listed = (
            f"columns are {', '.join(map(repr, names))}"
            if len(names) <= _SHOWN
            else f"it has {len(names)} columns"
        )
        if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
            listed += "; save it with commas between the fields"
        raise ImbbenchError(f"{file} has no column {target!r}{hint}; {listed}")
    if len(names) == 1:
        raise ImbbenchError(
            f"{file} has no column beside the target {target!r}; expected at least one feature"
        )
    if frame.empty:
        raise ImbbenchError(
            f"{file} has a header and no rows; expected rows of both classes; export it again"
        )


def _count_labels(labels: pd.Series, where: str) -> dict[Any, int]:
    """The two labels, with their numbers of rows."""
    missing = int(labels.isna().sum())
    if missing:
        raise ImbbenchError(
            f"{where} is missing in {missing:,} of {len(labels):,} rows; fill or drop these rows"
        )
    found = labels.value_counts()
    counts = {label: int(count) for label, count in zip(found.index.tolist(), found, strict=True) if count}
    if len(counts) == 1:
        raise ImbbenchError(
            f"{where} is {next(iter(counts))!r} in all rows; expected two labels; add the other class"
        )
    if len(counts) != 2:
        few = ", ".join(map(repr, list(counts)[:5])) + (", ..." if len(counts) > 5 else "")
        advice = "expected two; choose a binary column or map its values to two"
        raise ImbbenchError(f"{where} has {len(counts):,} distinct values ({few}); {advice}")
    return counts


def _class_one(counts: dict[Any, int], positive: Any, where: str) -> Any:
    """The label that becomes class 1."""
    found = " and ".join(f"{label!r} ({count:,} rows)" for label, count in counts.items())
    if positive is not None:
        same = [label for label in counts if str(label) == str(positive)]
        alike = same or [label for label in counts if _typed(label) == _typed(positive)]
        if len(alike) != 1:
            raise ImbbenchError(
                f"{where} has no one label {positive!r}; labels are {found}; set positive to one of them"
            )
        return alike[0]
    rarer, commoner = sorted(counts, key=lambda label: (counts[label], _typed(label) != 1))
    if counts[rarer] == counts[commoner] and (_typed(commoner), _typed(rarer)) != (0, 1):
        raise ImbbenchError(f"{where} has no rarer label: {found}; say which is class 1 with positive=...")
    return rarer


def _typed(label: Any) -> float | str:
    """What a label and the same label typed on a command line have in common."""
    text = str(label).strip()
    try:
        return float({"true": "1", "false": "0"}.get(text.lower(), text))
    except ValueError:
        return text


DATASET = Dataset("csv", load, CARD, files=files, requires=("pandas",), in_all=False)
