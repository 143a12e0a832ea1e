"""Folds from a file, such as published ones: `predefined[path=folds.csv]`."""

from __future__ import annotations

import csv
import gzip
import warnings
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from imbbench import Data, ImbbenchError, Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pair = tuple[NDArray[np.intp], NDArray[np.intp]]

#: Rows of a repeat in this fold are in all of its training parts, as in scikit-learn's PredefinedSplit.
ALWAYS_TRAINED_ON = -1
_EXAMPLE = "expected columns row, repeat (may be left out) and fold, such as 0,0,3"

#: repeat -> fold -> row numbers, as they stand in the file
Folds = dict[int, dict[int, "array[int]"]]


def predefined(data: Data, seed: int, *, path: str) -> Iterator[Pair]:  # noqa: ARG001
    """The folds that a CSV file lists, also a gzipped one: nothing is drawn.

    Its columns are `row`, `fold` and perhaps `repeat`, in any order: whole numbers, of which rows count from
    0 as the dataset is loaded. Each fold of each repeat is a test part; the other rows that the file
    lists in that repeat are its training part. Rows in fold -1 are never in a test part, as in
    scikit-learn's PredefinedSplit. A row that is not listed in a repeat is in neither part of its folds.

    Parameters
    ----------
    path : the file; `~` is the home folder. The key of a cell has its content, not its name.

    Raises
    ------
    ImbbenchError : there is no such file, it lists no such folds, or a row that the data do not have.
    """
    import numpy as np

    (file,) = files(path=path)
    repeats = _folds(file)
    rows, last = len(data.y), max(max(part) for folds in repeats.values() for part in folds.values())
    if last >= rows:
        raise ImbbenchError(
            f"{file} has row {last:,}, and the data have {rows:,} rows, 0 to {rows - 1:,}; "
            "are the folds of these data, and do they count rows from 0?"
        )
    left = max(rows - sum(map(len, folds.values())) for folds in repeats.values())
    if left:
        warnings.warn(f"predefined: {left:,} of {rows:,} rows are in no fold", stacklevel=2)
    for _, folds in sorted(repeats.items()):
        parts = {fold: np.asarray(part, dtype=np.intp) for fold, part in folds.items()}
        for fold in sorted(parts.keys() - {ALWAYS_TRAINED_ON}):
            others = [part for other, part in parts.items() if other != fold]
            yield np.sort(np.concatenate(others)), np.sort(parts[fold])


def n_folds(*, path: str) -> int:
    """How many test parts the file lists."""
    (file,) = files(path=path)
    return sum(len(folds.keys() - {ALWAYS_TRAINED_ON}) for folds in _folds(file).values())


def files(*, path: str) -> list[Path]:
    """The file of the folds."""
    return [Path(path).expanduser()]


def _folds(file: Path) -> Folds:
    """What the file lists, read once while it stays as it is."""
    try:
        found = file.stat()
    except OSError as error:
        raise ImbbenchError(f"{file.absolute()} cannot be read: {error.strerror}; check path") from None
    return _read(file, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, _size: int, _changed: int) -> Folds:
    repeats: Folds = {}
    with _opened(file) as stream:
        lines = csv.reader(stream)
        header = [name.strip() for name in next(lines, [])]
        lacking = [name for name in ("row", "fold") if header.count(name) != 1]
        if lacking:
            raise ImbbenchError(
                f"{file}: its header is {','.join(header)!r:.80}, without {' and '.join(lacking)}; {_EXAMPLE}"
            )
        row, fold = header.index("row"), header.index("fold")
        repeat = header.index("repeat") if "repeat" in header else None
        for fields in lines:
            if not fields:
                continue
            try:
                in_repeat = 0 if repeat is None else int(fields[repeat])
                number, in_fold = int(fields[row]), int(fields[fold])
            except (ValueError, IndexError):
                text = ",".join(fields)
                raise ImbbenchError(f"{file}, line {lines.line_num}: {text!r:.80}; {_EXAMPLE}") from None
            if number < 0 or in_fold < ALWAYS_TRAINED_ON:
                found = f"row {number}" if number < 0 else f"fold {in_fold}"
                raise ImbbenchError(
                    f"{file}, line {lines.line_num}: {found}; expected rows from 0, folds from 0, and -1 for "
                    "the fold of rows that are only trained on"
                )
            repeats.setdefault(in_repeat, {}).setdefault(in_fold, array("q")).append(number)
    _check(repeats, file)
    return repeats


@contextmanager
def _opened(file: Path) -> Iterator[IO[str]]:
    """The text of a file, unzipped if its name ends with .gz."""
    opened = gzip.open if file.name.lower().endswith(".gz") else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as stream:
            yield stream
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise ImbbenchError(f"{file} cannot be read: {error}; expected a CSV file; {_EXAMPLE}") from error


def _check(repeats: Folds, file: Path) -> None:
    """Raise ImbbenchError unless each repeat has a test part, and rows to train on, each row once."""
    if not repeats:
        raise ImbbenchError(f"{file} lists no row; {_EXAMPLE}")
    for repeat, folds in repeats.items():
        if len(folds) < 2:
            only = next(iter(folds))
            raise ImbbenchError(
                f"{file}: all rows of repeat {repeat} are in fold {only}; expected two folds or more: "
                "what is trained on the others is tested on one"
            )
        seen: set[int] = set()
        for rows in folds.values():
            for row in rows:
                if row in seen:
                    raise ImbbenchError(
                        f"{file}: row {row} stands twice in repeat {repeat}; expected each row in one fold "
                        "of a repeat; number the repeats in a column repeat"
                    )
                seen.add(row)


SPLIT = Split("predefined", predefined, n_folds, requires=("numpy",), in_all=False, files=files)
