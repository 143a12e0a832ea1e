"""What of the store can be used for a cell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imbbench import Metric, Model
from imbbench.keys import cell_key
from imbbench.lookup import Lookup
from imbbench.records import FoldRecord, ScoreRecord
from imbbench.result import Cell, Result
from imbbench.settings import Settings
from imbbench.store import Store

CELL = Cell("moons", "holdout", 0, "standard", "none", "sklearn-lr", 0)
FOLD = FoldRecord(b"test", b"y")


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "store.sqlite") as store:
        yield store


def known(registry, store, metrics=("tp", "recall"), columns=("tp",), thresholds=(0.5,), **more):
    return Lookup(registry, store, Settings(thresholds, metrics, columns), **more)


def put(lookup, cell=CELL, scores=b"scores", status="ok", thresholds=(0.5,), fingerprint="f"):
    """Put a result with all of the lookup's metrics; returns the key that it was asked for under."""
    store, request = lookup.store, lookup.request(cell, fingerprint)
    metrics = {threshold: dict.fromkeys(lookup.scoring, 0.25) for threshold in thresholds}
    run = store.begin({}, thresholds, (), (), 1)
    result = Result(cell, status, metrics=metrics)
    record = ScoreRecord(scores, FOLD) if scores else None
    store.put(run, 0, request, "identity", result, lookup.scoring, record)
    return request


def test_nothing_is_found_in_an_empty_store(registry, store):
    lookup = known(registry, store)
    assert lookup.find({CELL: lookup.request(CELL, "f")}) == {}


def test_what_was_stored_is_found_as_it_was(registry, store):
    lookup = known(registry, store)
    request = put(lookup)
    stored = lookup.find({CELL: request})[CELL]
    assert lookup.complete(stored)
    found = lookup.cached(CELL, stored)
    assert found == Result(
        CELL, "ok", metrics={0.5: {"tp": 0.25, "recall": 0.25}}, cached=True, seconds=found.seconds
    )


def test_fresh_finds_nothing(registry, store):
    request = put(known(registry, store))
    assert known(registry, store, fresh=True).find({CELL: request}) == {}


@pytest.mark.parametrize(
    "status", ["error", "timeout", "crashed", "interrupted", "missing-data", "unsupported"]
)
def test_only_what_went_well_is_found(registry, store, status):
    lookup = known(registry, store)
    assert lookup.find({CELL: put(lookup, status=status)}) == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"thresholds": (0.3, 0.5)},
        {"metrics": ("tp", "recall", "precision")},
        {"metrics": ("tp", "recall", "precision"), "columns": ("tp", "precision")},
    ],
)
@pytest.mark.parametrize("scores", [b"scores", None])
def test_what_is_missing_needs_the_scores_or_a_fit(registry, store, asked, scores):
    request = put(known(registry, store), scores=scores)
    later = known(registry, store, **asked)
    found = later.find({CELL: request})
    shown = asked.get("columns", ("tp",))
    enough = "thresholds" not in asked and shown == ("tp",)  # all that is shown is there
    assert (CELL in found) is (scores is not None or enough)
    if CELL in found:
        assert not later.complete(found[CELL])
        assert later.complete(found[CELL], ("tp",)) is ("thresholds" not in asked)


def test_a_threshold_that_was_computed_besides_is_taken(registry, store):
    request = put(known(registry, store), thresholds=(0.3, 0.5), scores=None)
    lookup = known(registry, store, thresholds=(0.3,))
    assert list(lookup.cached(CELL, lookup.find({CELL: request})[CELL]).metrics) == [0.3]


def test_a_metric_with_other_code_is_missing(registry, store, local_plugin):
    import importlib

    source = "def score(predictions):\n    return {}\n"
    module = importlib.import_module(local_plugin("mymetric", source.format(0.0)))
    before = registry.with_components([Metric("mine", module.score)])
    request = put(known(before, store, ("tp", "mine"), ("mine",)))
    assert known(before, store, ("tp", "mine"), ("mine",)).complete(store.find([request])[request])

    other = importlib.import_module(local_plugin("myothermetric", source.format(1.0)))
    after = registry.with_components([Metric("mine", other.score)])
    lookup = known(after, store, ("tp", "mine"), ("mine",))
    stored = lookup.find({CELL: request})[CELL]
    assert not lookup.complete(stored)
    assert lookup.complete(stored, ("tp",))


