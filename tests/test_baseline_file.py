"""A baseline as a file: read back whole, the same bytes for the same figures, and no other error than ours."""

from __future__ import annotations

import contextlib
import copy
import json
import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench.baseline import Baseline
from imbbench.baseline_file import SCHEMA_VERSION, from_text, read, to_text
from imbbench.baseline_plan import Plan
from imbbench.check import Checked, cells_of, checked, metrics_of
from imbbench.check_table import plain_data, tables_of
from imbbench.check_text import summary
from imbbench.errors import ImbbenchError
from imbbench.json_form import to_json
from imbbench.plan import Grid
from imbbench.result import Cell, Result
from imbbench.results import Results
from tests.baselines import CELL, VERSIONS, baseline, nan_aware, results, row

FOREST = replace(CELL, model="sklearn-rf")
SKIPPED = replace(CELL, model="torch-mlp")
THRESHOLDS = (0.5, 0.25)


def small(registry, thresholds: tuple[float, ...] = THRESHOLDS) -> Baseline:
    """Two folds of a model, one of another and a skipped cell, one of them of other versions."""
    rows = [
        row(),
        row(replace(CELL, fold=1), roc_auc=math.nan),
        row(FOREST),
        row(SKIPPED, "unsupported"),
    ]
    rows = [
        replace(each, metrics={at: known for known in each.metrics.values() for at in thresholds})
        for each in rows
    ]
    columns = ("fn", "roc_auc", "brier")
    known = baseline(registry, *rows, columns=columns, thresholds=thresholds, check={"tolerance": {"fn": 1}})
    return replace(known, older={FOREST: VERSIONS | {"numpy": "1.26"}})


def document(registry) -> dict[str, Any]:
    return json.loads(to_text(small(registry)))


def same(one: Baseline, other: Baseline) -> bool:
    return nan_aware(plain(one)) == nan_aware(plain(other))


def plain(known: Baseline) -> dict[str, Any]:
    older = [(asdict(cell), versions) for cell, versions in known.older.items()]
    lower = sorted(known.results.lower_is_better)
    whole = replace(known, older={}, results=replace(known.results, lower_is_better=frozenset()))
    return asdict(whole) | {"older": sorted(older, key=repr), "lower": lower}


# -- there and back


TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
SPEC = st.sampled_from(["moons", "moons (x)", "csv[path=a b.csv,target='ä,\"']", "kfold[n_splits=2]", ""])
FIGURE = st.floats(allow_infinity=False) | st.just(math.nan)
TABLES = st.fixed_dictionaries(
    {},
    optional={
        "tolerance": st.dictionaries(
            st.sampled_from(["cost", "tp"]), st.sampled_from([0, 2, "5%", [1, "2%"]])
        ),
        "significance": st.sampled_from([0.05, "none"]),
    },
)


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    thresholds = tuple(draw(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=2, unique=True)))
    metrics = tuple(
        draw(st.lists(st.sampled_from(["tp", "cost", "f[beta=2.0]", "mcc"]), min_size=1, unique=True))
    )
    state = st.integers(-(2**40), 2**40)
    specs = st.lists(SPEC | TEXT, max_size=3).map(tuple)
    cells = draw(
        st.lists(
            st.builds(Cell, SPEC, SPEC, st.integers(0, 9), TEXT, SPEC | TEXT, TEXT, state),
            min_size=1, max_size=4, unique=True,
        )
    )  # fmt: skip
    rows = tuple(draw(lasting_row(cell, thresholds, metrics)) for cell in cells)
    plan = Plan(
        draw(st.lists(st.builds(Grid, specs, specs, specs, specs, specs, state), max_size=2).map(tuple)),
        thresholds, metrics, draw(st.integers(1, 64)), draw(st.booleans()), draw(TEXT), draw(specs),
    )  # fmt: skip
    versions = st.dictionaries(TEXT, TEXT, max_size=3)
    lower = draw(st.sets(st.sampled_from(metrics)))
    environment = {"versions": draw(versions), "cpu": draw(TEXT)}
    older = {cell: draw(versions) for cell in draw(st.sets(st.sampled_from(cells)))}
    return Baseline(
        plan, draw(TABLES), Results(rows, environment, thresholds, metrics, frozenset(lower)), older
    )


@st.composite
def lasting_row(
    draw: st.DrawFn, cell: Cell, thresholds: tuple[float, ...], metrics: tuple[str, ...]
) -> Result:
    status = draw(st.sampled_from(["ok", "ok", "unsupported"]))
    count = st.integers(0, 2**40)
    return Result(
        cell, status, "", draw(st.sampled_from(["", "x", "simulated"]) | TEXT),
        {at: {name: draw(FIGURE) for name in metrics} for at in thresholds} if status == "ok" else {},
        draw(st.dictionaries(st.sampled_from(["data", "train", "test"]), st.tuples(count, count))),
        draw(TEXT), draw(st.integers(1, 8)), numerics=draw(st.sampled_from(["single", "grouped"])),
        hashes=draw(st.fixed_dictionaries({"data": TEXT, "test": TEXT})), positive=draw(TEXT),
    )  # fmt: skip


