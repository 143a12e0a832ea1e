"""What a check found, as tables of text and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from imbbench.aggregate import COUNTS, DASH, clean, heading
from imbbench.check import Checked
from imbbench.compare import Finding, counted
from imbbench.judge import Change
from imbbench.labels import protocol
from imbbench.results import Cell
from imbbench.table import Column, Entry, Table, numbered

_SIGNS = {True: "+", False: ""}


@dataclass
class _Line:
    """A row in the making: a change of a metric, or a finding without any; `cells` are those that share it,
    the worst first."""

    finding: Finding
    change: Change | None
    cells: list[Cell]


def summary(checked: Checked) -> str:
    """How many cells have which verdict: "48 cells: 2 worse, 46 same"."""
    counts = counted(checked.findings)
    total = sum(counts.values())
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    together = " (folds judged together)" if checked.rules.significance is not None else ""
    return f"{total} cell{'' if total == 1 else 's'}{together}: {told}" if told else "nothing was compared"


def other_machine(checked: Checked) -> str:
    """Said where figures differ and the processors do, too."""
    before, now = checked.cpus
    if before == now or not any(finding.verdict in ("worse", "better") for finding in checked.findings):
        return ""
    return f"the baseline was made on another processor ({before or 'unknown'}; this is {now or 'unknown'})"


def tables_of(checked: Checked, *, verbose: bool = False) -> tuple[Table, ...]:
    """A table for each protocol of which something changed (all with `verbose`), the worst first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in checked.findings:
        if verbose or finding.verdict != "same":
            groups.setdefault(protocol(finding.cells[0], finding.dataset), []).append(finding)
    return tuple(_table(" · ".join(map(clean, title)), group, verbose) for title, group in groups.items())


def _table(title: str, findings: Sequence[Finding], verbose: bool) -> Table:
    lines = _collapsed(line for finding in findings for line in _lines(finding, verbose))
    several = {
        "fold": any(len(line.cells) > 1 or line.cells[0].fold for line in lines),
        "threshold": len({line.change.threshold for line in lines if line.change}) > 1,
        "p": any(line.change and not math.isnan(line.change.p) for line in lines),
    }
    shown = [column for name, column in _COLUMNS.items() if several.get(name, True)]
    rows = [[entry for name, entry in _entries(line).items() if several.get(name, True)] for line in lines]
    notes, footnotes = numbered(rows, [_remarks(line.finding, line.change) for line in lines])
    return Table(title, (), tuple(shown), tuple(map(tuple, rows)), notes, footnotes)


_COLUMNS = {
    "strategy": Column("strategy", "name"), "model": Column("model", "name"), "fold": Column("fold", "text"),
    "threshold": Column("threshold"), "metric": Column("metric", "text"), "before": Column("baseline"),
    "now": Column("now"), "difference": Column("difference"), "allowed": Column("tolerance"),
    "p": Column("p"), "verdict": Column("verdict", "text"),
}  # fmt: skip


def _lines(finding: Finding, verbose: bool) -> Iterator[_Line]:
    cells = list(finding.cells)
    changes = [change for change in finding.changes if verbose or change.verdict != "same"]
    if not changes:
        yield _Line(finding, None, cells)
    for change in sorted(changes, key=lambda change: -change.badness):
        yield _Line(finding, change, cells)


def _collapsed(lines: Iterable[_Line]) -> list[_Line]:
    """The same change in several folds is one row: the worst, which comes first."""
    kept: dict[tuple[Any, ...], _Line] = {}
    for line in lines:
        cell, change = line.cells[0], line.change
        what = (change.metric, change.threshold, change.verdict) if change else (line.finding.reason,)
        which = (cell.strategy, cell.model, line.finding.verdict, *what)
        if which in kept:
            kept[which].cells.extend(line.cells)
        else:
            kept[which] = line
    return list(kept.values())


def _entries(line: _Line) -> dict[str, Entry]:
    cell, change = line.cells[0], line.change
    fold = str(cell.fold)
    if len(line.finding.cells) > 1:
        fold = f"mean of {len(line.finding.cells)}"
    elif len(line.cells) > 1:
        fold += f" (+{len(line.cells) - 1})"
    texts = {"strategy": cell.strategy, "model": cell.model, "fold": fold}
    if change is None:
        texts |= {
            "threshold": "",
            "metric": "",
            "before": DASH,
            "now": DASH,
            "difference": DASH,
            "allowed": DASH,
        }
        texts |= {"p": DASH, "verdict": line.finding.verdict}
    else:
        whole = change.metric in COUNTS
        difference = change.now - change.before
        texts |= {
            "threshold": f"{change.threshold:g}",
            "metric": heading(change.metric),
            "before": figure(change.before, whole),
            "now": figure(change.now, whole),
            "difference": _SIGNS[difference > 0] + figure(difference, whole),
            "allowed": figure(change.allowed, whole),
            "p": DASH if math.isnan(change.p) else f"{change.p:.3f}",
            "verdict": change.verdict,
        }
    return {name: Entry(clean(text)) for name, text in texts.items()}


def figure(value: float, whole: bool) -> str:
    """A figure with 4 decimals, a count without, and never a 0 for what is none."""
    if not math.isfinite(value):
        return DASH
    if whole:
        return f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
    text = f"{value:z.4f}"
    return f"{value:.1e}" if value and not float(text) else text


def _remarks(finding: Finding, change: Change | None) -> list[str]:
    reason = change.reason if change else finding.reason
    versions = f"changed since the baseline: {finding.versions}" if finding.versions else ""
    return [clean(text) for text in (reason, versions) if text]


def plain_data(checked: Checked) -> dict[str, Any]:
    """All findings for programs, in JSON's types but for NaN."""
    before, now = checked.cpus
    return {
        "schema_version": 1,
        "passed": checked.passed,
        "verdicts": counted(checked.findings),
        "significance": checked.rules.significance,
        "cpu": {"baseline": before, "now": now},
        "findings": [
            {
                "dataset": finding.dataset,
                "verdict": finding.verdict,
                "reason": finding.reason,
                "versions": finding.versions,
                "cells": [asdict(cell) for cell in finding.cells],
                "changes": [_change(change) for change in finding.changes],
            }
            for finding in checked.findings
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "metric": change.metric, "threshold": change.threshold, "verdict": change.verdict,
        "baseline": change.before, "now": change.now, "difference": change.now - change.before,
        "tolerance": change.allowed, "p": change.p, "reason": change.reason,
    }  # fmt: skip
