"""How a plan is run: nothing here changes which cells there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from imbbench.errors import UsageError
from imbbench.plan import Choice
from imbbench.readings import Threshold, reading

COLUMNS = ("tn", "fp", "fn", "tp", "precision", "recall", "roc_auc", "average_precision")
Auto = Literal["auto"]


def check_level(level: float) -> float:
    """The same; UsageError for what is no confidence level."""
    if isinstance(level, bool) or not isinstance(level, int | float) or not 0 < level < 1:
        raise UsageError(f"confidence level {level!r} is not strictly between 0 and 1; write 0.95 for 95%")
    return float(level)


@dataclass(frozen=True)
class Options:
    """How to run a plan.

    Parameters
    ----------
    threshold : keys of the readings of each cell's scores (`readings`); a table row for each.
    metrics : specs of the metrics to show; all others are computed too.
    device : "auto", "cpu", "cuda", "cuda:N" or "mps", for models that require torch.
    threads : for BLAS and torch; part of a result's identity.
    executor : spec of the executor.
    jobs : cells at once; "auto" for as many as cores and memory are granted.
    timeout : seconds that a cell, a load or the preparation of a fold may take; None for no limit.
    memory_limit : bytes that each of them may take beyond what the libraries take; None for no limit,
        "auto" for 80% of the free memory, divided by the jobs.
    store : file of the store; None keeps nothing.
    fresh : take nothing from the store.
    scores : keep the scores of each cell, so that metrics can be computed from them later.
    exitfirst : stop at the first failure.
    group : let models that can fit replicates together; part of a result's identity.
    debug : print the traceback of whatever a component raises.
    ci : confidence level of intervals, computed from the stored scores when the run has ended; None for none.
    drop_duplicates : drop rows that equal an earlier one in all features and the label, from every dataset.
    """

    threshold: tuple[Threshold, ...] = (0.5,)
    metrics: tuple[Choice, ...] = COLUMNS
    device: str = "auto"
    threads: int = 1
    executor: str = "processes"
    jobs: int | Auto = "auto"
    timeout: float | None = None
    memory_limit: int | Auto | None = "auto"
    store: Path | None = None
    fresh: bool = False
    scores: bool = True
    exitfirst: bool = False
    group: bool = False
    debug: bool = False
    ci: float | None = None
    drop_duplicates: bool = False

    def __post_init__(self) -> None:
        for key in self.threshold:
            reading(key)
        for name in ("group", "drop_duplicates"):
            if not isinstance(getattr(self, name), bool):
                raise UsageError(f"{name} is {getattr(self, name)!r}; expected True or False")
        if self.ci is not None:
            check_level(self.ci)
            if self.store is None or not self.scores:
                advice = "give a store" if self.store is None else "leave --no-scores (scores=False) out"
                raise UsageError(f"ci computes intervals from stored scores; {advice}")
        if not (type(self.threads) is int and self.threads >= 1):
            raise UsageError(f"threads must be at least 1, not {self.threads!r}")
        if self.jobs != "auto" and not (type(self.jobs) is int and self.jobs >= 1):
            raise UsageError(f"jobs is {self.jobs!r}; expected a number of at least 1, or auto")
        if self.timeout is not None and not (isinstance(self.timeout, int | float) and self.timeout > 0):
            raise UsageError(f"timeout is {self.timeout!r}; expected seconds above 0")
        limit = self.memory_limit
        if limit not in (None, "auto") and not (type(limit) is int and limit > 0):
            raise UsageError(f"memory_limit is {limit!r}; expected bytes above 0, None or auto")
