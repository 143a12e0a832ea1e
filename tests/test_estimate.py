from __future__ import annotations

from dataclasses import replace

import pytest

from imbbench.estimate import SECONDS_PER_CELL, Estimates, in_words
from imbbench.plan import Grid, plan


def seconds(registry, *datasets, model="sklearn-rf"):
    cells = plan(registry, [Grid(datasets, strategy=("none",), model=(model,))])
    return Estimates(registry).total(cells)


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


def test_what_was_measured_is_believed_and_the_rest_guessed(registry):
    """The key of a measurement is a dataset, a strategy and a model; which fold it was makes no difference."""
    cells = plan(
        registry, [Grid(("moons",), ("kfold",), strategy=("none", "pos_weight"), model=("sklearn-lr",))]
    )
    guesses = Estimates(registry)
    estimates = Estimates(registry, {("moons", "none", "sklearn-lr"): 1234.5})
    for cell in cells:
        assert estimates.seconds(cell) == (1234.5 if cell.strategy == "none" else guesses.seconds(cell))
    (cell,) = plan(registry, [Grid(("csv[path=x.csv,target=y]",), strategy=("none",), model=("sklearn-lr",))])
    assert guesses.seconds(cell) is None
    assert Estimates(registry, {(cell.dataset, "none", "sklearn-lr"): 7.0}).seconds(cell) == 7.0


def test_thresholds_fitted_within_the_training_part_take_five_fits(registry):
    (cell,) = plan(registry, [Grid(("creditcard",), strategy=("none",), model=("sklearn-rf",))])
    guessed = [Estimates(registry, inner=inner).seconds(cell) - SECONDS_PER_CELL for inner in (False, True)]
    assert guessed[1] == pytest.approx(5 * guessed[0])
    measured = {("creditcard", "none", "sklearn-rf"): 7.0}
    assert Estimates(registry, measured, inner=True).seconds(cell) == 35.0


def test_a_repetition_in_which_nothing_is_drawn_takes_no_time(registry):
    grid = Grid(("moons",), strategy=("none", "undersample"), model=("sklearn-lr",))
    estimates = Estimates(registry)
    once = sum(estimates.seconds(cell) for cell in plan(registry, [grid]))
    thrice = sum(estimates.seconds(cell) for cell in plan(registry, [replace(grid, seeds=3)]))
    assert thrice == pytest.approx(2 * once)


def test_more_jobs_take_less_but_never_less_than_the_longest_cell(registry):
    cells = plan(registry, [Grid(("moons",), ("kfold",), model=("sklearn-lr", "torch-mlp"))])
    estimates = Estimates(registry)
    one, two, many = (estimates.total(cells, jobs) for jobs in (1, 2, 1000))
    assert many < two < one
    assert many > max(estimates.seconds(cell) for cell in cells)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "time unknown until the data is read"), (1, "about 5 s"), (42, "about 40 s"), (300, "about 5 min"),
     (9000, "about 2.5 h")],
)  # fmt: skip
def test_in_words(seconds, words):
    assert in_words(seconds) == words
