"""Metrics of one cell: what fails is NaN and said, and never takes another figure with it."""

from __future__ import annotations

import warnings

from imbbench.data import Predictions
from imbbench.outcome import Failure, blame
from imbbench.registry import Registry
from imbbench.settings import Settings


def compute_metrics(
    registry: Registry, settings: Settings, predictions: Predictions
) -> tuple[dict[str, float], list[str]]:
    """(metric spec -> value, what went wrong with those that were asked for).

    One that raises is NaN; if nobody asked for it that is a note only.
    """
    figures: dict[str, float] = {}
    failed = []
    for spec in settings.metrics:
        metric = registry.resolve("metric", spec)
        try:
            with blame(metric.who, debug=settings.debug):
                figures[spec] = float(metric.call(predictions))
        except Failure as failure:
            figures[spec] = float("nan")
            if spec in settings.columns:
                failed.append(str(failure))
            else:
                warnings.warn(str(failure), stacklevel=2)
    return figures, failed
