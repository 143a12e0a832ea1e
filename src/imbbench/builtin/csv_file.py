"""The user's own table as a dataset: `csv[path=...,target=...,positive=...]`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench import Card, Data, Dataset, ImbbenchError
from imbbench.builtin.csv_table import check_columns, column_of, read

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

CARD = Card(
    what="Rows of your own file; class 1 is the target column's rarer label, or the one named as positive.",
    source="the file named by path (CSV, CSV.gz or Parquet)",
    licence="that of the file",
    citation="that of the file",
)


def files(*, path: str, **_: object) -> list[Path]:
    """The one file that `load` reads."""
    return [Path(path).expanduser()]


def load(
    *,
    path: str,
    target: str,
    positive: str | int | float | bool | None = None,
    groups: str | None = None,
    time: str | None = None,
    amount: str | None = None,
    drop: tuple[str, ...] = (),
) -> Data:
    """A CSV, gzipped CSV or Parquet file: every column is a feature but `target`, `groups`, `time` and those
    in `drop`.

    Parameters
    ----------
    path : the file; `~` is the home folder. It takes no part in the data's identity.
    target : the column of labels: two distinct values, no gaps.
    positive : the label that becomes class 1, as typed (1 stands for 1, 1.0, True and "1"); None is
        the rarer one. Which label it was is warned of unless the labels are 0 and 1 with 1 rarer.
    groups : a column (customer, patient): rows with the same value there are kept in one part of a fold.
    time : a column of numbers, or of dates such as 2024-05-17: what `temporal` sorts the rows by.
    amount : a column of money at stake, for metrics of cost. It stays a feature unless `drop` names it.
    drop : columns that are no features, drop=(id,name); one alone is drop=(id,).

    Raises
    ------
    ImbbenchError : there is no such file, it cannot be read as a table, or a column named here is not there
        or does not fit.
    """
    (file,) = files(path=path)
    frame = read(file)
    named = {"groups": groups, "time": time, "amount": amount}
    roles = {role: name for role, name in named.items() if name is not None}
    check_columns(frame, file, target, (*roles.values(), *drop))
    extras: dict[str, Any] = {
        role: column_of(frame, role, name, file).to_numpy() for role, name in roles.items()
    }
    frame = frame.drop(columns=[name for name in frame.columns if name in (groups, time, *drop)])
    if len(frame.columns) == 1:
        raise ImbbenchError(f"{file} has no column left beside the target {target!r}; drop fewer")
    unnamed = [name for name in frame.columns if name.startswith("Unnamed: ") and name != target]
    if unnamed:
        text = f"csv: {', '.join(unnamed)} has no name in the file and is used as a feature"
        warnings.warn(f"{text}; drop it if it only numbers the rows", UserWarning, stacklevel=2)
    y, called = _labelled(frame.pop(target), positive, f"{file}: target {target!r}")
    return Data(frame, y, **extras, positive=called)


def _labelled(labels: pd.Series, positive: Any, where: str) -> tuple[NDArray[np.int8], str]:
    """Labels (n,) as 0 and 1, and what class 1 is called. Warns of what it is unless it is plain."""
    import numpy as np

    counts = _count_labels(labels, where)
    one = _class_one(counts, positive, where)
    (zero,) = (label for label in counts if label is not one)
    if (_typed(zero), _typed(one)) != (0, 1) or counts[one] > counts[zero]:
        rows = f"{counts[one]:,} of {len(labels):,} rows"
        text = f"csv: target {labels.name!r}: class 1 is {one!r} ({rows}), class 0 is {zero!r}"
        warnings.warn(text, UserWarning, stacklevel=2)
    called = _typed(one)
    name = called if isinstance(called, str) else f"{called:g}"
    return np.asarray(labels == one, dtype=np.int8), name


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
