"""A baseline as a file: JSON made for version control, sorted, two lines a cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from imbbench.baseline import ADVICE, Baseline, check_rows
from imbbench.baseline_plan import Plan
from imbbench.errors import ImbbenchError
from imbbench.json_form import cell_object, plain, read_cells
from imbbench.plan import Grid
from imbbench.readings import Threshold, keys_of
from imbbench.result import Result
from imbbench.results import Results
from imbbench.rules import check_table

SCHEMA_VERSION = 1
#: Fields of a cell's object in the JSON form that are left out, and what they are when it is read.
_LEFT_OUT = {
    "reason": "", "cached": False, "seconds": None, "key": None, "notes": [], "info": {}, "shift": None,
}  # fmt: skip
#: Fields of a cell's object and of a grid that are left out where they are this: one seed, no place.
_USUAL = {"seed": 0, "seeds": 1, "where": ""}
# Field -> type of its value; [type] is a list of such, {str: type} an object of such, (type, type) either.
_TOP = {"plan": dict, "check": dict, "environment": dict, "lower_is_better": [str], "cells": [dict]}
_PLAN = {
    "grids": [dict], "threshold": [(int, float, str)], "metrics": [str], "threads": int, "group": bool,
    "device": str, "plugins": [str], "drop_duplicates": bool,
}  # fmt: skip
_GRID = {
    "dataset": [str], "split": [str], "scale": [str], "strategy": [str], "model": [str], "random_state": int,
    "seeds": int,
}  # fmt: skip
_ENVIRONMENT = {"versions": {str: str}, "cpu": str}
_CELL = {
    "fold": int, "random_state": int, "seed": int, "threads": int, "threshold": (int, float, str),
    "counts": {str: [int]}, "hashes": {str: str}, "positive": str,
    "metrics": {str: (int, float, type(None))}, "versions": {str: str},
}  # fmt: skip


def to_text(baseline: Baseline) -> str:
    """The file's content: the same for equal baselines."""
    results = baseline.results
    cells = [_object(baseline, row, threshold) for row in results for threshold in results.thresholds]
    grids = [_short({**asdict(grid), "where": ""}) for grid in baseline.plan.grids]
    plan = {**{field.name: getattr(baseline.plan, field.name) for field in fields(Plan)}, "grids": grids}
    if not baseline.plan.drop_duplicates:  # as in files from before there was a choice
        del plan["drop_duplicates"]
    top = {
        "schema_version": SCHEMA_VERSION, "plan": plan, "check": baseline.check,
        "environment": results.environment, "lower_is_better": sorted(results.lower_is_better),
    }  # fmt: skip
    head = json.dumps(plain(top), indent=1, ensure_ascii=False, allow_nan=False)
    return head.removesuffix("\n}") + ',\n "cells": [\n' + ",\n".join(map(_lines, cells)) + "\n ]\n}\n"


def _object(baseline: Baseline, row: Result, threshold: Threshold) -> dict[str, Any]:
    known = cell_object(row, threshold)
    kept = _short({name: value for name, value in known.items() if name not in _LEFT_OUT})
    return kept | ({"versions": baseline.older[row.cell]} if row.cell in baseline.older else {})


def _short(known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in known.items() if (name, value) not in _USUAL.items()}


def _lines(item: Mapping[str, Any]) -> str:
    """A cell: what it is on one line, its figures on the next, so that a diff shows both."""
    about = {name: value for name, value in item.items() if name != "metrics"}
    head = json.dumps(plain(about), ensure_ascii=False, allow_nan=False).removesuffix("}")
    figures = json.dumps(plain(item["metrics"]), ensure_ascii=False, allow_nan=False)
    return f'  {head},\n   "metrics": {figures}}}'


