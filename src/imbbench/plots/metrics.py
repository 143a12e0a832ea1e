"""Which metrics, and which reading of the scores, a figure of metrics shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imbbench.aggregate import COUNTS
from imbbench.errors import UsageError
from imbbench.readings import reading, threshold_text
from imbbench.spec import split_list
from imbbench.suggest import did_you_mean

if TYPE_CHECKING:
    from imbbench.readings import Threshold
    from imbbench.results import Results

#: Shown where the run has it and none is named.
_USUAL = "average_precision"


def readings_of(results: Results, calibrate: str) -> tuple[Threshold, ...]:
    """The run's readings of scores that are calibrated so; UsageError where there is none."""
    found = tuple(key for key in results.thresholds if reading(key).calibrate == calibrate)
    if not found:
        known = ", ".join(map(threshold_text, results.thresholds))
        raise UsageError(
            f"the run has no figures that are calibrated by {calibrate}; it has those at {known}"
        )
    return found


def metrics_of(results: Results, metric: str | Sequence[str] | None) -> list[str]:
    """The metrics that are named, each once; else average precision or, where no row has it, the first column
    of which some values are better than others. UsageError for one that no row has."""
    known = {name for row in results for named in row.metrics.values() for name in named}
    if metric is None:
        directed = [name for name in results.columns if name not in results.undirected]
        rates = [name for name in directed if name not in COUNTS]
        return [_USUAL] if _USUAL in known else [*rates, *directed, *sorted(known)][:1]
    names = split_list(metric) if isinstance(metric, str) else list(metric)
    for name in names:
        if name not in known:
            hint = f"{did_you_mean(name, known)}; there are {', '.join(sorted(known)) or 'none'}"
            raise UsageError(f"no row has the metric {name!r}{hint}")
    if not names:
        raise UsageError("no metric is named")
    return list(dict.fromkeys(names))
