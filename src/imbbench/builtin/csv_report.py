"""The report for spreadsheets and programs that read CSV."""

from __future__ import annotations

import math
from typing import IO, TYPE_CHECKING

from imbbench import Result, Results
from imbbench.builtin.report_text import speller

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTS = ("tn", "fp", "fn", "tp")
_CSV = (
    "dataset", "split", "fold", "scale", "strategy", "model", "threshold", "random_state", "seed", "status",
    "reason", "device", "numerics", "seconds",
)  # fmt: skip


def write_csv(results: Results, stream: IO[str]) -> None:
    """One line per cell and threshold, folds apart, at full precision; empty where undefined.

    Where intervals were asked for, METRIC_low and METRIC_high stand behind the metrics.
    """
    import csv
    import io

    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    bounded = results.columns if results.confidence_level is not None else ()
    ends = (f"{metric}_{end}" for metric in bounded for end in ("low", "high"))
    writer.writerow([*_CSV, *results.columns, *ends])
    for result in results:
        for threshold in results.thresholds:
            row = _row(result, threshold, results.columns)
            writer.writerow([*row, *_ends(result, threshold, bounded)])
    stream.write(speller(stream)(buffer.getvalue()))


def _row(result: Result, threshold: float | str, columns: tuple[str, ...]) -> Iterator[object]:
    cell = result.cell
    yield from (result.dataset, cell.split, cell.fold, cell.scale, cell.strategy, cell.model)
    yield from (threshold, cell.random_state, cell.seed, result.status, result.reason)
    yield from (result.device, result.numerics)
    yield "" if math.isnan(result.seconds) else float(result.seconds)
    for metric in columns:
        value = float(result.metrics.get(threshold, {}).get(metric, math.nan))
        whole = metric in _COUNTS and value.is_integer()
        yield "" if math.isnan(value) else int(value) if whole else value


def _ends(result: Result, threshold: float | str, columns: tuple[str, ...]) -> Iterator[object]:
    """The low and the high end of each interval, empty where there is none."""
    intervals = result.intervals.get(threshold, {})
    for metric in columns:
        for end in intervals.get(metric, (math.nan, math.nan)):
            yield "" if math.isnan(end) else float(end)
