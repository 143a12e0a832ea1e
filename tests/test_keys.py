"""Keys: one changes exactly when a named part does."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench import Model, keys
from imbbench.keys import cell_key, component_part, identity, provenance
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins
from imbbench.registry import Bound, Provider, Registry
from imbbench.result import Cell

REGISTRY = load_plugins()
SPECS = {
    "dataset": ["moons", "moons[n_samples=300]", "circles"],
    "split": ["holdout", "holdout[test_size=0.4]", "holdout[random_state=1]", "kfold"],
    "strategy": ["none", "class_weight", "undersample", "undersample[random_state=1]"],
    "model": ["sklearn-lr", "sklearn-lr[C=1.0]", "sklearn-rf", "sklearn-rf[max_features=1]",
              "sklearn-rf[max_features=1.0]", "torch-mlp[hidden_layer_sizes=(1,)]"],
}  # fmt: skip
CELLS = st.builds(
    Cell,
    fold=st.integers(0, 2),
    scale=st.sampled_from(["standard", "none"]),
    random_state=st.integers(0, 2),
    seed=st.integers(0, 2),
    **{kind: st.sampled_from(specs) for kind, specs in SPECS.items()},
)
SURROUNDINGS = st.tuples(
    st.sampled_from(["a" * 64, "b" * 64]),
    st.sampled_from(["cpu", "cuda:0", "cuda:1"]),
    st.integers(1, 2),
    st.sampled_from(["single", "grouped"]),
)


def components(cell: Cell, registry: Registry = REGISTRY) -> dict[str, Bound]:
    return {kind: registry.resolve(kind, getattr(cell, kind)) for kind in SPECS}


def text(
    cell: Cell, surroundings: tuple[str, str, int, str], bounds: Mapping[str, Bound] | None = None
) -> str:
    return identity(cell, bounds or components(cell), *surroundings)


def key(cell: Cell, surroundings: tuple[str, str, int, str]) -> str:
    return cell_key(text(cell, surroundings))


def lines(cell: Cell, surroundings: tuple[str, str, int, str]) -> dict[str, str]:
    """The identity's parts by name."""
    return dict(line.split("=", 1) for line in text(cell, surroundings).splitlines())


def parts(cell: Cell, surroundings: tuple[str, str, int, str]) -> dict[str, Any]:
    """The same with all of what components contribute, not its hash."""
    return lines(cell, surroundings) | {
        kind: component_part(bound) for kind, bound in components(cell).items()
    }


def drawn(cell: Cell) -> bool:
    """Whether a cell of `CELLS` draws, by their names."""
    fixed = cell.strategy in ("none", "class_weight", "undersample[random_state=1]")
    return not (fixed and cell.model.startswith("sklearn-lr"))


@given(CELLS, CELLS, SURROUNDINGS, SURROUNDINGS)
def test_a_key_changes_exactly_when_a_part_does(one, other, here, there):
    assert (key(one, here) == key(other, there)) is (parts(one, here) == parts(other, there))


@given(CELLS, SURROUNDINGS)
def test_the_seed_counts_where_something_is_drawn(cell, here):
    first = replace(cell, seed=0)
    assert "seed=" not in text(first, here)  # so that the keys are those of a run without repetitions
    assert (key(cell, here) == key(first, here)) is (cell.seed == 0 or not drawn(cell))


@given(CELLS, SURROUNDINGS)
def test_a_key_is_64_hex_digits_whatever_the_order_of_the_components(cell, here):
    found = key(cell, here)
    assert len(found) == 64
    assert set(found) <= set("0123456789abcdef")
    backwards = dict(reversed(components(cell).items()))
    assert text(cell, here, backwards) == text(cell, here)
    assert key(cell, here) == found


def is_plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(name, str) and is_plain(item) for name, item in value.items())
    return all(map(is_plain, value)) if isinstance(value, list) else isinstance(value, str | int | None)


@given(CELLS, SURROUNDINGS)
def test_parts_are_named_plain_data(cell, here):
    found = parts(cell, here)
    assert is_plain(found)
    assert set(found) == {
        *(["seed"] if cell.seed and drawn(cell) else []),
        "data",
        "fold",
        "scale",
        "random_state",
        "device",
        "threads",
        "numerics",
        "core",
        "libraries",
        *SPECS,
    }
    versions = {name: metadata.version(name) for name in ("numpy", "pandas", "scikit-learn")}
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    assert found["libraries"] == f"python {sys.version_info.major}.{sys.version_info.minor}, {said}"
    assert len(text(cell, here).splitlines()) == len(found), "one line each"
    for bound in components(cell).values():
        assert json.loads(provenance(bound)) == component_part(bound)


HERE = ("a" * 64, "cpu", 1, "single")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"split": "holdout[test_size=0.4]"}, {"split"}),
        ({"strategy": "pos_weight"}, {"strategy"}),
        ({"model": "sklearn-lr[tol=0.1]", "fold": 1}, {"model", "fold"}),
        ({"dataset": "moons[n_samples=300]"}, set()),
        ({"scale": "none", "random_state": 1}, {"scale", "random_state"}),
    ],
)
def test_the_parts_say_what_changed(changed, named):
    cell = Cell("moons", "holdout", 0, "standard", "none", "sklearn-lr", 0)
    before, after = lines(cell, HERE), lines(replace(cell, **changed), HERE)
    assert {name for name in before if before[name] != after[name]} == named


def test_a_later_version_of_the_provider_is_another_key():
    cell = Cell("moons", "holdout", 0, "standard", "none", "sklearn-lr", 0)
    bound = components(cell)
    later = replace(bound["strategy"], provider=Provider("mine", "mine", "imbbench-mine", "2"))
    assert text(cell, HERE, bound | {"strategy": later}) != text(cell, HERE)


def test_one_name_with_other_code_or_requirements_is_another_key():
    """Two registries of one process may know different models by one name."""

    def keyed(model: Model) -> str:
        cell = Cell("moons", "holdout", 0, "standard", "none", "mine", 0)
        return cell_key(text(cell, HERE, components(cell, REGISTRY.with_components([model]))))

    elsewhere = REGISTRY.resolve("model", "sklearn-lr").component.build
    keys = [
        keyed(Model("mine", lambda context: None)),
        keyed(Model("mine", lambda context: None, requires=("numpy",))),
        keyed(Model("mine", elsewhere)),
    ]
    assert len(set(keys)) == 3


def test_every_cell_of_a_plan_has_its_own_key():
    cells = plan(REGISTRY, [Grid(("moons",), ("kfold[n_repeats=3]",), scale=("standard", "none"))])
    assert len({key(cell, HERE) for cell in cells}) == len(cells)


def test_other_code_that_reads_scores_is_other_scoring_and_no_other_fit(registry, monkeypatch):
    metric = registry.resolve("metric", "f1")
    before, digest = keys.scoring_digest(metric), keys.component_digest(metric)
    monkeypatch.setattr(keys, "_reading", lambda: "edited")
    keys.scoring_digest.cache_clear()
    assert keys.scoring_digest(metric) != before
    assert keys.component_digest(metric) == digest
    keys.scoring_digest.cache_clear()
