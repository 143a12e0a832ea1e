"""Scores of stored runs, as pictures ask for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import imbbench
from imbbench import Card, Data, Dataset, ImbbenchError
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


def test_scores_of_other_data_belong_to_no_row(tmp_path):
    """A later run of the same cells, on data that have changed, kept no scores."""
    X = np.random.default_rng(0).normal(size=(100, 2))
    y = (X[:, 0] > 1).astype(int)
    runs = []
    for columns, scores in ((X, True), (X[:, ::-1], False)):
        frame = pd.DataFrame(columns, columns=["a", "b"])
        data = Dataset("mine", lambda frame=frame: Data(frame, y), Card("rows", "made here", "none", "none"))
        runs.append(
            imbbench.run(
                data, "none", "sklearn-lr", executor="serial", memory_limit=None, scores=scores,
                store=tmp_path / "results.sqlite",
            )
        )  # fmt: skip
    assert [row.cell for row in runs[0]] == [row.cell for row in runs[1]]
    assert not [*fit_scores(joined(runs))]
    assert [fit.result for fit in fit_scores(joined(runs[::-1]))] == [*runs[0]]


def test_scores_that_nobody_asks_for_are_not_read(results, monkeypatch):
    read = []
    scores_of = Reader.scores_of
    monkeypatch.setattr(Reader, "scores_of", lambda self, cell: read.append(cell) or scores_of(self, cell))
    assert len([*fit_scores(replace(results, rows=results.rows[:1]))]) == len(read) == 1


def test_cells_without_scores_are_left_out(tmp_path):
    assert not [*fit_scores(run(tmp_path / "figures.sqlite", "none", scores=False))]
