from __future__ import annotations

import pytest

from imbbench.estimate import estimate, in_words
from imbbench.plan import Grid, plan


def seconds(registry, *datasets, model="sklearn-rf"):
    return estimate(plan(registry, [Grid(datasets, strategy=("none",), model=(model,))]), registry)


def test_more_rows_and_larger_models_take_longer(registry):
    assert seconds(registry, "moons[n_samples=1000000]") > 10 * seconds(registry, "moons")
    assert seconds(registry, "creditcard") > seconds(registry, "creditcard", model="sklearn-lr")
    assert seconds(registry, "moons", "circles") > seconds(registry, "moons")


def test_fewer_trees_and_epochs_take_less(registry):
    few = seconds(registry, "creditcard", model="sklearn-rf[n_estimators=10]")
    assert few < seconds(registry, "creditcard") / 3
    assert seconds(registry, "creditcard", model="torch-mlp[epochs=8]") < seconds(
        registry, "creditcard", model="torch-mlp"
    )


def test_a_file_of_any_size_is_not_guessed(registry):
    assert seconds(registry, "csv[path=x.csv,target=y]") is None
    assert seconds(registry, "creditcard[path=x.csv]", "moons") is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "time unknown until the data is read"), (1, "about 5 s"), (42, "about 40 s"), (300, "about 5 min"),
     (9000, "about 2.5 h")],
)  # fmt: skip
def test_in_words(seconds, words):
    assert in_words(seconds) == words
