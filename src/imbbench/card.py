"""What is told of a dataset."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """What a reader must know about a dataset before believing a figure computed from it.

    `what` is one sentence on what a row is and what class 1 means; `source`, `licence`, `citation` say where
    the rows come from and on which terms; `rows` and `prevalence` (fraction in class 1) are those with
    default parameters, None where they depend on the user's file.
    """

    what: str
    source: str
    licence: str
    citation: str
    rows: int | None = None
    prevalence: float | None = None

    @property
    def ratio(self) -> float | None:
        """Imbalance ratio: rows of class 0 for each of class 1; 19, not 18.999999999999996, of 5%."""
        return float(f"{(1 - self.prevalence) / self.prevalence:.12g}") if self.prevalence else None
