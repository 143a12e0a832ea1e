"""What a check found, made by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from imbbench.check import Checked
from imbbench.compare import VERDICTS, Finding
from imbbench.judge import Change
from imbbench.result import Cell
from imbbench.rules import Rules

CELL = Cell("moons", "kfold", 0, "standard", "none", "sklearn-lr", 0)
#: Names and reasons that somebody else wrote.
HOSTILE = (
    "\x00", "\x1b[31mred\x1b[0m", "<&\"'>", "]]>", "\ud800", "\ufffe", "a|b", "x\r\n::error::y", "100%0A,:",
    "@everyone", "<img src=x onerror=alert(1)>", "[here](https://example.org)", "`code` **bold** _it_ ~~no~~",
    "# title", "- item", "$x$", "&lt;", "\\", "![i](j)", "", "\u2028",
)  # fmt: skip


def change(metric: str, before: float, now: float, verdict: str = "", **more: Any) -> Change:
    """Of a metric where higher is better; its tolerance is 0.005 and 0 for counts."""
    allowed = more.pop("allowed", 0.0 if metric in ("tn", "fp", "fn", "tp") else 0.005)
    loss = more.pop("loss", before - now)
    verdict = verdict or ("same" if abs(loss) <= allowed else "worse" if loss > 0 else "better")
    return Change(metric, more.pop("threshold", 0.5), verdict, before, now, allowed, loss, **more)


def finding(*changes: Change, verdict: str = "", folds: int = 1, **more: Any) -> Finding:
    """Of a cell that differs from `CELL` in what is named, or of that many folds judged together."""
    about = {name: more.pop(name) for name in tuple(more) if name in Cell.__dataclass_fields__}
    cell = replace(CELL, **about)
    known = {change.verdict for change in changes}
    verdict = verdict or next((verdict for verdict in VERDICTS if verdict in known), "same")
    label, seconds = more.pop("label", cell.dataset), more.pop("seconds", 0.25)
    cells = tuple(replace(cell, fold=cell.fold + fold) for fold in range(folds))
    return Finding(cells, label, verdict, changes=changes, seconds=seconds, **more)


def found(*findings: Finding, cpus: tuple[str, str] = ("one", "one"), **rules: Any) -> Checked:
    """A check of them, which come the worst first as they are."""
    ordered = sorted(findings, key=lambda one: VERDICTS.index(one.verdict))
    return Checked(tuple(ordered), Rules(**rules), cpus, True)


WORSE = finding(
    change("roc_auc", 0.9314, 0.9214),
    change("precision", 0.5, math.nan, "worse", loss=math.nan, reason="precision is undefined now"),
    change("tp", 9.0, 9.0),
    versions="scikit-learn 1.8.0 -> 1.9.1",
    reason="precision is undefined now",
    fold=2,
)
FAILED = finding(verdict="failed", reason="timeout: over 3 s", model="torch-mlp", seconds=math.nan)
MISSING = finding(verdict="missing", reason="no model named 'gone'", model="gone", seconds=math.nan)
OTHER = finding(verdict="not comparable", reason="the data differ", dataset="creditcard", split="holdout")
BETTER = finding(change("average_precision", 0.4, 0.5), model="torch-lr")
NEW = finding(verdict="new", model="fresh")
SAME = finding(change("roc_auc", 0.9, 0.9))
SKIPPED = finding(verdict="same", reason="unsupported: knn takes no weights", model="knn", seconds=math.nan)
EVERY = found(WORSE, FAILED, MISSING, OTHER, BETTER, NEW, SAME, SKIPPED)
