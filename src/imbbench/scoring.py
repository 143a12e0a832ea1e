"""Metrics of one cell: what fails is NaN and said, and never takes another figure with it."""

from __future__ import annotations

import warnings
from dataclasses import replace

from imbbench.data import Predictions
from imbbench.outcome import Failure, blame
from imbbench.registry import Registry
from imbbench.settings import Settings


def all_metrics(
    registry: Registry, settings: Settings, predictions: Predictions
) -> tuple[dict[float, dict[str, float]], list[str]]:
    """(threshold -> metric spec -> value, what went wrong with those that were asked for).

    `predictions` is seen at each of the run's thresholds. A metric that raises is NaN; if nobody asked
    for it that is a note only.
    """
    failures: list[str] = []
    metrics = {}
    for threshold in settings.thresholds:
        seen = replace(predictions, threshold=threshold)
        metrics[threshold], failed = _at_one(registry, settings, seen)
        failures += failed
    return metrics, list(dict.fromkeys(failures))


def _at_one(
    registry: Registry, settings: Settings, predictions: Predictions
) -> tuple[dict[str, float], list[str]]:
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
