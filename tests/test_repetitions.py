"""Runs with several seeds: the same folds, other draws, and one fit where nothing is drawn."""

from __future__ import annotations

import io
import math
import warnings
from dataclasses import replace

import pytest

import imbbench
from imbbench import Model, Strategy, TorchClassifier
from imbbench.baseline import baseline_of
from imbbench.baseline_file import from_text, to_text
from imbbench.builtin.report_text import footer
from imbbench.builtin.sklearn_models import draws_nothing
from imbbench.check import cells_of, checked
from imbbench.errors import ImbbenchError, UsageError
from imbbench.explain import why
from imbbench.json_form import from_json, to_json
from imbbench.listing import show_cells
from imbbench.lookup import Lookup
from imbbench.plan import Grid, plan
from imbbench.result import Result
from imbbench.results import Results
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.testing.fits import fit_scores
from imbbench.testing.guards import same
from imbbench.testing.samples import cloud
from tests.baselines import nan_aware

DATA = "moons[n_samples=200,minority_fraction=0.3]"
FOLDS = "kfold[n_splits=2]"
MLP = "torch-mlp[epochs=1,min_steps=20,hidden_layer_sizes=(4,)]"


def run(strategy, model, *, dataset=DATA, split=FOLDS, **options) -> Results:
    return imbbench.run(dataset, strategy, model, split=split, executor="serial", **options)


def plain(row: Result) -> object:
    """What must be the same, to the last bit, in which run it ever is."""
    return nan_aware([row.key, row.metrics, row.counts, row.hashes, row.notes, row.info])


def test_the_first_seed_is_a_run_without_seeds_and_all_have_its_folds():
    models = ["sklearn-rf[n_estimators=5]", MLP]
    once = {row.cell: plain(row) for row in run(["none", "undersample"], models)}
    thrice = run(["none", "undersample"], models, seeds=3)
    assert len(thrice) == 3 * len(once)
    assert {row.cell: plain(row) for row in thrice if row.cell.seed == 0} == once
    for fold in (0, 1):
        assert len({str(row.hashes) for row in thrice if row.cell.fold == fold}) == 1
    assert len({row.key for row in thrice}) == len(thrice)
    drawn = {str(row.metrics[0.5]) for row in thrice}
    assert len(drawn) == len(thrice), "a network and a forest differ from seed to seed"


def test_where_nothing_is_drawn_one_fit_stands_for_all_seeds():
    fitted = []

    def logistic(context):
        from sklearn.linear_model import LogisticRegression

        fitted.append(context.seed)
        return LogisticRegression()

    rows = run(["none", "undersample"], Model("mine", logistic, deterministic=True), seeds=3)
    by_name = {
        strategy: [row for row in rows if row.cell.strategy == strategy]
        for strategy in ("none", "undersample")
    }
    assert len(fitted) == 2 * (1 + 3)  # folds x seeds
    assert [row.cached for row in by_name["none"]] == [row.cell.seed > 0 for row in by_name["none"]]
    assert len({row.key for row in by_name["none"]}) == 2
    for row in by_name["none"]:
        first = next(other for other in by_name["none"] if other.cell == replace(row.cell, seed=0))
        assert plain(row) == plain(first)
    assert len({row.key for row in by_name["undersample"]}) == 6
    assert footer(rows) == "12 cells: 12 ok; 4 the same fit as another"


def test_a_random_state_of_its_own_is_nothing_drawn():
    rows = run("undersample[random_state=1]", ["sklearn-lr", "sklearn-rf[n_estimators=3]"], seeds=2)
    forest = "sklearn-rf[n_estimators=3,random_state=2]"
    fixed = run("undersample[random_state=1]", forest, seeds=2)
    keys = {
        model: {row.key for row in rows if row.cell.model == model} for model in {r.cell.model for r in rows}
    }
    assert {model: len(found) for model, found in keys.items()} == {
        "sklearn-lr": 2, "sklearn-rf[n_estimators=3]": 4,
    }  # fmt: skip
    assert len({row.key for row in fixed}) == 2


def test_a_failure_of_the_one_fit_is_that_of_every_seed():
    def raises(train, seed):
        raise ValueError("no")

    rows = run(Strategy("mine", raises, deterministic=True), "sklearn-lr", seeds=3)
    assert [row.status for row in rows] == ["error"] * 6
    assert not any(row.cached for row in rows)


def test_what_deterministic_raises_is_told_before_anything_runs(tmp_path):
    def broken(**params):
        raise ValueError("no")

    model, store = Model("mine", lambda context: None, deterministic=broken), tmp_path / "runs.sqlite"
    with pytest.raises(UsageError, match=r"model 'mine' of .*: its deterministic raised ValueError: no"):
        run("none", model, seeds=2, store=store)
    with pytest.raises(ImbbenchError, match="no run"), Store.read(store) as read:
        read.results()


