"""ARFF files as tables, read by liac-arff."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from imbbench import ImbbenchError

if TYPE_CHECKING:
    import pandas as pd

_INTEGER = re.compile(r"\binteger\s*$", re.IGNORECASE)
#: Rows at a time as Python objects, which take ten times the memory of the table.
_CHUNK = 10_000


def read(file: Path) -> pd.DataFrame:
    """A dense or sparse ARFF file in UTF-8.

    Numeric columns are float64, nominal ones categories in the order of the header, string ones text; `?`
    is a gap. What a sparse row leaves out is 0, or the first value of a nominal column.

    Raises ImbbenchError where it cannot be read: a date, a relation, a value that its header does not allow.
    """
    import arff
    import pandas as pd

    with file.open(encoding="utf-8") as stream:
        lines = _Lines(stream)
        try:
            found = arff.load(lines, return_type=arff.DENSE_GEN)
            types = {name: _dtype(kind) for name, kind in found["attributes"]}
            rows = iter(found["data"])
            chunks = [_frame([], types)]
            while chunk := list(itertools.islice(rows, _CHUNK)):
                chunks.append(_frame(chunk, types))
        except UnicodeDecodeError as error:
            raise ImbbenchError(f"{file} cannot be read: {error}; expected UTF-8") from error
        except (arff.ArffException, ValueError) as error:
            # The text of an ArffException fails where a value holds a percent sign.
            what = type(error).__name__ if isinstance(error, arff.ArffException) else error
            where = f"line {lines.number}, {lines.last.strip()[:80]!r}"
            expected = "expected ARFF with numeric, nominal and string columns"
            raise ImbbenchError(f"{file} cannot be read: {what} in {where}; {expected}") from error
    return pd.concat(chunks, ignore_index=True)


class _Lines:
    """The lines of a file, counted, with REAL for INTEGER: that is another word for NUMERIC in ARFF, where
    liac-arff would cut decimals off."""

    def __init__(self, stream: IO[str]) -> None:
        self.number, self.last = 0, ""
        self._stream = stream

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._stream, 1):
            self.number, self.last = number, line
            yield _INTEGER.sub("REAL", line) if line.lstrip()[:1] == "@" else line


def _dtype(kind: str | list[str]) -> Any:
    import pandas as pd

    if isinstance(kind, list):  # some headers declare a value twice, or a gap: {?, a, b}
        return pd.CategoricalDtype(list(dict.fromkeys(value for value in kind if value is not None)))
    return "str" if kind == "STRING" else "float64"


def _frame(rows: list[list[Any]], types: dict[str, Any]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(types), dtype=object).astype(types)
