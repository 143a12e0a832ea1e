from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench.builtin.reports import write_plain
from imbbench.errors import ImbbenchError
from imbbench.json_form import from_json, to_json
from imbbench.result import STATUSES, Cell, Result
from imbbench.results import Results

TEXT = st.text(max_size=8)
FIGURE = st.floats(allow_nan=True, allow_infinity=True)


@st.composite
def results(draw: st.DrawFn) -> Results:
    thresholds = draw(st.sampled_from([(0.5,), (0.3, 0.5, 0.7)]))
    rows = []
    for fold in range(draw(st.integers(0, 3))):
        cell = Cell(
            draw(TEXT), draw(TEXT), fold, "standard", draw(TEXT), draw(TEXT), draw(st.integers(0, 2**40)),
            draw(st.integers(0, 3)),
        )  # fmt: skip
        status = draw(st.sampled_from(STATUSES))
        metrics = (
            {t: {"tn": draw(FIGURE), "recall": draw(FIGURE)} for t in thresholds} if status == "ok" else {}
        )
        more = {
            "seconds": draw(FIGURE),
            "notes": tuple(draw(st.lists(TEXT, max_size=2))),
            "source": draw(TEXT),
        }
        rows.append(Result(cell, status, draw(TEXT), metrics=metrics, counts={"train": (9, 1)}, **more))
    return Results(tuple(rows), {"python": "3"}, thresholds, ("tn", "recall"), frozenset({"fp", "fn"}))


def plain(these: Results) -> str:
    stream = io.StringIO()
    write_plain(these, stream)
    return stream.getvalue()


def refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is not valid JSON")


@given(results())
def test_round_trip(these: Results) -> None:
    text = to_json(these)
    document = json.loads(text, parse_constant=refuse)
    assert len(document["cells"]) == len(these) * len(these.thresholds)
    back = from_json(text)
    assert to_json(back) == text
    assert plain(back) == plain(these)
    assert [row.cell for row in back] == [row.cell for row in these]


def full() -> Result:
    cell = Cell("creditcard", "holdout", 0, "standard", "undersample", "torch-mlp", 3)
    info = {
        "loss": np.array([0.5, np.nan], dtype=np.float32),
        "steps": np.int64(7),
        "flag": np.bool_(True),
        3: (1, {"deep": np.float64("inf")}),
        "path": object,
    }
    metrics = {0.5: {"tn": 85291.0, "fp": np.float64(4), "precision": math.nan, "recall": 0.1 + 0.2}}
    counts = {"data": (284315, 492)}
    return Result(cell, "ok", "", "simulated", metrics, counts, "cpu", 2, 1.5, ("note é",), info, "abc", True)


def test_undirected_metrics_come_back_and_older_files_have_none() -> None:
    text = to_json(Results((full(),), undirected=frozenset({"slope", "cut"})))
    assert json.loads(text)["undirected"] == ["cut", "slope"]
    assert from_json(text).undirected == {"slope", "cut"}
    older = {name: value for name, value in json.loads(text).items() if name != "undirected"}
    assert from_json(json.dumps(older)).undirected == frozenset()
    with pytest.raises(ImbbenchError, match="'undirected' is of type str; expected list"):
        from_json(json.dumps({**older, "undirected": "slope"}))


def test_one_object_per_cell_and_threshold() -> None:
    document = json.loads(
        to_json(Results((full(),), {"torch": "2"}, lower_is_better=frozenset({"fp", "fn"})))
    )
    (cell,) = document.pop("cells")
    assert document == {
        "schema_version": 1,
        "environment": {"torch": "2"},
        "thresholds": [0.5],
        "columns": [],
        "lower_is_better": ["fn", "fp"],
        "undirected": [],
    }
    info = cell.pop("info")
    assert info.pop("path")
    assert info == {"loss": [0.5, None], "steps": 7, "flag": True, "3": [1, {"deep": None}]}
    assert cell == {
        "dataset": "creditcard (simulated)",
        "source": "simulated",
        "split": "holdout",
        "fold": 0,
        "scale": "standard",
        "strategy": "undersample",
        "model": "torch-mlp",
        "threshold": 0.5,
        "random_state": 3,
        "seed": 0,
        "status": "ok",
        "reason": "",
        "cached": True,
        "device": "cpu",
        "numerics": "single",
        "hashes": {},
        "positive": "",
        "shift": None,
        "threads": 2,
        "seconds": 1.5,
        "key": "abc",
        "counts": {"data": [284315, 492]},
        "notes": ["note é"],
        "metrics": {"tn": 85291, "fp": 4, "precision": None, "recall": 0.30000000000000004},
    }
    assert isinstance(cell["metrics"]["tn"], int)
    assert "note é" in to_json(Results((full(),)))


def test_readings_that_are_no_fixed_threshold_are_text_and_come_back() -> None:
    figures = full().metrics[0.5]
    keys = (0.5, "tuned:f1", "prior 0.5")
    row = replace(
        full(), metrics={key: {**figures, "tn": number} for number, key in enumerate(keys)}, shift=-2.5
    )
    these = Results((row,), thresholds=keys)
    document = json.loads(to_json(these))
    assert [cell["threshold"] for cell in document["cells"]] == list(keys)
    back = from_json(to_json(these))
    assert back.thresholds == keys
    assert {key: values["tn"] for key, values in back[0].metrics.items()} == dict(
        zip(keys, range(3), strict=True)
    )
    assert back[0].shift == -2.5


def test_a_failed_cell_has_its_objects_too() -> None:
    failed = replace(full(), status="error", reason="boom", metrics={}, seconds=math.nan, key=None, info={})
    these = Results((failed,), thresholds=(0.3, 0.5))
    cells = json.loads(to_json(these))["cells"]
    assert [(cell["threshold"], cell["metrics"], cell["seconds"]) for cell in cells] == [
        (0.3, {}, None),
        (0.5, {}, None),
    ]
    (back,) = from_json(to_json(these))
    assert math.isnan(back.seconds)
    assert replace(back, seconds=0.0) == replace(failed, seconds=0.0)


def broken(**changes: Any) -> str:
    document = json.loads(to_json(Results((full(),))))
    document["cells"][0] |= changes
    return json.dumps(document)


def foreign(**changes: Any) -> str:
    return json.dumps(json.loads(to_json(Results((full(),)))) | changes)


def without(name: str) -> str:
    document = json.loads(to_json(Results((full(),))))
    del document["cells"][0][name]
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "no schema_version"),
        ('{"a": 1}', "no schema_version"),
        (foreign(schema_version="1"), "no schema_version"),
        (foreign(schema_version=2), "newer imbbench"),
        (foreign(cells=None), "'cells' is of type NoneType; expected list"),
        (foreign(cells=[3]), r"cells\[0\] is of type int"),
        (foreign(thresholds=[[]]), "wrong type"),
        (foreign(thresholds=["tuned:luck"]), "no objective is named 'luck'"),
        (without("split"), r"cells\[0\] lacks 'split'"),
        (broken(fold="0"), r"cells\[0\]: 'fold' is of type str; expected int"),
        (broken(metrics={"tn": "many"}), "wrong type"),
        (broken(counts={"data": [1]}), "wrong type"),
        (broken(counts={"data": 1}), "wrong type"),
        (foreign(cells=json.loads(foreign())["cells"] * 2), "stands twice at threshold 0.5"),
    ],
)
def test_bad_text_is_named(text: str, said: str) -> None:
    with pytest.raises(ImbbenchError, match=said):
        from_json(text)
