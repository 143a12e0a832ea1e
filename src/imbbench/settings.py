"""What holds for every cell of a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What a worker must know beside the cell.

    Parameters
    ----------
    thresholds : probabilities above which a row is called positive.
    metrics : specs of the metrics to compute.
    columns : those of them that were asked for: a row where one fails is an error.
    device : resolved torch device for models that use one.
    threads : for BLAS and torch.
    n_jobs : idle cores, for work whose result cannot depend on them.
    debug : print the traceback of whatever a component raises.
    """

    thresholds: tuple[float, ...] = (0.5,)
    metrics: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    device: str = "cpu"
    threads: int = 1
    n_jobs: int = 1
    debug: bool = False
