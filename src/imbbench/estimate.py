"""About how long cells take, before they have run: as they took before, else by a rough model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from imbbench.keys import is_drawn
from imbbench.params import parameters
from imbbench.readings import INNER_FOLDS
from imbbench.registry import Bound, Registry
from imbbench.result import Cell

#: Starting up, and what a small fit costs beside its rows.
SECONDS_PER_RUN = 5.0
SECONDS_PER_CELL = 0.1
#: Names of parameters that the time of a fit is proportional to.
PROPORTIONAL = ("epochs", "n_estimators")

#: (dataset, strategy, model) -> seconds of a fit.
Measured = Mapping[tuple[str, str, str], float]


class Estimates:
    """Seconds of cells: measured ones, else from each dataset's rows and each model's `seconds_per_row`.
    With `inner`, a cell also takes the fits on parts of its training part."""

    def __init__(self, registry: Registry, measured: Measured | None = None, *, inner: bool = False) -> None:
        self._registry = registry
        # One on all rows and k on (k - 1) / k of them.
        self._fits = float(INNER_FOLDS) if inner else 1.0
        self._known: dict[tuple[str, str, str], float | None] = {
            which: seconds * self._fits for which, seconds in (measured or {}).items()
        }

    def seconds(self, cell: Cell) -> float | None:
        """Of one cell; None when the rows of its dataset are not known before they are read. A repetition
        in which nothing is drawn takes none: it is not fitted."""
        if cell.seed and not is_drawn(
            {kind: self._registry.resolve(kind, getattr(cell, kind)) for kind in ("strategy", "model")}
        ):
            return 0.0
        which = cell.dataset, cell.strategy, cell.model
        if which not in self._known:
            rows = table_rows(self._registry, cell.dataset)
            self._known[which] = None if rows is None else self._guess(cell.model, rows)
        return self._known[which]

    def _guess(self, spec: str, rows: int) -> float:
        model = self._registry.resolve("model", spec)
        return SECONDS_PER_CELL + float(model.component.seconds_per_row * rows * _effort(model)) * self._fits

    def total(self, cells: Iterable[Cell], jobs: int = 1) -> float | None:
        """Of a run with that many jobs; None when it cannot be told."""
        each = [self.seconds(cell) for cell in cells]
        if any(seconds is None for seconds in each):
            return None
        known = [seconds for seconds in each if seconds is not None]
        return SECONDS_PER_RUN + max(sum(known) / jobs, max(known, default=0.0))


def _effort(model: Bound) -> float:
    """How much longer than with its defaults a fit takes, by the parameters it is proportional to."""
    known = parameters(model.component.build)
    chosen = {name: model.params[name] for name in PROPORTIONAL if name in known and known[name].default}
    return float(math.prod(value / known[name].default for name, value in chosen.items()))


def table_rows(registry: Registry, dataset: str) -> int | None:
    """Rows of a dataset, as far as they are known before it is loaded."""
    bound = registry.resolve("dataset", dataset)
    if bound.params.get("path") is not None:  # a file of the user's, of any size
        return None
    return bound.params.get("n_samples", bound.component.card.rows)  # type: ignore[no-any-return]


def in_words(seconds: float | None) -> str:
    """In words: "about 40 s", "about 7 min", "about 2.5 h", or that it is not known."""
    if seconds is None:
        return "time unknown until the data is read"
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5)} s"
    return f"about {round(seconds / 60)} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
