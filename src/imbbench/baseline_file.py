"""A baseline as a file: JSON made for version control, sorted, one line a figure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from imbbench.baseline import Baseline, Plan
from imbbench.errors import ImbbenchError
from imbbench.json_form import cell_object, plain, read_cells
from imbbench.plan import Grid
from imbbench.results import Cell, Result, Results
from imbbench.rules import check_table

SCHEMA_VERSION = 1
#: Fields of a cell's object in the JSON form that are left out, and what they are when it is read.
_LEFT_OUT = {
    "reason": "", "cached": False, "seconds": None, "key": None, "notes": [], "info": {},
}  # fmt: skip
_TOP = {"plan": dict, "check": dict, "environment": dict, "lower_is_better": list, "cells": list}
_ADVICE = "write it again with `imbbench baseline write`, or take it from version control"


def to_text(baseline: Baseline) -> str:
    """The file's content: the same for equal baselines."""
    results = baseline.results
    cells = [_object(baseline, row, threshold) for row in results for threshold in results.thresholds]
    grids = [
        {key: value for key, value in asdict(grid).items() if key != "where"} for grid in baseline.plan.grids
    ]
    plan = {**{field.name: getattr(baseline.plan, field.name) for field in fields(Plan)}, "grids": grids}
    top = {
        "schema_version": SCHEMA_VERSION, "plan": plan, "check": baseline.check,
        "environment": results.environment, "lower_is_better": sorted(results.lower_is_better),
    }  # fmt: skip
    head = json.dumps(plain(top), indent=1, ensure_ascii=False, allow_nan=False)
    return head.removesuffix("\n}") + ',\n "cells": [\n' + ",\n".join(map(_lines, cells)) + "\n ]\n}\n"


def _object(baseline: Baseline, row: Result, threshold: float) -> dict[str, Any]:
    known = cell_object(row, threshold)
    kept = {name: value for name, value in known.items() if name not in _LEFT_OUT}
    return kept | ({"versions": baseline.older[row.cell]} if row.cell in baseline.older else {})


def _lines(item: Mapping[str, Any]) -> str:
    """A cell: what it is on one line, each figure on its own."""
    about = {name: value for name, value in item.items() if name != "metrics"}
    head = json.dumps(plain(about), ensure_ascii=False, allow_nan=False).removesuffix("}")
    figures = json.dumps(plain(item["metrics"]), indent=3, ensure_ascii=False, allow_nan=False)
    return f'  {head},\n  "metrics": {figures.removesuffix("}")}  }}}}'


def read(path: Path) -> Baseline:
    """The baseline in a file. ImbbenchError, naming the file and the place, for what is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ImbbenchError(
            f"no baseline {str(path)!r}; `imbbench baseline write {path}` and a selection make it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ImbbenchError(f"baseline {path} cannot be read: {error}; {_ADVICE}") from None
    return from_text(text, f"baseline {path}")


def from_text(text: str, where: str) -> Baseline:
    """The baseline that `to_text` wrote; `where` begins every message."""
    document = _document(text, where)
    try:
        objects = [{**_LEFT_OUT, **item} for item in document["cells"]]
        rows = tuple(read_cells(objects, where))
        older = dict(_older(rows, objects))
        plan = _plan(document["plan"])
        environment = document["environment"]
        environment["versions"].items()
        lower = frozenset(map(str, document["lower_is_better"]))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        kind = f"lacks {error}" if isinstance(error, KeyError) else f"a value of the wrong type ({error})"
        raise ImbbenchError(f"{where}: {kind}; was it edited by hand? {_ADVICE}") from None
    if not rows:
        raise ImbbenchError(f"{where} has no cells; {_ADVICE}")
    results = Results(rows, environment, plan.threshold, plan.metrics, lower)
    return Baseline(plan, check_table(document["check"], where), results, older)


def _older(
    rows: Iterable[Result], objects: Iterable[dict[str, Any]]
) -> Iterator[tuple[Cell, dict[str, str]]]:
    """Cells with the versions that are told with them."""
    specs = {row.dataset: row.cell.dataset for row in rows}
    for item in objects:
        if "versions" in item:
            cell = {field.name: item[field.name] for field in fields(Cell)}
            yield Cell(**{**cell, "dataset": specs[item["dataset"]]}), item["versions"]


def _document(text: str, where: str) -> dict[str, Any]:
    if not text.strip():
        raise ImbbenchError(f"{where} is empty; {_ADVICE}")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImbbenchError(
            f"{where} is not valid JSON ({error}): truncated, or badly merged; {_ADVICE}"
        ) from None
    if not isinstance(document, dict) or not isinstance(document.get("schema_version"), int):
        raise ImbbenchError(f"{where} is no baseline: no schema_version found; {_ADVICE}")
    if document["schema_version"] > SCHEMA_VERSION:
        raise ImbbenchError(
            f"{where}: schema_version {document['schema_version']} was written by a newer imbbench; this one "
            f"reads up to {SCHEMA_VERSION}: upgrade it"
        )
    for name, kind in _TOP.items():
        if not isinstance(document.get(name), kind):
            found = f"is of type {type(document[name]).__name__}" if name in document else "is missing"
            raise ImbbenchError(f"{where}: {name!r} {found}; expected what `imbbench baseline write` wrote")
    return document


def _plan(known: dict[str, Any]) -> Plan:
    return Plan(
        tuple(map(_grid, known["grids"])),
        tuple(map(float, known["threshold"])),
        tuple(map(str, known["metrics"])),
        int(known["threads"]),
        bool(known["group"]),
        str(known["device"]),
        tuple(map(str, known["plugins"])),
    )


def _grid(known: dict[str, Any]) -> Grid:
    axes = ("dataset", "split", "scale", "strategy", "model")
    dataset, split, scale, strategy, model = (tuple(map(str, known[axis])) for axis in axes)
    return Grid(dataset, split, scale, strategy, model, int(known["random_state"]))