def read(path: Path) -> Baseline:
    """The baseline in a file. ImbbenchError, naming the file and the place, for what is none."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ImbbenchError(
            f"no baseline {str(path)!r}; `imbbench baseline write {path}` and a selection make it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ImbbenchError(f"baseline {path} cannot be read: {error}; {ADVICE}") from None
    return from_text(text, f"baseline {path}")


def from_text(text: str, where: str) -> Baseline:
    """The baseline that `to_text` wrote; `where` begins every message."""
    document = _document(text, where)
    try:
        plan, environment = _plan(document["plan"], where), document["environment"]
        _check(environment, _ENVIRONMENT, f"{where}: environment")
        objects = [{**_LEFT_OUT, "seed": 0, **item} for item in document["cells"]]
        for number, item in enumerate(objects):
            _check({"versions": {}, **item}, _CELL, f"{where}: cells[{number}]")
            if item["threshold"] not in plan.threshold:
                raise ImbbenchError(f"{where}: cells[{number}] has a threshold that the plan lacks; {ADVICE}")
        rows = tuple(read_cells(objects, where))
        told = [item for item in objects if "versions" in item]
        older = {row.cell: item["versions"] for item in told for row in read_cells([item], where)}
    except (TypeError, ValueError, OverflowError) as error:
        raise ImbbenchError(
            f"{where}: a value of the wrong type ({error}); was it edited by hand? {ADVICE}"
        ) from None
    check_rows(rows, plan, where)
    lower = frozenset(document["lower_is_better"])
    results = Results(rows, environment, plan.threshold, plan.metrics, lower)
    return Baseline(plan, check_table(document["check"], where), results, older)


def _document(text: str, where: str) -> dict[str, Any]:
    if not text.strip():
        raise ImbbenchError(f"{where} is empty; {ADVICE}")
    if "\n<<<<<<< " in text:
        advice = "take one side whole, and then `imbbench baseline update` what the other meant"
        raise ImbbenchError(f"{where} has conflict markers of a merge; {advice}")
    try:
        document = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ImbbenchError(
            f"{where} is not valid JSON ({error}): truncated, or badly merged; {ADVICE}"
        ) from None
    number = document.get("schema_version") if isinstance(document, dict) else None
    if type(number) is not int or number < 1:
        raise ImbbenchError(f"{where} is no baseline: no schema_version found; {ADVICE}")
    if number > SCHEMA_VERSION:
        raise ImbbenchError(
            f"{where}: schema_version {number} was written by a newer imbbench; this one reads up to "
            f"{SCHEMA_VERSION}: upgrade it"
        )
    known: dict[str, Any] = document
    _check(known, _TOP, where)
    return known


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; ValueError for a key that stands twice in it, as a merge may leave it."""
    known = dict(pairs)
    if len(known) < len(pairs):
        twice = next(key for key in known if [name for name, _ in pairs].count(key) > 1)
        raise ValueError(f"{twice!r} stands twice in one object")
    return known


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _check(known: Mapping[str, Any], expected: Mapping[str, Any], where: str) -> None:
    """Raise ImbbenchError unless all fields are there and of the expected types."""
    for name, kind in expected.items():
        if not _fits(known.get(name), kind):
            found = f"is {json.dumps(known[name])[:60]}" if name in known else "is missing"
            raise ImbbenchError(
                f"{where}: {name!r} {found}; expected what `imbbench baseline write` wrote; {ADVICE}"
            )


def _fits(value: Any, kind: Any) -> bool:
    """Whether it is of just this type (true is no number), or all of it is."""
    if isinstance(kind, list):
        return isinstance(value, list) and all(_fits(item, kind[0]) for item in value)
    if isinstance(kind, dict):
        return isinstance(value, dict) and all(_fits(item, kind[str]) for item in value.values())
    return type(value) in (kind if isinstance(kind, tuple) else (kind,))


def _plan(known: dict[str, Any], where: str) -> Plan:
    known = {"drop_duplicates": False, **known}
    _check(known, _PLAN, f"{where}: plan")
    grids = [{"seeds": 1, **grid} for grid in known["grids"]]
    for grid in grids:
        _check(grid, _GRID, f"{where}: grid")
    return Plan(
        tuple(map(_grid, grids)),
        keys_of(known["threshold"]),
        tuple(known["metrics"]),
        known["threads"],
        known["group"],
        known["device"],
        tuple(known["plugins"]),
        known["drop_duplicates"],
    )


def _grid(known: dict[str, Any]) -> Grid:
    axes = ("dataset", "split", "scale", "strategy", "model")
    dataset, split, scale, strategy, model = (tuple(known[axis]) for axis in axes)
    return Grid(dataset, split, scale, strategy, model, known["random_state"], known["seeds"])