@pytest.mark.parametrize("solver", ["lbfgs", "newton-cg", "newton-cholesky", "liblinear", "sag", "saga"])
def test_a_solver_that_draws_does_not_say_that_nothing_is_drawn(registry, solver):
    """liblinear draws in its dual form only, which we do not use; that it may is enough to fit it again."""
    model = registry.resolve("model", f"sklearn-lr[solver={solver},C=1.0,max_iter=5]")
    assert (
        model.deterministic is draws_nothing(solver) is (solver in ("lbfgs", "newton-cg", "newton-cholesky"))
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # five steps are few: where it ends is where it began, if that is drawn
        one, other = (fit_scores(model, cloud(), seed) for seed in (3, 4))
    assert same(one, other) is (solver not in ("sag", "saga"))


def test_a_stored_run_goes_on_with_more_seeds(tmp_path):
    store = {"store": tmp_path / "runs.sqlite"}
    once = run(["none", "undersample"], "sklearn-lr", **store)
    more = run(["none", "undersample"], "sklearn-lr", seeds=3, **store)
    fitted = [row.cell for row in more if not row.cached]
    assert {(cell.strategy, cell.seed) for cell in fitted} == {("undersample", 1), ("undersample", 2)}
    assert footer(more) == "12 cells: 12 ok; 8 taken from the store"
    assert {row.cell: plain(row) for row in more if row.cell.seed == 0} == {
        row.cell: plain(row) for row in once
    }
    again = run(["none", "undersample"], "sklearn-lr", seeds=3, **store)
    assert all(row.cached for row in again)
    with Store.read(store["store"]) as read:
        assert [row.cell for row in read.results()] == [row.cell for row in more]
        assert list(map(plain, read.results())) == list(map(plain, more))


def test_why_a_repetition_would_be_fitted(registry, tmp_path):
    path = tmp_path / "runs.sqlite"
    run(["none", "undersample"], "sklearn-lr", split="holdout", seeds=2, store=path)
    grid = Grid((DATA,), strategy=("none", "undersample"), model=("sklearn-lr",), seeds=3)
    with Store.read(path) as store:
        lookup = Lookup(registry, store, Settings())
        told = {(cell.strategy, cell.seed): why(lookup, cell) for cell in plan(registry, [grid])}
    assert told["none", 1] == told["none", 2] == "as seed 0, since nothing is drawn"
    for which in (("none", 0), ("undersample", 0), ("undersample", 1)):
        assert told[which].startswith("stored, not fitted again"), which
    assert told["undersample", 2] == "fitted, since no cell of that name is stored"


def test_seeds_of_a_group_are_fitted_together():
    calls = []

    def linear(context):
        from torch import nn

        return TorchClassifier(lambda columns: nn.Linear(columns, 1), context, epochs=1, min_steps=20)

    many = TorchClassifier.fit_many(linear)

    def fit_many(contexts, trains):
        calls.append(len(contexts))
        return many(contexts, trains)

    model = Model("mine", linear, requires=("torch",), fit_many=fit_many)
    alone = run("none", model, seeds=3)
    together = run("none", model, seeds=3, group=True)
    assert calls == [6]
    for one, other in zip(alone, together, strict=True):
        assert other.cell == one.cell
        assert other.numerics == "grouped"
        assert other.metrics[0.5]["roc_auc"] == pytest.approx(one.metrics[0.5]["roc_auc"], abs=1e-5)
    assert len({row.metrics[0.5]["roc_auc"] for row in together}) == 6


def test_results_say_the_seed_and_files_from_before_there_were_seeds_are_of_the_first():
    rows = run("undersample", "sklearn-lr", seeds=2)
    text = to_json(rows)
    assert [row.cell for row in from_json(text)] == [row.cell for row in rows]
    assert list(rows.to_frame()["seed"]) == [0, 1, 0, 1]
    older = from_json(to_json(run("undersample", "sklearn-lr")).replace('   "seed": 0,\n', ""))
    assert [row.cell.seed for row in older] == [0, 0]


def test_a_baseline_keeps_seeds_and_says_nothing_of_one(registry):
    once, thrice = (run("undersample", "sklearn-lr", seeds=seeds) for seeds in (1, 3))
    assert '"seed' not in to_text(baseline_of(once, registry, {}))
    grid = Grid((DATA,), (FOLDS,), strategy=("undersample",), model=("sklearn-lr",), seeds=3)
    for grids in ([], [grid]):
        text = to_text(baseline_of(thrice, registry, {"significance": 0.05}, grids))
        kept = from_text(text, "baseline")
        assert to_text(kept) == text
        assert set(cells_of(registry, kept.plan)) == {row.cell for row in thrice}
    backwards = replace(thrice, rows=thrice.rows[::-1])
    assert to_text(baseline_of(backwards, registry, {"significance": 0.05}, [grid])) == text
    found = checked(kept, thrice, registry)
    assert [finding.verdict for finding in found.findings] == ["same"]
    assert len(found.findings[0].cells) == 6
    lost = checked(kept, once, registry)
    assert [finding.verdict for finding in lost.findings] == ["missing"] * 4 + ["same"]


def test_the_command_line(imbbench_command):
    selection = ("-d", DATA, "-s", "none", "-m", "sklearn-lr", "--metrics", "roc_auc", "--format", "csv")
    done = imbbench_command(*selection, "--seeds", "2", "--executor", "serial")
    assert done.returncode == 0, done.stderr
    head, *lines = done.stdout.splitlines()
    seeds = [line.split(",")[-7] for line in (head, *lines)]
    assert seeds == ["seed", "0", "1"]
    assert not math.isnan(float(lines[0].split(",")[-1]))


def test_a_plan_shows_seeds_where_there_are_several(registry):
    grid = Grid((DATA,), strategy=("none",), model=("sklearn-lr",))
    once, twice = io.StringIO(), io.StringIO()
    show_cells(plan(registry, [grid]), once)
    show_cells(plan(registry, [replace(grid, seeds=2)]), twice)
    assert "seed" not in once.getvalue().split()
    head, *lines = twice.getvalue().splitlines()
    assert head.split()[-1] == "seed"
    assert [line.split()[-1] for line in lines] == ["0", "1"]
