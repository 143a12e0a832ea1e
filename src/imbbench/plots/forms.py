"""What is drawn of one fit's scores, through scikit-learn's displays."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imbbench.builtin.calibration_metrics import ece
from imbbench.builtin.ranking_metrics import average_precision, roc_auc
from imbbench.page.drawn import BINS, SHOWN

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from imbbench.data import Predictions

    Look = Mapping[str, Any]
    References = list[tuple[Artist, str]]

#: A line that is no fit's.
_REFERENCE: dict[str, Any] = {"color": "0.5", "linestyle": ":", "linewidth": 1.2, "zorder": 1}
_LIMITS = (-0.01, 1.01)  # scikit-learn's
_ONE_CLASS = "its test part has one class"
#: Ticks of an axis of log-odds: the probabilities there; the ends have all beyond.
_TICKS = {math.log(p / (1 - p)): f"{p:g}" for p in (1e-4, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9999)} | {
    -SHOWN: "0", SHOWN: "1",
}  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A kind of picture.

    Parameters
    ----------
    draw : draws the predictions of a fit in a look (matplotlib's keywords of a line), the positive label's
        name behind the axes' labels, and returns what stands for it in a legend.
    references : draws what is no fit's, from fold -> share of positives of its test part, and returns what
        stands for it in a legend, with its label.
    corner : of the axes, where its legend covers least.
    metric, short, figure : whose value stands in the legend, what it is called there, and how it is computed;
        empty and None for none.
    needs_both : whether there is none of rows of one class.
    """

    draw: Callable[[Axes, Predictions, Look, str], Artist]
    references: Callable[[Axes, Mapping[int, float]], References]
    corner: str
    metric: str = ""
    short: str = ""
    figure: Callable[[Predictions], float] | None = None
    needs_both: bool = False

    def lacks(self, seen: Predictions) -> str:
        """Why there is none of these predictions; empty where there is one."""
        return _ONE_CLASS if self.needs_both and seen.y.min() == seen.y.max() else ""


def _pr(ax: Axes, seen: Predictions, look: Look, positive: str) -> Artist:
    from sklearn.metrics import PrecisionRecallDisplay, precision_recall_curve

    precision, recall, _ = precision_recall_curve(seen.y, seen.score, drop_intermediate=True)
    return _styled(PrecisionRecallDisplay(precision, recall, pos_label=positive).plot(ax), look)


def chance_level(prevalences: Mapping[int, float]) -> float:
    """The average precision of guessing, from fold -> share of positives of its test part: their mean."""
    return statistics.fmean(prevalences.values())


def _pr_chance(ax: Axes, prevalences: Mapping[int, float]) -> References:
    level = chance_level(prevalences)
    (drawn,) = ax.plot((0, 1), (level, level), **_REFERENCE)
    return [(drawn, f"Chance level (AP = {level:.4f})")]


def _roc(ax: Axes, seen: Predictions, look: Look, positive: str) -> Artist:
    from sklearn.metrics import RocCurveDisplay, roc_curve

    fpr, tpr, _ = roc_curve(seen.y, seen.score, drop_intermediate=True)
    return _styled(RocCurveDisplay(fpr=fpr, tpr=tpr, pos_label=positive).plot(ax), look)


def _roc_chance(ax: Axes, prevalences: Mapping[int, float]) -> References:  # noqa: ARG001
    return [(ax.plot((0, 1), (0, 1), **_REFERENCE)[0], "Chance level (AUC = 0.5)")]


def _styled(display: Any, look: Look) -> Artist:
    """The line of a display, in a look: scikit-learn 1.8 and 1.9 take one by different names."""
    display.line_.set(**look)
    return display.line_  # type: ignore[no-any-return]


def _calibration(ax: Axes, seen: Predictions, look: Look, positive: str) -> Artist:
    """In the bins of the metric `ece`."""
    from sklearn.calibration import CalibrationDisplay, calibration_curve

    true, predicted = calibration_curve(seen.y, seen.probability, pos_label=1, n_bins=15, strategy="quantile")
    display = CalibrationDisplay(true, predicted, seen.probability, pos_label=positive)
    display.plot(ax=ax, marker="o", markersize=3, **look)
    ax.set(xlim=_LIMITS, ylim=_LIMITS, aspect="equal")
    return display.line_  # type: ignore[no-any-return]


def _calibrated(ax: Axes, prevalences: Mapping[int, float]) -> References:  # noqa: ARG001
    """The display has drawn it."""
    known = {label: artist for artist, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    label = "Perfectly calibrated"
    known[label].set(**_REFERENCE)
    return [(known[label], label)]


def _scores(ax: Axes, seen: Predictions, look: Look, positive: str) -> Artist:  # noqa: ARG001
    """Densities of log-odds, of positives upwards and of negatives downwards; the outermost bins have what is
    beyond."""
    import numpy as np
    from matplotlib.lines import Line2D

    edges = np.linspace(-SHOWN, SHOWN, BINS + 1)
    for label, sign in ((0, -1), (1, 1)):
        score = np.clip(seen.score[seen.y == label], -SHOWN, SHOWN)
        counts, _ = np.histogram(score, edges)
        there = np.flatnonzero(counts)
        if len(there):
            first, end = there[0], there[-1] + 1
            density = counts[first:end] / (len(score) * 2 * SHOWN / BINS)
            own = edges[first : end + 1].tolist()
            ax.hist(own[:-1], own, weights=sign * density, histtype="step", **look)
    return Line2D([], [], **look)


def _score_axes(ax: Axes, prevalences: Mapping[int, float]) -> References:  # noqa: ARG001
    from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

    ax.axhline(0, **_REFERENCE | {"linestyle": "-", "linewidth": 0.8})
    low, high = ax.get_xlim()
    shown = {p: name for p, name in _TICKS.items() if high - low < SHOWN or name not in ("0.1", "0.9")}
    ax.xaxis.set_major_locator(FixedLocator([*shown]))  # ticks beyond the data do not widen the axis
    ax.xaxis.set_major_formatter(FixedFormatter([*shown.values()]))
    ax.tick_params(axis="x", labelsize="small")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    ax.set(xlabel="Predicted probability", ylabel="negatives ← density → positives", box_aspect=1)
    return []


FORMS = {
    "pr": Form(_pr, _pr_chance, "lower left", "average_precision", "AP", average_precision, needs_both=True),
    "roc": Form(_roc, _roc_chance, "lower right", "roc_auc", "AUC", roc_auc, needs_both=True),
    "calibration": Form(_calibration, _calibrated, "upper left", "ece", "ECE", ece),
    "scores": Form(_scores, _score_axes, "upper right"),
}
