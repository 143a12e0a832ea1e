"""About how long a plan takes, before anything is loaded."""

from __future__ import annotations

import math
from collections.abc import Sequence

from imbbench.params import parameters
from imbbench.registry import Bound, Registry
from imbbench.results import Cell

#: Starting up, and what a small fit costs beside its rows.
SECONDS_PER_RUN = 5.0
SECONDS_PER_CELL = 0.3
#: Names of parameters that the time of a fit is proportional to.
PROPORTIONAL = ("epochs", "n_estimators")


def estimate(cells: Sequence[Cell], registry: Registry) -> float | None:
    """Seconds, from each dataset's rows and each model's `seconds_per_row`; None when the rows of
    a dataset are not known before they are read."""
    total = SECONDS_PER_RUN
    for cell in cells:
        rows = _rows(registry, cell.dataset)
        if rows is None:
            return None
        model = registry.resolve("model", cell.model)
        total += SECONDS_PER_CELL + model.component.seconds_per_row * rows * _effort(model)
    return total


def _effort(model: Bound) -> float:
    """How much longer than with its defaults a fit takes, by the parameters it is proportional to."""
    known = parameters(model.component.build)
    chosen = {name: model.params[name] for name in PROPORTIONAL if name in known and known[name].default}
    return float(math.prod(value / known[name].default for name, value in chosen.items()))


def _rows(registry: Registry, dataset: str) -> int | None:
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
