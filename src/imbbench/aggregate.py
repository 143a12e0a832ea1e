"""Folds of one cell put together as text: figures, status, remarks, class counts."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from imbbench.results import Result

DASH = "–"
SPREAD = " (± their standard deviation)"
NO_ROOM = " (their spread needs a wider terminal)"
COUNTS = frozenset({"tn", "fp", "fn", "tp"})
_HEADINGS = {
    "tn": "TN",
    "fp": "FP",
    "fn": "FN",
    "tp": "TP",
    "roc_auc": "ROC AUC",
    "average_precision": "PR AUC",
}


def clean(text: str) -> str:
    """One line without control characters: a name or a note must not steer the terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def heading(metric: str) -> str:
    """How a metric spec heads its column: "roc_auc" is ROC AUC, "g_mean" is g mean."""
    name, bracket, parameters = metric.partition("[")
    return clean(_HEADINGS.get(name, name.replace("_", " ")) + bracket + parameters)


def figure(scored: Sequence[Result], threshold: float, metric: str) -> tuple[str, str]:
    """A metric over the folds that were scored, and its sample standard deviation (ddof=1).

    Counts are summed, other metrics averaged, to 4 decimals; a dash if any fold has no finite value.
    """
    values = _values(scored, threshold, metric)
    if not values or not all(map(math.isfinite, values)):
        return DASH, ""
    if metric in COUNTS:
        return f"{sum(values):.0f}", ""
    return f"{statistics.fmean(values):z.4f}", f"{statistics.stdev(values):.4f}" if len(values) > 1 else ""


def _values(scored: Sequence[Result], threshold: float, metric: str) -> list[float]:
    return [float(fold.metrics.get(threshold, {}).get(metric, math.nan)) for fold in scored]


def seconds(scored: Sequence[Result]) -> str:
    """Mean wall seconds of a fit, to about three digits."""
    values = [fold.seconds for fold in scored if math.isfinite(fold.seconds)]
    if not values:
        return DASH
    mean = statistics.fmean(values)
    return f"{mean:.{3 if mean < 1 else 2 if mean < 10 else 1 if mean < 100 else 0}f}"


def status(folds: Sequence[Result]) -> str:
    """The status all folds share, or how many ended otherwise: "error 1/5"."""
    counts = Counter(fold.status for fold in folds)
    if len(counts) == 1:
        return folds[0].status
    return ", ".join(f"{name} {count}/{len(folds)}" for name, count in counts.items() if name != "ok")


def remarks(folds: Sequence[Result], threshold: float, metrics: Iterable[str], total: int) -> list[str]:
    """What the reader of a row must know, each remark once: how many of all folds it has, why a fold has
    no figures, where a dash hides folds that have one, and the notes of the fits."""
    scored = [fold for fold in folds if fold.status == "ok"]
    said = [f"{len(folds)} of {total} folds"] if len(folds) < total else []
    said += [": ".join(filter(None, (fold.status, fold.reason))) for fold in folds if fold.status != "ok"]
    for metric in metrics if len(scored) > 1 else ():
        undefined = sum(not math.isfinite(value) for value in _values(scored, threshold, metric))
        if undefined:
            said.append(f"{heading(metric)} is undefined in {undefined} of {len(scored)} folds")
    said += [note for fold in folds for note in fold.notes]
    if any(fold.numerics == "grouped" for fold in scored):
        said.append("fitted together with other cells (--group): the last bits depend on them")
    return list(dict.fromkeys(map(clean, said)))


def caption(results: Sequence[Result]) -> tuple[str, ...]:
    """Lines on the rows and positives of the data, of its parts, and of what strategies made of
    the training part. Over folds, sizes are means, "about" where they differ."""
    sizes: dict[tuple[str, str], dict[int, tuple[int, int]]] = {}
    for result in results:
        for part, counts in result.counts.items():
            strategy = result.cell.strategy if part == "fitted" else ""
            sizes.setdefault((part, strategy), {}).setdefault(result.cell.fold, counts)
    folds = len({result.cell.fold for result in results})
    whole = _data(sizes["data", ""].values()) if ("data", "") in sizes else ""
    parts = ", ".join(f"{part} {_size(sizes[part, ''])}" for part in ("train", "test") if (part, "") in sizes)
    train = sizes.get(("train", ""), {})
    fitted = ", ".join(
        f"{clean(strategy)} fits on {_size(counts)}"
        for (part, strategy), counts in sizes.items()
        if part == "fitted" and any(counts[fold] != train.get(fold) for fold in counts)
    )
    spread = f"over folds, counts are summed and other figures averaged{SPREAD}" if folds > 1 else ""
    split = f"{folds} folds: {parts}" if folds > 1 and parts else parts
    return tuple(filter(None, ("; ".join(filter(None, (whole, split))), fitted, spread)))


def _data(counts: Iterable[tuple[int, int]]) -> str:
    negative, positive = next(iter(counts))
    rows = negative + positive
    return f"{rows:,} rows, {positive:,} positive" + (f" ({100 * positive / rows:.3g}%)" if rows else "")


def _size(folds: Mapping[int, tuple[int, int]]) -> str:
    """The mean over folds: "8,000 (400 positive)"."""
    counts = folds.values()
    positive = statistics.fmean(positive for _, positive in counts)
    rows = statistics.fmean(map(sum, counts))
    return f"{'about ' if len(set(counts)) > 1 else ''}{rows:,.0f} ({positive:,.0f} positive)"
