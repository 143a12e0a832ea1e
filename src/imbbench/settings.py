"""What holds for every task of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What a worker must know beside its task.

    Parameters
    ----------
    thresholds : probabilities above which a row is called positive.
    metrics : specs of the metrics to compute.
    columns : those of them that were asked for: a row where one fails is an error.
    threads : for BLAS and torch.
    scores : whether fits return their scores, to be stored.
    debug : print the traceback of whatever a component raises.
    """

    thresholds: tuple[float, ...] = (0.5,)
    metrics: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    threads: int = 1
    scores: bool = False
    debug: bool = False
