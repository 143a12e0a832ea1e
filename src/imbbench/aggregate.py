"""Fits of one strategy and model put together as text: figures, status, remarks, class counts."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from typing import TYPE_CHECKING

from imbbench.errors import UsageError
from imbbench.readings import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imbbench.readings import Threshold
    from imbbench.result import Result

#: (fold, seed) -> (negative, positive) rows.
Sizes = dict[tuple[int, int], tuple[int, int]]

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
    "partial_roc_auc": "partial ROC AUC",
    "tpr_at_fpr": "TPR at FPR",
    "ece": "ECE",
}


def clean(text: str) -> str:
    """One line without control characters: a name or a note must not steer the terminal."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def heading(metric: str) -> str:
    """How a metric spec heads its column: "roc_auc" is ROC AUC, "g_mean" is g mean, and
    "recall_at_precision[precision=0.8]" is recall at precision 0.8."""
    name, bracket, parameters = metric.partition("[")
    named, _, value = parameters.removesuffix("]").partition("=")
    if parameters.count("=") == 1 and name.endswith(f"_at_{named}"):
        return f"{heading(name)} {clean(value)}"
    return clean(_HEADINGS.get(name, name.replace("_", " ")) + bracket + parameters)


def distinct(rows: Iterable[Result]) -> list[Result]:
    """The rows less those that are the same fit as another one: with another seed, where nothing is drawn."""
    found: dict[object, Result] = {}
    for row in rows:
        found.setdefault((row.cell.fold, row.key or row.cell.seed), row)
    return list(found.values())


def figure(scored: Sequence[Result], threshold: Threshold, metric: str) -> tuple[str, str]:
    """A metric over the fits that were scored, each once, and its sample standard deviation (ddof=1).

    Counts are summed over folds, of each the mean over its seeds; other metrics are averaged, to 4 decimals;
    a dash if any fit has no finite value.
    """
    values = _values(scored, threshold, metric)
    if not values or not all(map(math.isfinite, values)):
        return DASH, ""
    if metric in COUNTS:
        return _count(scored, values), ""
    return f"{statistics.fmean(values):z.4f}", f"{statistics.stdev(values):.4f}" if len(values) > 1 else ""


def interval(scored: Sequence[Result], threshold: Threshold, metric: str) -> str:
    """The interval of a figure of one fit, "[0.9012, 0.9250]"; empty where there is none, and of counts."""
    found = scored[0].intervals.get(threshold, {}).get(metric) if len(scored) == 1 else None
    if found is None or metric in COUNTS or not all(map(math.isfinite, found)):
        return ""
    low, high = found
    return f"[{low:z.4f}, {high:z.4f}]"


def _count(scored: Sequence[Result], values: Sequence[float]) -> str:
    """Whole, unless seeds differ."""
    folds: dict[int, list[float]] = {}
    for row, value in zip(scored, values, strict=True):
        folds.setdefault(row.cell.fold, []).append(value)
    total = round(sum(map(statistics.fmean, folds.values())), 6)
    return f"{total:.0f}" if total.is_integer() else f"{total:.1f}"


def _values(scored: Sequence[Result], threshold: Threshold, metric: str) -> list[float]:
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


def remarks(folds: Sequence[Result], threshold: Threshold, metrics: Iterable[str], total: int) -> list[str]:
    """What the reader of a row must know, each remark once: how many of all its fits it has, why one has
    no figures, where a dash hides fits that have one, that no seed matters, and the notes of the fits."""
    fits = "fits" if any(fold.cell.seed for fold in folds) else "folds"
    ok = [fold for fold in folds if fold.status == "ok"]
    scored = distinct(ok)
    said = [f"{len(folds)} of {total} {fits}"] if len(folds) < total else []
    said += [": ".join(filter(None, (fold.status, fold.reason))) for fold in folds if fold.status != "ok"]
    for metric in metrics if len(scored) > 1 else ():
        there = [fold for fold in scored if metric in fold.metrics.get(threshold, {})]
        undefined = sum(not math.isfinite(value) for value in _values(there, threshold, metric))
        if undefined:
            said.append(f"{heading(metric)} is undefined in {undefined} of {len(scored)} {fits}")
    said += [note for fold in folds for note in fold.notes if not _of_another_reading(note, threshold)]
    if len(scored) < len(ok):
        said.append("the same with every seed: nothing is drawn")
    if any(fold.numerics == "grouped" for fold in scored):
        said.append("fitted together with other cells (--group): the last bits depend on them")
    return list(dict.fromkeys(map(clean, said)))


def _of_another_reading(note: str, threshold: Threshold) -> bool:
    """Whether a note is about another way to read the same scores, whose text it begins with."""
    key, colon, _ = note.partition(": ")
    if not colon or key == threshold:
        return False
    try:
        return isinstance(key_of(key), str)
    except UsageError:
        return False


def caption(results: Sequence[Result]) -> tuple[str, ...]:
    """Lines on the rows and positives of the data, of its parts, and of what strategies made of
    the training part. Over folds and seeds, sizes are means, "about" where they differ."""
    sizes: dict[tuple[str, str], Sizes] = {}
    for result in results:
        for part, counts in result.counts.items():
            strategy = result.cell.strategy if part == "fitted" else ""
            sizes.setdefault((part, strategy), {}).setdefault((result.cell.fold, result.cell.seed), counts)
    whole = _data(sizes["data", ""].values()) if ("data", "") in sizes else ""
    parts = ", ".join(f"{part} {_size(sizes[part, ''])}" for part in ("train", "test") if (part, "") in sizes)
    train = sizes.get(("train", ""), {})
    fitted = ", ".join(
        f"{clean(strategy)} fits on {_size(counts)}"
        for (part, strategy), counts in sizes.items()
        if part == "fitted" and any(counts[fit] != train.get(fit) for fit in counts)
    )
    units, spread = _repeated(results)
    split = f"{units}: {parts}" if units and parts else parts
    return tuple(filter(None, ("; ".join(filter(None, (whole, split))), fitted, spread)))


def _repeated(results: Sequence[Result]) -> tuple[str, str]:
    """How often cells were fitted, "5 folds, 3 seeds", and how their figures are put together."""
    folds = len({result.cell.fold for result in results})
    seeds: dict[tuple[str, str], set[int]] = {}
    for result in results:
        seeds.setdefault((result.cell.strategy, result.cell.model), set()).add(result.cell.seed)
    numbers = {len(each) for each in seeds.values()}
    times = [f"{folds} folds"] if folds > 1 else []
    over = "over folds, counts are summed and other figures averaged" if folds > 1 else ""
    if max(numbers, default=1) > 1:
        times.append(f"{'up to ' if len(numbers) > 1 else ''}{max(numbers)} seeds")
        both = "counts are summed over folds and averaged over seeds, other figures averaged over both"
        over = both if folds > 1 else "over seeds, figures are averaged"
    return ", ".join(times), over and f"{over}{SPREAD}"


def _data(counts: Iterable[tuple[int, int]]) -> str:
    negative, positive = next(iter(counts))
    rows = negative + positive
    return f"{rows:,} rows, {positive:,} positive" + (f" ({100 * positive / rows:.3g}%)" if rows else "")


def _size(fits: Sizes) -> str:
    """The mean over folds and seeds: "8,000 (400 positive)"."""
    counts = fits.values()
    positive = statistics.fmean(positive for _, positive in counts)
    rows = statistics.fmean(map(sum, counts))
    return f"{'about ' if len(set(counts)) > 1 else ''}{rows:,.0f} ({positive:,.0f} positive)"
