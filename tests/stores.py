"""Cells to put into stores, and a process that does so."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import Cell, Result
from imbbench.store import Store

SCORING = {"recall": "digest of recall", "roc_auc": "digest of roc_auc"}
FOLD = FoldRecord(b"test rows", b"labels", b"amounts")
ENVIRONMENT = {"versions": {"python": "3"}, "command": "imbbench --all"}


def request(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def cell(number: int) -> Cell:
    return Cell(f"data{number % 3}", "holdout", number, "standard", "none", "sklearn-lr", 0)


def result(number: int, status: str = "ok", **more: Any) -> Result:
    metrics = {0.5: {"recall": number / 7, "roc_auc": float("nan")}} if status == "ok" else {}
    known = {"metrics": metrics, "counts": {"train": (90, 10)}, "key": request(number), "seconds": 1.0}
    return Result(cell(number), status, "" if status == "ok" else f"{status}!", **(known | more))


def begin(store: Store, planned: int = 1) -> int:
    return store.begin(ENVIRONMENT, (0.5,), ("recall", "roc_auc"), {"fp"}, planned)


def put(
    store: Store, run: int, number: int, status: str = "ok", scores: bytes | None = b"scores", **more: Any
) -> int:
    """Put cell `number` as the row of this position."""
    kept = ScoreRecord(scores, FOLD) if status == "ok" and scores is not None else None
    row = result(number, status, **more)
    return store.put(run, number, request(number), f"number={number}", row, SCORING, kept)


def write(path: Path, cells: range) -> None:
    """Put cells in a run of their own, and say each number when it is committed."""
    with Store.open(path) as store:
        run = begin(store, len(cells))
        for number in cells:
            put(store, run, number)
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
        store.finish(run)


if __name__ == "__main__":
    write(Path(sys.argv[1]), range(int(sys.argv[2]), int(sys.argv[3])))
