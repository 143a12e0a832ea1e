"""Intervals of stored runs: which cells have them, where they are shown, what is said where there are none."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from imbbench import Metric, Model, UsageError, from_json, run, to_json
from imbbench.bootstrap import bootstrap_seed, intervals
from imbbench.cli import main
from imbbench.confidence import single, with_intervals
from imbbench.data import Predictions
from imbbench.options import check_level
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.store import Store
from imbbench.tabulation import tables

DATA, LR = "moons[n_samples=400]", "sklearn-lr"
SHOWN = ("tp", "recall", "roc_auc")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A store with a run of two strategies on one holdout."""
    file = tmp_path_factory.mktemp("confidence") / "results.sqlite"
    run(DATA, ["none", "class_weight"], LR, metrics=SHOWN, store=file, executor="serial")
    return file


def stored(registry, file, level=0.95):
    with Store.read(file) as store:
        return with_intervals(registry, store, 1, store.results(1), level)


def show(file, *arguments):
    result = CliRunner().invoke(main, ["show", "--store", str(file), *arguments], prog_name="imbbench")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def made(*cells, **fields):
    """Hand-made rows with a recall of .5."""
    row = {"metrics": {0.5: {"recall": 0.5}}, **fields}
    return Results(tuple(Result(cell, "ok", **row) for cell in cells), columns=("recall",))


def cell(strategy="none", fold=0, seed=0):
    return Cell("moons", "holdout", fold, "standard", strategy, "lr", 0, seed)


def test_they_are_those_of_the_stored_scores(registry, place):
    results = stored(registry, place, 0.9)
    assert results.confidence_level == 0.9
    with Store.read(place) as store:
        for row, (_, _, record) in zip(results, store.scored_rows(1), strict=True):
            from imbbench.arrays import unpack

            y, score = (unpack(array) for array in (record.fold.y, record.scores))
            p = Predictions(y, score.astype(np.float64))
            metrics = [registry.resolve("metric", name) for name in SHOWN]
            assert row.intervals == intervals({0.5: p}, metrics, bootstrap_seed(row.cell), 0.9)
            low, high = row.intervals[0.5]["roc_auc"]
            assert low < row.metrics[0.5]["roc_auc"] < high


def test_the_order_of_cells_does_not_matter(registry, place, tmp_path):
    other = tmp_path / "other.sqlite"
    run(DATA, ["class_weight"], LR, metrics=SHOWN, store=other, executor="serial")
    (alone,) = stored(registry, other)
    assert alone.intervals == stored(registry, place)[1].intervals


def test_a_run_computes_them_when_it_has_ended(registry, place):
    """All cells are in the store, and what is asked for later is the same."""
    again = run(DATA, ["none", "class_weight"], LR, metrics=SHOWN, store=place, executor="serial", ci=0.95)
    assert all(row.cached for row in again)
    assert [row.intervals for row in again] == [row.intervals for row in stored(registry, place)]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ci": 0.95}, "ci computes intervals from stored scores; give a store"),
        ({"ci": 0.95, "store": "x.sqlite", "scores": False}, "leave --no-scores .* out"),
        ({"ci": 95, "store": "x.sqlite"}, "confidence level 95 is not strictly between 0 and 1; write 0.95"),
        ({"ci": True, "store": "x.sqlite"}, "confidence level True is not"),
    ],
)
def test_a_run_that_cannot_have_them_says_so_at_once(given, message, elsewhere):
    with pytest.raises(UsageError, match=message):
        run(DATA, "none", LR, executor="serial", **given)
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("level", [0, 1, 95.0, -0.5, math.nan, "0.9"])
def test_a_level_is_a_probability(level):
    with pytest.raises(UsageError, match=r"is not strictly between 0 and 1; write 0\.95 for 95%"):
        check_level(level)
    assert check_level(0.9) == 0.9


def test_only_what_was_fitted_once_has_them():
    folds = made(cell("a", 0), cell("a", 1), cell("b", 0))
    assert [row.cell for row in single(folds)] == [cell("b")]
    seeds = made(cell("a", 0, 0), cell("a", 0, 1))
    assert single(seeds) == []
    nothing_drawn = made(cell("a", 0, 0), cell("a", 0, 1), key="k")
    assert [row.cell.seed for row in single(nothing_drawn)] == [0, 1]
    failed = replace(
        folds, rows=(replace(folds[0], status="error"), folds[1], replace(folds[2], status="error"))
    )
    assert single(failed) == []


def test_over_folds_there_is_a_spread_instead(registry, tmp_path):
    file = tmp_path / "folds.sqlite"
    split = "kfold[n_splits=2]"
    results = run(DATA, "none", LR, split=split, metrics=SHOWN, store=file, executor="serial", ci=0.95)
    assert not any(row.intervals for row in results)
    (table,) = tables(results)
    assert table.caption[-1] == "intervals are for single holdouts; ± is the spread here"
    assert "±" in str(table.rows[0][3])
    assert to_json(results).count("intervals") == 0


