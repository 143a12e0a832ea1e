"""What a check found, as tables of text and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from imbbench.aggregate import DASH, clean
from imbbench.check import Checked
from imbbench.check_text import changed, texts, versions
from imbbench.compare import VERDICTS, Finding, counted
from imbbench.judge import Change
from imbbench.labels import place, places, protocol, shorten
from imbbench.result import Cell
from imbbench.table import Column, Entry, Table, numbered

_COLUMNS = {
    "strategy": Column("strategy", "name"), "model": Column("model", "name"), "fold": Column("fold", "text"),
    "threshold": Column("threshold"), "metric": Column("metric", "text"), "before": Column("baseline"),
    "now": Column("now"), "difference": Column("difference"), "allowed": Column("tolerance"),
    "p": Column("p"), "verdict": Column("verdict", "text"),
}  # fmt: skip
_FIGURES = ("metric", "before", "now", "difference", "allowed")
_NO_FIGURES = {**dict.fromkeys(("threshold", "p", *_FIGURES), DASH), "metric": ""}
_OTHERS = "of the folds in which a figure has one verdict, the worst is shown"
_MEANS = "means over folds; p of the corrected resampled t-test, adjusted for many tests"


@dataclass(frozen=True)
class _Line:
    """A row in the making: a change of a metric, or a finding without any; `cells` are those that share it,
    the worst first."""

    finding: Finding
    change: Change | None
    cells: tuple[Cell, ...]

    @property
    def verdict(self) -> str:
        return self.change.verdict if self.change else self.finding.verdict


def tables_of(checked: Checked, *, verbose: bool = False) -> tuple[Table, ...]:
    """A table for each protocol of which something changed (all with `verbose`), the worst first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in checked.findings:
        groups.setdefault(protocol(finding.cells[0], finding.dataset), []).append(finding)
    made = (_table(" · ".join(map(clean, title)), group, verbose) for title, group in groups.items())
    return tuple(table for table in made if table.rows)


def _table(title: str, findings: Sequence[Finding], verbose: bool) -> Table:
    several_folds = any(cell.fold or cell.seed for finding in findings for cell in finding.cells)
    told = [finding for finding in findings if verbose or finding.verdict != "same"]
    lines = _by_cell(_collapsed(line for finding in told for line in _lines(finding, verbose)))
    strategies, shared_by_strategies = shorten(line.cells[0].strategy for line in lines)
    models, shared_by_models = shorten(line.cells[0].model for line in lines)
    changes = [line.change for line in lines if line.change]
    needed = {
        **dict.fromkeys(_FIGURES, bool(changes)),
        "fold": several_folds,
        "threshold": len({change.threshold for finding in findings for change in finding.changes}) > 1,
        "p": any(not math.isnan(change.p) for change in changes),
    }
    shown = [name for name in _COLUMNS if needed.get(name, True)]
    rows = [[Entry(_texts(line, strategies, models)[name]) for name in shown] for line in lines]
    notes, footnotes = numbered(rows, [_remarks(line) for line in lines])
    caption = [*map(clean, (*shared_by_strategies, *shared_by_models))]
    if any(len(line.cells) > len(line.finding.cells) for line in lines):
        caption.append(_OTHERS)
    if needed["p"]:
        caption.append(_MEANS)
    columns = tuple(_COLUMNS[name] for name in shown)
    return Table(title, tuple(caption), columns, tuple(map(tuple, rows)), notes, footnotes)


def _lines(finding: Finding, verbose: bool) -> Iterator[_Line]:
    changes = finding.changes if verbose else changed(finding)
    if not changes:
        yield _Line(finding, None, finding.cells)
    for change in changes:
        yield _Line(finding, change, finding.cells)


def _collapsed(lines: Iterable[_Line]) -> list[_Line]:
    """The worst first. The same change in several folds or seeds is one: that where it is worst."""
    groups: dict[tuple[Any, ...], list[_Line]] = {}
    for line in sorted(lines, key=lambda line: (VERDICTS.index(line.verdict), -_severity(line)[0])):
        cell, change = line.cells[0], line.change
        what = (change.metric, change.threshold) if change else (line.finding.reason,)
        groups.setdefault((cell.strategy, cell.model, line.verdict, *what), []).append(line)
    kept = []
    for group in groups.values():
        worst = max(group, key=_severity)
        others = [line for line in group if line is not worst]
        kept.append(replace(worst, cells=tuple(cell for line in (worst, *others) for cell in line.cells)))
    return kept


def _by_cell(lines: Sequence[_Line]) -> list[_Line]:
    """The lines of a strategy with a model together, as the worst of them comes."""
    order = {name: rank for rank, name in reversed([*enumerate(map(_name, lines))])}
    return sorted(lines, key=lambda line: order[_name(line)])


def _name(line: _Line) -> tuple[str, str]:
    return line.cells[0].strategy, line.cells[0].model


def _severity(line: _Line) -> tuple[float, float]:
    """Greater for what is worse, also of what is within its tolerance."""
    change = line.change
    if change is None or math.isnan(change.loss):
        return (change.badness if change else 0.0), -math.inf
    return change.badness, change.loss


def _texts(line: _Line, strategies: Mapping[str, str], models: Mapping[str, str]) -> dict[str, str]:
    cell = line.cells[0]
    names = {"strategy": strategies[cell.strategy], "model": models[cell.model], "fold": _fold(line)}
    figures = texts(line.change) if line.change else _NO_FIGURES
    return {name: clean(text) for name, text in (names | figures | {"verdict": line.verdict}).items()}


def _fold(line: _Line) -> str:
    if len(line.finding.cells) > 1:
        return places(line.finding.cells)
    first, *others = line.cells
    return place(first).removeprefix("fold ") + (f", {len(others)} more" if others else "")


def _remarks(line: _Line) -> list[str]:
    reason = line.change.reason if line.change else line.finding.reason
    explained = versions(line.finding) if line.verdict != "same" else ""
    return [text for text in (clean(reason), explained) if text]


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
