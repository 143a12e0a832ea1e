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
from imbbench.labels import place
from imbbench.readings import Threshold, key_of, threshold_text
from imbbench.result import Cell, Result
from imbbench.results import Results

SCHEMA_VERSION = 1
_NUMBER = (int, float, type(None))
#: field of a cell's object -> types it may have
_CELL: Mapping[str, type | tuple[type, ...]] = {
    "dataset": str, "source": str, "split": str, "fold": int, "scale": str, "strategy": str, "model": str,
    "threshold": (int, float, str, type(None)), "random_state": int, "seed": int, "status": str,
    "reason": str, "cached": bool, "device": str, "threads": int, "seconds": _NUMBER,
    "key": (str, type(None)), "counts": dict, "notes": list, "info": dict, "numerics": str, "hashes": dict,
    "positive": str, "shift": _NUMBER, "metrics": dict,
}  # fmt: skip
#: What older files, or others, lack.
_LATER: Mapping[str, Any] = {"intervals": {}, "seed": 0, "shift": None}
_DOCUMENT: Mapping[str, type | tuple[type, ...]] = {
    "environment": dict, "thresholds": list, "columns": list, "lower_is_better": list, "undirected": list,
    "cells": list,
}  # fmt: skip


def to_json(results: Results) -> str:
    """Results as a JSON document; NaN and infinities are null.

    `cells` holds one object per cell and threshold, whatever became of the cell; "dataset" is the
    label that a table shows, "threshold" a number or, where it is another way to read the scores than a fixed
    probability, its text ("tuned:f1", "prior 0.5"), "metrics" all computed metrics. Where intervals were
    asked for there are "confidence_level" and, in cells that have them, "intervals": {metric: [low, high]}.
    """
    document = {
        "schema_version": SCHEMA_VERSION,
        "environment": results.environment,
        "thresholds": results.thresholds,
        "columns": results.columns,
        "lower_is_better": sorted(results.lower_is_better),
        "undirected": sorted(results.undirected),
        "cells": [cell_object(result, threshold) for result in results for threshold in results.thresholds],
    }
    if results.confidence_level is not None:
        document["confidence_level"] = results.confidence_level
    return json.dumps(plain(document), indent=1, ensure_ascii=False, allow_nan=False)


def cell_object(result: Result, threshold: Threshold) -> dict[str, Any]:
    """One cell at one threshold, as it stands under `cells`."""
    known = {field.name: getattr(result, field.name) for field in fields(result)}
    metrics = {
        name: int(value) if name in COUNTS and float(value).is_integer() else value
        for name, value in result.metrics.get(threshold, {}).items()
    }
    known |= {**asdict(result.cell), "dataset": result.dataset, "threshold": threshold, "metrics": metrics}
    intervals = {"intervals": result.intervals[threshold]} if threshold in result.intervals else {}
    return {name: known[name] for name in _CELL} | intervals


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
    document = {"undirected": [], **document}  # which older files lack
    _check(document, _DOCUMENT, "results file")
    try:
        return Results(
            rows=tuple(read_cells(document["cells"], "results file")),
            environment=document["environment"],
            thresholds=tuple(map(_threshold, document["thresholds"])),
            columns=tuple(map(str, document["columns"])),
            lower_is_better=frozenset(map(str, document["lower_is_better"])),
            undirected=frozenset(map(str, document["undirected"])),
            confidence_level=document.get("confidence_level") and float(document["confidence_level"]),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise ImbbenchError(
            f"results file: a value of the wrong type ({error}); was it edited by hand?"
        ) from None


def read_cells(objects: list[Any], where: str) -> Iterator[Result]:
    """One result from the objects of each cell, which stand together, one per threshold; `where` they
    stand begins the messages of ImbbenchError."""
    objects = [{**_LATER, **item} if isinstance(item, dict) else item for item in objects]
    for number, item in enumerate(objects):
        _check(item, {**_CELL, "intervals": dict}, f"{where}: cells[{number}]")
    alike = {"threshold": None, "metrics": None, "intervals": None}
    for shared, group in groupby(objects, key=lambda item: {**item, **alike}):
        metrics: dict[Threshold, dict[str, float]] = {}
        intervals: dict[Threshold, dict[str, tuple[float, float]]] = {}
        for item in group:
            threshold = _threshold(item["threshold"])
            if threshold in metrics:
                cell = f"{item['dataset']}, {item['strategy']}, {item['model']}, {place(_cell(item))}"
                raise ImbbenchError(
                    f"{where}: {cell} stands twice at threshold {threshold_text(threshold)}; remove one"
                )
            metrics[threshold] = {name: _float(value) for name, value in item["metrics"].items()}
            if item["intervals"]:
                intervals[threshold] = {
                    name: (_float(low), _float(high)) for name, (low, high) in item["intervals"].items()
                }
        yield _result({**shared, "metrics": metrics if any(metrics.values()) else {}, "intervals": intervals})


def _result(item: Mapping[str, Any]) -> Result:
    rest = {field.name: item[field.name] for field in fields(Result) if field.name != "cell"}
    rest |= {
        "counts": {
            part: (int(negative), int(positive)) for part, (negative, positive) in item["counts"].items()
        },
        "seconds": _float(item["seconds"]),
        "notes": tuple(map(str, item["notes"])),
    }
    return Result(_cell(item), **rest)


def _cell(item: Mapping[str, Any]) -> Cell:
    known, source = {field.name: item[field.name] for field in fields(Cell)}, item["source"]
    dataset = item["dataset"].removesuffix(f" ({source})") if source else item["dataset"]
    return Cell(**{**known, "dataset": dataset})


def _threshold(value: Any) -> Threshold:
    return key_of(value) if isinstance(value, str) else _float(value)


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