def test_a_cell_without_scores_says_so(registry, tmp_path):
    file = tmp_path / "bare.sqlite"
    run(DATA, "none", LR, metrics=SHOWN, store=file, scores=False, executor="serial")
    (row,) = stored(registry, file)
    assert row.intervals == {}
    assert row.notes[-1] == "no intervals: no scores are stored of this cell (--no-scores)"
    assert tables(stored(registry, file))[0].notes == row.notes


def odd(p):
    """Fails on a resample, not on the rows themselves."""
    if len(np.unique(p.score)) < len(p.score):
        raise ValueError("two rows are the same")
    return 0.5


def test_a_metric_that_fails_on_resamples_is_told(registry, place):
    mine = registry.with_components([Metric("odd", odd)])
    with Store.read(place) as store:
        before = replace(store.results(1), columns=("odd", "recall"))
        results = with_intervals(mine, store, 1, before, 0.95)
    for row in results:
        assert all(map(math.isnan, row.intervals[0.5]["odd"]))
        assert row.intervals[0.5]["recall"][0] > 0
        said = "metric 'odd' of plugin 'run()': raised ValueError: two rows are the same"
        assert row.notes[-1] == f"no interval: {said}"


def test_a_table_shows_them_beside_the_figures_and_says_what_they_are(registry, place):
    results = stored(registry, place)
    (table,) = tables(results)
    assert table.caption[-1] == (
        "in brackets: 95% intervals over 1,000 stratified bootstrap draws of the test rows, the fit unchanged"
    )
    low, high = results[0].intervals[0.5]["recall"]
    tp, recall = table.rows[0][2:4]
    assert str(tp) == tp.text  # counts go without
    assert str(recall) == f"{recall.text} [{low:.4f}, {high:.4f}]"
    assert str(table.without({"inline"}).rows[0][3]) == f"{recall.text}\n[{low:.4f},\n{high:.4f}]"


def test_an_undefined_interval_is_not_shown():
    row = replace(made(cell())[0], intervals={0.5: {"recall": (math.nan, math.nan)}})
    (table,) = tables(replace(made(), rows=(row,), confidence_level=0.95))
    assert str(table.rows[0][2]) == "0.5000"


def test_files_have_them_where_they_were_asked_for(place):
    plain, asked = (show(place, "--format", "json", *more).stdout for more in ([], ["--ci", "0.8"]))
    assert 'intervals"' not in plain
    assert "confidence_level" not in plain
    document = json.loads(asked)
    assert document["confidence_level"] == 0.8
    assert [set(item["intervals"]) for item in document["cells"]] == [set(SHOWN)] * 2
    results = from_json(asked)
    assert to_json(results) + "\n" == asked
    lines = list(csv.DictReader(io.StringIO(show(place, "--format", "csv", "--ci", "0.8").stdout)))
    frame = results.to_frame()
    for number, row in enumerate(results):
        for metric, ends in row.intervals[0.5].items():
            assert tuple(float(lines[number][f"{metric}_{end}"]) for end in ("low", "high")) == ends
            assert tuple(frame.loc[number, [f"{metric}_low", f"{metric}_high"]]) == ends
    assert "recall_low" not in show(place, "--format", "csv").stdout


def test_null_ends_are_read_as_undefined():
    row = replace(made(cell())[0], intervals={0.5: {"recall": (math.nan, 1.0)}})
    text = to_json(replace(made(), rows=(row,), confidence_level=0.95))
    low, high = from_json(text)[0].intervals[0.5]["recall"]
    assert math.isnan(low)
    assert high == 1


@pytest.mark.parametrize(
    ("arguments", "level"), [(["--ci"], "95%"), (["--ci", "0.5"], "50%"), (["--ci", "0.999"], "99.9%")]
)
def test_show_takes_a_level(place, arguments, level):
    assert f"in brackets: {level} intervals over" in show(place, *arguments).stdout


def test_show_computes_them_of_other_metrics_and_thresholds_too(place):
    text = show(place, "--ci", "--metrics", "f1", "--threshold", "0.3,0.5", "--format", "json").stdout
    found = {item["threshold"]: item["intervals"]["f1"] for item in json.loads(text)["cells"][:2]}
    assert set(found) == {0.3, 0.5}
    assert found[0.3] != found[0.5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ci", "12"], "confidence level 12.0 is not strictly between"),
        (["--ci", "x"], "'x' is not a valid float"),
    ],
)
def test_a_level_that_is_none_is_told(place, arguments, message):
    result = show(place, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


class Coin:
    """Scores that are the same for all rows of a label that it cannot see."""

    def fit(self, train):
        return self

    def decision_function(self, X):
        return np.full(len(X), -5.0)


def test_a_figure_that_no_resample_defines_has_none(registry, tmp_path):
    file = tmp_path / "coin.sqlite"
    coin = Model("coin", lambda context: Coin())
    run(DATA, "none", coin, metrics=["precision", "roc_auc"], store=file, executor="serial")
    (row,) = stored(registry, file)
    assert all(map(math.isnan, row.intervals[0.5]["precision"]))
    assert row.intervals[0.5]["roc_auc"] == (0.5, 0.5)
