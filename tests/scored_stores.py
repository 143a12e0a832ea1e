"""Runs that were never fitted: cells with random scores, and the figures that the harness computes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from imbbench import Cell, Result, Results
from imbbench.arrays import pack
from imbbench.options import COLUMNS
from imbbench.records import FoldRecord, ScoreRecord
from imbbench.registry import Registry
from imbbench.scoring import Scored, all_metrics
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.store_read import Reader


def stored_run(
    registry: Registry,
    path: Path,
    cells: Sequence[Cell],
    *,
    rows: int = 200,
    columns: Sequence[str] = COLUMNS,
    failed: Mapping[Cell, tuple[str, str]] | None = None,
    environment: Mapping[str, Any] | None = None,
    extra: Mapping[str, float] | None = None,
    alike: bool = False,
    **more: Any,
) -> Results:
    """A stored run of these cells, each scored on `rows` rows, one in ten positive.

    `failed`: cell -> status and reason of those without scores; `extra`: metrics beside `columns`, all with the
    same value; `alike`: all have the same scores; `more`: what every `Result` says besides.
    """
    settings = Settings((0.5,), tuple(columns), tuple(columns))
    y = np.arange(rows) % 10 == 0
    fold = FoldRecord(pack(np.arange(rows)), pack(y.astype(np.int8)))
    part = (int((~y).sum()), int(y.sum()))
    sizes = {"data": (2 * part[0], 2 * part[1]), "train": part, "test": part}
    with Store.open(path) as store:
        run = store.begin(
            environment or {}, (0.5,), (*columns, *(extra or {})), ("fp", "fn"), len(cells), ("tn",)
        )
        for number, cell in enumerate(cells):
            key = _digest(cell)
            where = _digest(cell.dataset, cell.split, cell.fold)[:16]
            hashes = {"data": _digest(cell.dataset)[:16], "test": where, "train": where}
            status, reason = (failed or {}).get(cell, ("ok", ""))
            score = np.random.default_rng(0 if alike else int(key[:8], 16)).normal(2.0 * y - 2)
            figures, _ = all_metrics(registry, settings, Scored(y.astype(np.int8), score, 0.1))
            metrics = {0.5: {**figures[0.5], **(extra or {})}} if status == "ok" else {}
            row = Result(
                cell,
                status,
                reason,
                metrics=metrics,
                counts=sizes,
                key=key,
                seconds=0.1,
                hashes=hashes,
                **more,
            )
            store.put(
                run, number, key, repr(cell), row, {}, ScoreRecord(pack(score), fold) if metrics else None
            )
        store.finish(run)
    with Reader.read(path) as reader:
        return reader.results(run)


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()