@settings(deadline=None)
@given(baselines())
def test_round_trip(known: Baseline) -> None:
    text = to_text(known)
    back = from_text(text, "b.json")
    assert same(back, known)
    assert to_text(back) == text
    assert json.loads(text)["schema_version"] == SCHEMA_VERSION


def test_round_trip_through_a_file(registry, tmp_path):
    path = tmp_path / "b.json"
    path.write_text(to_text(small(registry)), encoding="utf-8")
    assert same(read(path), small(registry))


def test_the_order_of_rows_does_not_show(registry):
    rows = [
        row(replace(CELL, fold=fold, model=model))
        for fold in (0, 1, 2)
        for model in ("sklearn-lr", "sklearn-rf")
    ]
    one = to_text(baseline(registry, *rows))
    assert (
        one == to_text(baseline(registry, *rows[::-1])) == to_text(baseline(registry, *rows[3:], *rows[:3]))
    )


def test_two_lines_a_cell_and_none_of_one_run(registry):
    text = to_text(small(registry))
    for threshold in THRESHOLDS:
        assert text.count(f'"threshold": {threshold}') == 4
    named, figures = text.splitlines()[-4:-2]
    assert named.startswith('  {"dataset": "moons", ')
    assert figures.startswith('   "metrics": {')
    assert not any(
        word in text for word in ("seconds", "reason", "notes", "key", "cached", "info", "command")
    )
    assert text.endswith("\n ]\n}\n")
    json.loads(text, parse_constant=pytest.fail)


# -- what is no baseline


def refused(text: str) -> str:
    """The message with which a text is refused."""
    with pytest.raises(ImbbenchError, match=r"^baseline b\.json") as caught:
        from_text(text, "baseline b.json")
    return str(caught.value)


def test_no_file(tmp_path):
    with pytest.raises(ImbbenchError, match=r"no baseline '.*b\.json'; `imbbench baseline write .* make it"):
        read(tmp_path / "b.json")


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(
        ImbbenchError, match=r"cannot be read: .*; write it again with `imbbench baseline write`"
    ):
        read(tmp_path)
    (tmp_path / "b.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(ImbbenchError, match=r"b\.json cannot be read: 'utf-8'"):
        read(tmp_path / "b.json")


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_file(text):
    assert refused(text).startswith("baseline b.json is empty; write it again")


@pytest.mark.parametrize(
    "text", ["{", "nonsense", "<<<<<<< HEAD\n{}", "{}{}", "[" * 100_000, '{"a": NaN}', '{"a": 1, "a": 1}', "9" * 5000]
)  # fmt: skip
def test_what_is_not_json(text):
    assert "is not valid JSON" in refused(text)


@pytest.mark.parametrize(
    "text", ["[]", "3", "null", "{}", '{"schema_version": "1"}', '{"schema_version": true}']
)
def test_other_json(text):
    assert "no schema_version found" in refused(text)


def test_a_truncated_file(registry):
    text = to_text(small(registry))
    for end in [*range(0, len(text) - 1, 47), *range(len(text) - 12, len(text) - 2)]:
        assert "b.json" in refused(text[:end])


def test_a_key_that_a_merge_left_twice(registry):
    text = to_text(small(registry))
    assert "'fn' stands twice in one object" in refused(text.replace('"fn": 4,', '"fn": 4, "fn": 5,', 1))


def test_conflict_markers_of_a_merge(registry):
    text = to_text(small(registry))
    torn = text.replace('  {"dataset"', '<<<<<<< ours\n  {"dataset"', 1)
    assert "has conflict markers of a merge; take one side whole" in refused(torn)


def test_results_are_no_baseline():
    assert "'plan' is missing; expected what `imbbench baseline write` wrote" in refused(
        to_json(results(row()))
    )


def test_a_newer_schema(registry):
    newer = document(registry) | {"schema_version": SCHEMA_VERSION + 1}
    said = f"schema_version {SCHEMA_VERSION + 1} was written by a newer imbbench; this one reads up to"
    assert said in refused(json.dumps(newer))


WRONG = (None, True, 3, 0.5, "text", [], [[]], [None], {}, {"a": None})


def variants(known: Any) -> list[Any]:
    """Values of other types."""
    number = isinstance(known, int | float) and not isinstance(known, bool)
    return [
        wrong for wrong in WRONG
        if type(wrong) is not type(known) and not (number and isinstance(wrong, int | float) and wrong is not True)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ((), ["schema_version", "plan", "check", "environment", "lower_is_better", "cells"]),
        (("plan",), ["grids", "threshold", "metrics", "threads", "group", "device", "plugins"]),
        (("plan", "grids", 0), ["dataset", "split", "scale", "strategy", "model", "random_state"]),
        (("environment",), ["versions", "cpu"]),
        (
            ("cells", 0),
            ["dataset", "source", "split", "fold", "scale", "strategy", "model", "threshold", "random_state", "status",
             "device", "threads", "counts", "numerics", "hashes", "positive", "metrics"],
        ),
    ],
)  # fmt: skip
def test_each_field_gone_or_of_another_type(registry, place, names):
    def holder(whole: Any) -> Any:
        for step in place:
            whole = whole[step]
        return whole

    whole = document(registry)
    assert set(names) >= set(holder(whole)) - {"versions"}
    for name in names:
        broken = copy.deepcopy(whole)
        del holder(broken)[name]
        assert name in refused(json.dumps(broken))
        for wrong in variants(holder(whole)[name]):
            broken = copy.deepcopy(whole)
            holder(broken)[name] = wrong
            assert name in refused(json.dumps(broken)), wrong


