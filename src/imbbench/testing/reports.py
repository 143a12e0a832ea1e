"""Checks of reports."""

from __future__ import annotations

import io

from imbbench.registry import Bound
from imbbench.result import STATUSES, Cell, Result
from imbbench.results import Results
from imbbench.testing.verdict import require

_FIGURES = {
    "tn": 80.0,
    "fp": 10.0,
    "fn": 2.0,
    "tp": 8.0,
    "precision": 8 / 18,
    "recall": 0.8,
    "roc_auc": float("nan"),
}


def _results() -> Results:
    """A row of each status, one figure undefined, at a fixed threshold and at one that is text."""
    rows = []
    keys: tuple[float | str, ...] = (0.5, "prior tuned:f1")
    for fold, status in enumerate(STATUSES):
        cell = Cell("moons", "kfold", fold, "standard", "none", "sklearn-lr", 0)
        counts = {"data": (900, 100), "train": (810, 90), "test": (90, 10)}
        figures = dict.fromkeys(keys, _FIGURES) if status == "ok" else {}
        reason = "" if status == "ok" else f"a reason with <marks> & | _ 100% [red]é[/red] ({status})"
        notes = ("a note",) if status == "ok" else ()
        rows.append(Result(cell, status, reason, "", figures, counts, "cpu", 1, 1.25, notes))
    return Results(tuple(rows), {"command": "imbbench"}, keys, tuple(_FIGURES), frozenset({"fp", "fn"}))


def writes_every_status(bound: Bound) -> None:
    """Rows of every status are written without an error, and the text ends with the end of a line."""
    parts = [bound.component.write]
    if bound.component.write_tables:
        parts += [bound.component.write_tables, bound.component.write_footer]
    for part in parts:
        stream = io.StringIO()
        part(_results(), stream, **bound.params)
        expected = "text that ends with the end of a line"
        require(stream.getvalue().endswith("\n"), expected, f"{stream.getvalue()[-20:]!r}")


def writes_the_same_again(bound: Bound) -> None:
    """The same results make the same text."""
    one, other = io.StringIO(), io.StringIO()
    bound.call(_results(), one)
    bound.call(_results(), other)
    require(one.getvalue() == other.getvalue(), "the same text from the same results", "another text")