def test_a_metric_is_known_at_each_threshold_or_missing(registry, store):
    """One that was rescored at another threshold is not known at this one."""
    few, more = known(registry, store, ("tp",)), known(registry, store, ("tp", "recall"), thresholds=(0.3,))
    request = put(few)
    number = store.find([request])[request].cell_id
    store.update_metrics(number, {0.3: {"tp": 0.5, "recall": 0.5}}, more.scoring, ())
    stored = store.find([request])[request]
    assert more.complete(stored)
    assert few.complete(stored)
    assert not known(registry, store, ("tp", "recall")).complete(stored)


def test_a_figure_of_older_code_is_not_taken_for_one_of_the_newer(registry, store):
    lookup = known(registry, store)
    request = put(lookup)
    number = store.find([request])[request].cell_id
    store.update_metrics(number, {0.3: {"tp": 0.5}}, {"tp": "newer code"}, ())
    stored = replace(store.find([request])[request], scoring=lookup.scoring | {"tp": "newer code"})
    newer = known(registry, store)
    newer.scoring["tp"] = "newer code"
    assert not newer.complete(stored), "0.25 at 0.5 is of the older code"
    assert stored.result.metrics[0.5] == {"recall": 0.25}


def test_a_cell_under_another_name_is_found_by_its_key(registry, store):
    lookup = known(registry, store)
    request = put(lookup)
    other = replace(CELL, dataset="moons[noise=0.9]")
    assert lookup.request(other, "f") == request, "parameters that lead to the same rows do not matter"
    found = lookup.cached(other, lookup.find({other: request})[other])
    assert (found.cell, found.cached) == (other, True)


@pytest.mark.parametrize(
    "change",
    [
        {"fold": 1},
        {"scale": "none"},
        {"random_state": 1},
        {"strategy": "class_weight"},
        {"model": "sklearn-rf"},
    ],
)
def test_another_cell_or_other_rows_are_another_request(registry, store, change):
    lookup = known(registry, store)
    assert lookup.request(replace(CELL, **change), "f") != lookup.request(CELL, "f")
    assert lookup.request(CELL, "g") != lookup.request(CELL, "f")


def test_the_device_counts_for_models_that_require_torch_alone(registry, store):
    cpu, gpu = known(registry, store), known(registry, store, device="cuda:1")
    other = known(registry, store, device="cuda:0")
    network = replace(CELL, model="torch-linear")
    assert gpu.device_of("sklearn-lr") == "cpu"
    assert gpu.device_of("torch-linear") == "cuda:1"
    assert gpu.request(CELL, "f") == cpu.request(CELL, "f")
    assert gpu.request(network, "f") != cpu.request(network, "f")
    assert gpu.request(network, "f") == other.request(network, "f"), "its kind is all that counts"


def test_a_group_is_asked_for_under_a_key_of_its_own(registry, store):
    alone, group = known(registry, store), known(registry, store, group=True)
    network = replace(CELL, model="torch-linear")
    assert group.request(CELL, "f") == alone.request(CELL, "f"), "this model fits nothing together"
    assert group.request(network, "f") != alone.request(network, "f")
    assert group.request(network, "f") == cell_key(group.identity(network, "f", "grouped"))


def test_a_promise_names_what_a_task_must_find(registry, store):
    lookup = known(registry, store)
    bounds = [registry.resolve("strategy", "none"), registry.resolve("model", "sklearn-lr")]
    promise = lookup.promise(*bounds)
    assert [(kind, spec) for kind, spec, _ in promise] == [("strategy", "none"), ("model", "sklearn-lr")]
    assert all("source" in provenance for *_, provenance in promise)


def test_missing_packages_are_named_with_the_way_to_have_them(registry, store):
    lookup = known(
        registry.with_components([Model("mine", lambda context: None, requires=("no-such", "numpy"))]), store
    )
    assert lookup.missing(CELL) == ""
    why = lookup.missing(replace(CELL, model="mine"))
    assert "model 'mine'" in why
    assert "pip install no-such" in why
    assert "numpy" not in why
