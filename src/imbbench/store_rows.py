"""How results lie in the store's columns."""

from __future__ import annotations

import json
import math
import sqlite3
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from imbbench.json_form import plain
from imbbench.readings import Threshold
from imbbench.result import Cell, Result

#: Columns of `cells` that make a Result, in the order of `columns` and `Decoder.result`.
COLUMNS = (
    "dataset", "strategy", "model", "fold", "status", "reason", "seconds", "key", "info", "common",
    "layout", "figures",
)  # fmt: skip
#: Columns of `folds` that make a FoldRecord, in its order.
FOLD = ("test", "y", "amount", "train_y", "plane", "points")
#: What is kept once for all cells that have it in common: fields of a Cell, then of a Result.
COMMON = (
    "split", "scale", "random_state", "seed", "source", "device", "threads", "numerics", "hashes", "positive",
    "shift", "notes", "counts",
)  # fmt: skip
#: What older stores lack.
_LATER: Mapping[str, Any] = {"seed": 0, "hashes": {}, "positive": "", "shift": None}
_CHECKSUM = 4  # bytes

Metrics = Mapping[Threshold, Mapping[str, float]]


@dataclass(frozen=True)
class Stored:
    """A cell that is in the store.

    Parameters
    ----------
    cell_id : its number there.
    result : marked as cached; its `cell` is named as it was when it was fitted.
    scoring : metric spec -> digest of the code that computed it.
    has_scores : whether its scores are there too.
    has_inner : whether those of the training part's rows are.
    """

    cell_id: int
    result: Result
    scoring: Mapping[str, str]
    has_scores: bool
    has_inner: bool = False


def to_text(value: Any) -> str:
    """Plain data as compact JSON, the same for equal data."""
    return json.dumps(plain(value), separators=(",", ":"), allow_nan=False)


def sound(value: Any) -> Any:
    """A text that UTF-8 can hold; names of files may have bytes in them that are none."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def intern(db: sqlite3.Connection, table: str, value: Any) -> int:
    """The number of plain data in `scorings`, `layouts` or `commons`, put there if need be."""
    text = json.dumps(value, separators=(",", ":"))
    found = db.execute(f"SELECT id FROM {table} WHERE text = ?", (text,)).fetchone()
    if found is None:
        found = (db.execute(f"INSERT INTO {table} (text) VALUES (?)", (text,)).lastrowid,)
    return int(found[0])


def figures(db: sqlite3.Connection, metrics: Metrics) -> tuple[int, bytes]:
    """Metrics as (layout, packed numbers): float64 little-endian, and their CRC-32. SQLite notices a page
    that cannot be one, not a number that is another."""
    layout = [[threshold, list(known)] for threshold, known in metrics.items()]
    values = [value for known in metrics.values() for value in known.values()]
    packed = struct.pack(f"<{len(values)}d", *values)
    return intern(db, "layouts", layout), packed + zlib.crc32(packed).to_bytes(_CHECKSUM, "little")


def columns(db: sqlite3.Connection, result: Result) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    cell = result.cell
    common = {name: getattr(cell if hasattr(cell, name) else result, name) for name in COMMON}
    names = map(sound, (cell.dataset, cell.strategy, cell.model))
    return (
        *names, cell.fold, result.status, sound(result.reason), result.seconds, result.key,
        to_text(result.info), intern(db, "commons", common), *figures(db, result.metrics),
    )  # fmt: skip


class _Texts(dict[int, Any]):
    """What the texts of a table stand for, by number, each read once. They are only ever added to."""

    def __init__(self, db: sqlite3.Connection, table: str, parse: Callable[[Any], Any]) -> None:
        super().__init__()
        self._db, self._table, self._parse = db, table, parse

    def __missing__(self, number: int) -> Any:
        row = self._db.execute(f"SELECT text FROM {self._table} WHERE id = ?", (number,)).fetchone()
        self[number] = found = self._parse(json.loads(row[0]))
        return found


class _Layout:
    """Which figure of a cell is which."""

    def __init__(self, parts: Sequence[tuple[Threshold, list[str]]]) -> None:
        ends = list(accumulate(len(names) for _, names in parts))
        self._parts = [
            (threshold, names, slice(end - len(names), end))
            for (threshold, names), end in zip(parts, ends, strict=True)
        ]
        self._struct = struct.Struct(f"<{sum(len(names) for _, names in parts)}d")

    def metrics(self, packed: bytes) -> dict[Threshold, dict[str, float]]:
        """What `figures` packed."""
        numbers, checksum = packed[:-_CHECKSUM], packed[-_CHECKSUM:]
        if zlib.crc32(numbers).to_bytes(_CHECKSUM, "little") != checksum:
            raise ValueError("figures do not match their checksum")
        values = self._struct.unpack(numbers)
        return {
            threshold: dict(zip(names, values[where], strict=True)) for threshold, names, where in self._parts
        }


def _common(known: Mapping[str, Any]) -> tuple[Any, ...]:
    counts = {part: (int(n0), int(n1)) for part, (n0, n1) in known["counts"].items()}
    parsed = {**_LATER, **known, "notes": tuple(known["notes"]), "counts": counts}
    return tuple(parsed[name] for name in COMMON)


class Decoder:
    """Makes results of rows. What many rows share is parsed once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.scorings: Mapping[int, Mapping[str, str]] = _Texts(db, "scorings", dict)
        self._layouts: Mapping[int, _Layout] = _Texts(db, "layouts", _Layout)
        self._commons: Mapping[int, tuple[Any, ...]] = _Texts(db, "commons", _common)

    def result(self, row: Sequence[Any], *, cached: bool) -> Result:
        """The result of a row of `COLUMNS`."""
        dataset, strategy, model, fold, status, reason, seconds, key, info, common, layout, packed = row
        (
            split, scale, state, seed, source, device, threads, numerics, hashes, positive, shift, notes,
            counts,
        ) = self._commons[common]  # fmt: skip
        return Result(
            Cell(dataset, split, fold, scale, strategy, model, state, seed),
            status, reason, source, self._layouts[layout].metrics(packed), counts, device, threads,
            math.nan if seconds is None else seconds, notes, {} if info == "{}" else json.loads(info),
            key, cached, numerics, hashes, positive, shift,
        )  # fmt: skip

    def metrics(self, layout: int, packed: bytes) -> dict[Threshold, dict[str, float]]:
        """What `figures` packed."""
        return self._layouts[layout].metrics(packed)
