"""What holds for every task of a run."""

from __future__ import annotations

from dataclasses import dataclass

from imbbench.readings import Threshold, needs_inner


@dataclass(frozen=True)
class Settings:
    """What a worker must know beside its task.

    Parameters
    ----------
    thresholds : keys of the readings of each cell's scores (`readings`).
    metrics : specs of the metrics to compute.
    columns : those of them that were asked for: a row where one fails is an error.
    threads : for BLAS and torch.
    scores : whether fits return their scores, to be stored.
    debug : print the traceback of whatever a component raises.
    drop_duplicates : rows that equal an earlier one are dropped from every dataset.
    """

    thresholds: tuple[Threshold, ...] = (0.5,)
    metrics: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    threads: int = 1
    scores: bool = False
    debug: bool = False
    drop_duplicates: bool = False

    @property
    def inner(self) -> bool:
        """Whether a reading needs scores of rows held out within the training part."""
        return needs_inner(self.thresholds)
