"""What travels between the coordinating process and workers: plain data in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import Cell, Result
from imbbench.settings import Settings

#: (kind, spec, provenance) of each component that a task uses; see `keys.provenance`.
Promise = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Setup:
    """How a worker process comes to be like the coordinating one.

    Parameters
    ----------
    plugins, without : local plugins to load, installed ones to leave out.
    handed : pickled components that were handed to `run()`; empty without any.
    folder : the working folder.
    environment : variables that imbbench and its plugins look at.
    settings : of the run.
    memory : bytes that a process may take beyond what its libraries take; None for no limit.
    """

    plugins: tuple[str, ...]
    without: tuple[str, ...]
    handed: bytes
    folder: str
    environment: tuple[tuple[str, str], ...]
    settings: Settings
    memory: int | None = None


@dataclass(frozen=True)
class Load:
    """Load a dataset and write it. Folders: (into,). Value: `AboutData`."""

    dataset: str
    promise: Promise = ()


@dataclass(frozen=True)
class Prepare:
    """Split, preprocess and write the fold of a cell. Folders: (data, into). Value: `AboutFold`."""

    cell: Cell
    notes: tuple[str, ...] = ()
    promise: Promise = ()


@dataclass(frozen=True)
class Fit:
    """Fit and score cells, together if there are several. Value: a `Fitted` or `Alone` for each.

    Parameters
    ----------
    folds : for each cell the number of its fold's folder among the task's folders.
    device : for models that use one.
    n_jobs : cores, for work whose result cannot depend on them.
    """

    cells: tuple[Cell, ...]
    folds: tuple[int, ...]
    device: str = "cpu"
    n_jobs: int = 1
    promise: Promise = ()


@dataclass(frozen=True)
class Rescore:
    """Metrics from stored scores. Value: key of a reading -> metric -> value.

    Parameters
    ----------
    record : the cell's scores.
    prevalence : of class 1 in the training part.
    shift : as in `Result`.
    """

    record: ScoreRecord
    prevalence: float
    shift: float | None
    promise: Promise = ()


@dataclass(frozen=True)
class FindDevice:
    """Resolve a device's name. Value: the torch device string."""

    asked: str
    promise: Promise = ()


Order = Load | Prepare | Fit | Rescore | FindDevice


def rescoring(result: Result, record: ScoreRecord) -> Rescore:
    """The order for the metrics of a stored cell."""
    n0, n1 = result.counts["train"]
    return Rescore(record, n1 / (n0 + n1), result.shift)


@dataclass(frozen=True)
class AboutData:
    """A loaded dataset: hash of its rows, `Data.source`, `Data.positive`."""

    fingerprint: str
    source: str
    positive: str = ""


@dataclass(frozen=True)
class AboutFold:
    """A prepared fold: class counts by part, a hash of its test rows' numbers and labels, what scores are of
    in a run that stores them, and a hash of the row numbers of both parts."""

    counts: Mapping[str, tuple[int, int]]
    digest: str
    rows: FoldRecord | None
    parts: str = ""


@dataclass(frozen=True)
class Fitted:
    """What became of a cell, and its scores, packed, if it is ok and they were wanted: those of the test part
    (n,), those of the training part's rows (m,), each scored by a fit that had not seen it, and those of the
    grid on the plane of the test part, (size, size)."""

    result: Result
    scores: bytes | None = None
    inner: bytes | None = None
    surface: bytes | None = None


@dataclass(frozen=True)
class Alone:
    """A cell that is to be fitted alone, and why."""

    cell: Cell
    why: str


@dataclass(frozen=True)
class Answer:
    """How a task ended: a status of `result.STATUSES` with the reason, warnings, and its value if ok."""

    status: str = "ok"
    reason: str = ""
    notes: tuple[str, ...] = ()
    value: Any = None