@pytest.mark.parametrize("name", ["grids", "threshold", "metrics", "plugins"])
def test_lists_of_the_plan_hold_what_they_should(registry, name):
    for wrong in (None, [], True):
        broken = document(registry)
        broken["plan"][name] = [wrong]
        assert f"plan: '{name}' is [" in refused(json.dumps(broken))


def test_a_spec_that_is_no_list_is_not_taken_apart(registry):
    broken = document(registry)
    broken["plan"]["grids"][0]["model"] = "sklearn-lr"
    assert "grid: 'model' is \"sklearn-lr\"; expected" in refused(json.dumps(broken))


@pytest.mark.parametrize("wrong", ["0.5", True, [], {}])
def test_a_figure_that_is_none(registry, wrong):
    broken = document(registry)
    broken["cells"][1]["metrics"]["fn"] = wrong
    assert "cells[1]: 'metrics' is {" in refused(json.dumps(broken))


def test_a_figure_that_no_float_can_hold(registry):
    broken = document(registry)
    broken["cells"][1]["metrics"]["fn"] = 10**400
    assert "a value of the wrong type (int too large" in refused(json.dumps(broken))


def test_null_is_an_undefined_figure(registry):
    whole = document(registry)
    whole["cells"][0]["metrics"]["brier"] = None
    assert math.isnan(from_text(json.dumps(whole), "b.json").results[0].metrics[0.5]["brier"])


def test_a_figure_that_is_gone(registry):
    broken = document(registry)
    del broken["cells"][1]["metrics"]["brier"]
    assert "moons, kfold, none, sklearn-lr, fold 0 lacks brier at threshold 0.25" in refused(
        json.dumps(broken)
    )


def test_a_metric_that_only_the_plan_has(registry):
    broken = document(registry)
    broken["plan"]["metrics"].append("mcc")
    assert "lacks mcc at threshold 0.5" in refused(json.dumps(broken))
    broken["plan"]["metrics"] = []
    assert "has no metrics" in refused(json.dumps(broken))


def test_thresholds_of_cells_are_those_of_the_plan(registry):
    whole = document(registry)
    del whole["plan"]["threshold"][1]
    assert "cells[1] has a threshold that the plan lacks" in refused(json.dumps(whole))
    whole = document(registry)
    whole["plan"]["threshold"].append(0.75)
    assert "lacks fn at threshold 0.75" in refused(json.dumps(whole))
    whole = document(registry)
    del whole["cells"][1]
    assert "lacks fn at threshold 0.25" in refused(json.dumps(whole))


def test_a_cell_that_stands_twice(registry):
    whole = document(registry)
    twice = whole["cells"][:2]
    for cells in ([twice[0], *whole["cells"]], [*whole["cells"], *twice], [*twice, *twice]):
        assert "sklearn-lr, fold 0 stands twice" in refused(json.dumps(whole | {"cells": cells}))
    other = [item | {"numerics": "grouped"} for item in twice]
    assert "stands twice" in refused(json.dumps(whole | {"cells": [*whole["cells"], *other]}))


def test_a_cell_whose_thresholds_tell_different_things(registry):
    broken = document(registry)
    broken["cells"][1]["hashes"] = {"data": "x"}
    refused(json.dumps(broken))


@pytest.mark.parametrize("status", ["error", "timeout", "crashed", "interrupted", "missing-data", "fine", ""])
def test_a_status_that_no_baseline_has(registry, status):
    broken = document(registry)
    broken["cells"][0]["status"] = broken["cells"][1]["status"] = status
    assert f"fold 0 has status {status!r}" in refused(json.dumps(broken))


