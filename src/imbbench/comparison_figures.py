"""How metrics and figures of a comparison are written."""

from __future__ import annotations

import math
from collections.abc import Collection

from imbbench.aggregate import DASH, clean, heading
from imbbench.check_text import figure
from imbbench.comparison import Comparison
from imbbench.readings import Threshold, threshold_text


def labels(comparison: Comparison) -> frozenset[tuple[str, Threshold]]:
    """Every (metric, threshold) that was compared."""
    return frozenset((one.contrast.metric, one.contrast.threshold) for one in comparison.differences)


def label_of(known: Collection[tuple[str, Threshold]], metric: str, threshold: Threshold) -> str:
    """How a metric is called; with its threshold where it was compared at several."""
    several = sum(name == metric for name, _ in known) > 1
    return f"{heading(metric)} at {clean(threshold_text(threshold))}" if several else heading(metric)


def signed(value: float, whole: bool) -> str:
    """A difference with its sign."""
    return ("+" if value > 0 else "") + figure(value, whole)


def p_text(value: float) -> str:
    """A p-value to three decimals."""
    return DASH if math.isnan(value) else f"{value:.3f}" if value >= 0.001 else "<0.001"


def share(value: float) -> str:
    """A probability to two decimals; 0 and 1 only where it is that."""
    if math.isnan(value):
        return DASH
    return ">0.99" if 0.995 <= value < 1 else "<0.01" if 0 < value < 0.005 else f"{value:.2f}"
