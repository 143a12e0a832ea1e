"""Metrics of one cell: what fails is NaN and said, and never takes another figure with it."""

from __future__ import annotations

import warnings

from imbbench.data import Predictions
from imbbench.outcome import Failure, blame
from imbbench.registry import Registry
from imbbench.settings import Settings


def compute_metrics(
    registry: Registry, settings: Settings, predictions: Predictions, scored: dict[str, float]
) -> None:
    """Put every metric's value into `scored`.

    One that raises is NaN and a note; the cell is an error only if that metric was asked for.
    """
    failures: dict[str, str] = {}
    for spec in settings.metrics:
        metric = registry.resolve("metric", spec)
        try:
            with blame(metric.who, debug=settings.debug):
                scored[spec] = float(metric.call(predictions))
        except Failure as failure:
            scored[spec] = float("nan")
            failures[spec] = str(failure)
    asked_for = [text for spec, text in failures.items() if spec in settings.columns]
    for text in failures.values():
        if text not in asked_for:
            warnings.warn(text, stacklevel=2)
    if asked_for:
        raise Failure("error", "; ".join(asked_for))