def test_no_cells(registry):
    assert "has no cells" in refused(json.dumps(document(registry) | {"cells": []}))


@pytest.mark.parametrize("wrong", ["1.0", 3, [], {"numpy": 2}, {"numpy": None}, None])
def test_versions_that_are_none(registry, wrong):
    broken = document(registry)
    broken["environment"]["versions"] = wrong
    assert "environment: 'versions' is" in refused(json.dumps(broken))
    broken = document(registry)
    broken["cells"][0]["versions"] = wrong
    assert "cells[0]: 'versions' is" in refused(json.dumps(broken))


@pytest.mark.parametrize("wrong", [{"train": [1]}, {"train": [1, 2, 3]}, {"train": 3}, {"train": ["a", "b"]}])
def test_counts_that_are_none(registry, wrong):
    broken = document(registry)
    broken["cells"][0]["counts"] = broken["cells"][1]["counts"] = wrong
    refused(json.dumps(broken))


def test_a_tolerance_that_is_none(registry):
    broken = document(registry) | {"check": {"tolerance": {"fn": 0.5}}}
    assert "tolerance of fn is 0.5; expected a whole number" in refused(json.dumps(broken))


# -- anything at all


TEXTS = ("", "ok", "unsupported", "moons", "moons (x)", "sklearn-rf[", "moons[n_samples=((", "csv[path=/x]", "all", "*",
         "kfold[n_splits=2]", "kfold[n_splits=0]", "roc_auc", "tp", "missing-data", "grouped", "\x00\ud800")  # fmt: skip
#: Values that a value may become: any, and others of its own type.
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.just(10**400) | st.floats() | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(TEXTS), inner, max_size=3),
    max_leaves=6,
)
LIKE = {
    str: st.sampled_from(TEXTS) | st.text(max_size=4), int: st.integers(-3, 100), bool: st.booleans(),
    float: st.sampled_from([0.0, -1.0, 0.25, 0.5, 1e308, -1e308, math.inf]) | st.floats(),
    list: st.lists(st.sampled_from(TEXTS), max_size=2) | st.lists(st.integers(-1, 9), min_size=2, max_size=2),
    dict: st.just({}), type(None): st.floats(0, 1),
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [
        *([path] if path else []),
        *(place for key, item in items for place in places(item, (*path, key))),
    ]


def changed(whole: Any, place: tuple[Any, ...], data: st.DataObject) -> None:
    """Change one value of a document: as a hand that means well, or one that does not."""
    *way, last = place
    for step in way:
        whole = whole[step]
    change = data.draw(st.sampled_from(["alter"] * 6 + ["replace", "remove", "repeat", "rename"]))
    if change == "alter":
        whole[last] = data.draw(LIKE[type(whole[last])])
    elif change == "replace":
        whole[last] = data.draw(JUNK)
    elif change == "remove":
        del whole[last]
    elif isinstance(whole, list):
        whole.append(copy.deepcopy(whole[last]))
    else:
        whole[data.draw(st.sampled_from(TEXTS))] = whole[last] if change == "repeat" else whole.pop(last)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_is_in_a_file_it_is_a_baseline_or_an_error_of_ours(registry, data):
    whole = json.loads(to_text(small(registry, data.draw(st.sampled_from([(0.5,), THRESHOLDS])))))
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from(sorted(whole)))
        changed(whole, data.draw(st.sampled_from([(part,), *places(whole[part], (part,))])), data)
    now = results(
        row(), row(replace(CELL, fold=1), fn=9), row(FOREST, roc_auc=math.nan), columns=("fn", "roc_auc")
    )
    with contextlib.suppress(ImbbenchError):
        known = from_text(json.dumps(whole), "baseline b.json")
        for significance in (None, 0.05):
            assert check_all(known, now, registry, significance).findings


def check_all(known: Baseline, now: Results, registry, significance: float | None) -> Checked:
    """A check and all that is said of it."""
    cells_of(registry, known.plan)
    metrics_of(registry, known.plan)
    found = checked(known, now, registry, {"significance": significance})
    summary(found), plain_data(found), tables_of(found, verbose=True)
    assert same(from_text(to_text(known), "again"), known)
    return found


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_whatever_the_bytes_are(registry, tmp_path_factory, data):
    text = to_text(small(registry)).encode()
    at = data.draw(st.integers(0, len(text) - 1))
    path = tmp_path_factory.mktemp("b") / "b.json"
    path.write_bytes(
        text[:at] + data.draw(st.binary(max_size=3)) + text[at + data.draw(st.integers(0, 40)) :]
    )
    with contextlib.suppress(ImbbenchError):
        known = read(path)
        assert same(from_text(to_text(known), "again"), known)
