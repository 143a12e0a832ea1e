"""The JSON form of results: strictly valid, one object per cell and threshold, read back whole."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from itertools import groupby
from typing import Any

from imbbench.aggregate import COUNTS
from imbbench.errors import ImbbenchError
from imbbench.results import Cell, Result, Results

SCHEMA_VERSION = 1
_NUMBER = (int, float, type(None))
#: field of a cell's object -> types it may have
_CELL: Mapping[str, type | tuple[type, ...]] = {
    "dataset": str, "source": str, "split": str, "fold": int, "scale": str, "strategy": str, "model": str,
    "threshold": _NUMBER, "random_state": int, "status": str, "reason": str, "cached": bool, "device": str,
    "threads": int, "seconds": _NUMBER, "key": (str, type(None)), "counts": dict,
    "notes": list, "info": dict, "numerics": str, "hashes": dict, "positive": str,
    "metrics": dict,
}  # fmt: skip
_DOCUMENT: Mapping[str, type | tuple[type, ...]] = {
    "environment": dict, "thresholds": list, "columns": list, "lower_is_better": list, "cells": list,
}  # fmt: skip


def to_json(results: Results) -> str:
    """Results as a JSON document; NaN and infinities are null.

    `cells` holds one object per cell and threshold, whatever became of the cell; "dataset" is the
    label that a table shows, "metrics" all computed metrics.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "environment": results.environment,
        "thresholds": results.thresholds,
        "columns": results.columns,
        "lower_is_better": sorted(results.lower_is_better),
        "cells": [cell_object(result, threshold) for result in results for threshold in results.thresholds],
    }
    return json.dumps(plain(document), indent=1, ensure_ascii=False, allow_nan=False)


def cell_object(result: Result, threshold: float) -> dict[str, Any]:
    """One cell at one threshold, as it stands under `cells`."""
    known = {field.name: getattr(result, field.name) for field in fields(result)}
    metrics = {
        name: int(value) if name in COUNTS and float(value).is_integer() else value
        for name, value in result.metrics.get(threshold, {}).items()
    }
    known |= {**asdict(result.cell), "dataset": result.dataset, "threshold": threshold, "metrics": metrics}
    return {name: known[name] for name in _CELL}


def plain(value: Any) -> Any:
    """`value` in JSON's own types; NaN and infinities are None. Arrays and scalars of numpy and torch
    know `tolist`."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def from_json(text: str) -> Results:
    """The results that `to_json` wrote; null figures are NaN again.

    Raises ImbbenchError for text that is not JSON, was not written by imbbench, or by a newer one.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImbbenchError(
            f"results file: not valid JSON ({error}); expected the output of --format json"
        ) from None
    if not isinstance(document, dict) or not isinstance(document.get("schema_version"), int):
        raise ImbbenchError("results file: no schema_version found; expected the output of --format json")
    if document["schema_version"] > SCHEMA_VERSION:
        raise ImbbenchError(
            f"results file: schema_version {document['schema_version']} was written by a newer imbbench; "
            f"this one reads up to {SCHEMA_VERSION}: upgrade it"
        )
    _check(document, _DOCUMENT, "results file")
    try:
        return Results(
            rows=tuple(read_cells(document["cells"], "results file")),
            environment=document["environment"],
            thresholds=tuple(float(threshold) for threshold in document["thresholds"]),
            columns=tuple(map(str, document["columns"])),
            lower_is_better=frozenset(map(str, document["lower_is_better"])),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise ImbbenchError(
            f"results file: a value of the wrong type ({error}); was it edited by hand?"
        ) from None


def read_cells(objects: list[Any], where: str) -> Iterator[Result]:
    """One result from the objects of each cell, which stand together, one per threshold; `where` they
    stand begins the messages of ImbbenchError."""
    for number, item in enumerate(objects):
        _check(item, _CELL, f"{where}: cells[{number}]")
    for shared, group in groupby(objects, key=lambda item: {**item, "threshold": None, "metrics": None}):
        metrics: dict[float, dict[str, float]] = {}
        for item in group:
            threshold = _float(item["threshold"])
            if threshold in metrics:
                cell = f"{item['dataset']}, {item['strategy']}, {item['model']}, fold {item['fold']}"
                raise ImbbenchError(f"{where}: {cell} stands twice at threshold {threshold:g}; remove one")
            metrics[threshold] = {name: _float(value) for name, value in item["metrics"].items()}
        yield _result(shared, metrics if any(metrics.values()) else {})


def _result(item: Mapping[str, Any], metrics: Mapping[float, Mapping[str, float]]) -> Result:
    source = item["source"]
    cell = {field.name: item[field.name] for field in fields(Cell)}
    cell["dataset"] = item["dataset"].removesuffix(f" ({source})") if source else item["dataset"]
    rest = {field.name: item[field.name] for field in fields(Result) if field.name != "cell"}
    rest |= {
        "metrics": metrics,
        "counts": {
            part: (int(negative), int(positive)) for part, (negative, positive) in item["counts"].items()
        },
        "seconds": _float(item["seconds"]),
        "notes": tuple(map(str, item["notes"])),
    }
    return Result(Cell(**cell), **rest)


def _float(value: Any) -> float:
    return math.nan if value is None else float(value)


def _check(item: Any, expected: Mapping[str, type | tuple[type, ...]], where: str) -> None:
    """Raise ImbbenchError unless `item` is an object with the expected fields."""
    if not isinstance(item, dict):
        raise ImbbenchError(f"{where} is of type {type(item).__name__}; expected an object")
    for name, types in expected.items():
        if name not in item:
            raise ImbbenchError(f"{where} lacks {name!r}; expected the output of --format json")
        if not isinstance(item[name], types):
            names = " or ".join(kind.__name__ for kind in (types if isinstance(types, tuple) else (types,)))
            raise ImbbenchError(f"{where}: {name!r} is of type {type(item[name]).__name__}; expected {names}")
