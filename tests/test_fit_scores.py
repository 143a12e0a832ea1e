"""Scores of stored runs, as pictures ask for them."""

from __future__ import annotations

import pytest

import imbbench
from imbbench import ImbbenchError
from imbbench.compared import joined
from imbbench.fit_scores import calibrations, fit_scores
from imbbench.store_read import Reader


def run(store, *strategies, **more):
    return imbbench.run(
        "moons[n_samples=200]", list(strategies), "sklearn-lr", split="kfold[n_splits=2]",
        executor="serial", store=store, **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("fit_scores") / "results.sqlite"


@pytest.fixture(scope="module")
def results(store):
    return run(store, "none", "class_weight")


def test_every_fit_has_the_counts_of_its_row(results):
    found = {fit.result.cell: fit.predictions() for fit in fit_scores(results)}
    assert found.keys() == {row.cell for row in results}
    for row in results:
        counts = [row.metrics[0.5][name] for name in ("tn", "fp", "fn", "tp")]
        assert list(found[row.cell].counts) == counts


def test_stored_results_and_fresh_ones_have_the_same_scores(results, store):
    with Reader.read(store) as reader:
        again = reader.results(results.runs[0])
    assert (again.store, again.runs) == (results.store, results.runs)
    pairs = zip(fit_scores(results), fit_scores(again), strict=True)
    assert all((one.predictions().score == other.predictions().score).all() for one, other in pairs)


def test_of_joined_runs_each_cell_comes_once(results, store):
    both = joined([results, run(store, "none", "undersample")])
    found = [fit.result.cell for fit in fit_scores(both)]
    assert len(found) == len(set(found)) == 6
    assert set(found) == {row.cell for row in both}


def test_scores_are_calibrated_where_they_can_be(store):
    results = run(store, "class_weight", calibrate=["none", "prior"])
    assert calibrations(results) == ("none", "prior")
    fit = next(fit_scores(results))
    moved = fit.predictions("none").score - fit.predictions("prior").score
    assert moved == pytest.approx([fit.result.shift] * len(moved))
    assert fit.predictions("isotonic") is None


def test_results_that_were_not_kept_say_what_to_do():
    with pytest.raises(ImbbenchError, match=r"store='results.sqlite'"):
        next(fit_scores(run(None, "none")))


def test_cells_without_scores_are_left_out(tmp_path):
    assert not [*fit_scores(run(tmp_path / "figures.sqlite", "none", scores=False))]
