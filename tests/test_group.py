from __future__ import annotations

import math
import re
import warnings
from dataclasses import replace

import pytest
from torch import nn

import imbbench
from imbbench import Model, SklearnClassifier, Strategy, TorchClassifier, Unsupported
from imbbench.bench import bench
from imbbench.options import Options
from imbbench.plan import Grid, plan

DATA = "moons[n_samples=400,minority_fraction=0.2]"
LINEAR = "torch-linear[epochs=1,min_steps=60,batch_size=32]"


def logistic(context, *, C: float = 1.0):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=C, random_state=context.seed)


def model(fit_many):
    return Model("mine", logistic, fit_many=fit_many)


def one_by_one(contexts, trains, **params):
    return [
        SklearnClassifier(logistic(context, **params)).fit(train)
        for context, train in zip(contexts, trains, strict=True)
    ]


def run(*selection, **options):
    """In this process: models handed over are functions of a test's own."""
    return imbbench.run(*selection, executor="serial", **options)


def grouped_run(fit_many, **options):
    return run(DATA, "none", model(fit_many), split="kfold", group=True, **options)


def test_grouped_rows_say_so_have_other_keys_and_nearly_the_same_figures():
    options = {"split": "kfold", "metrics": ["roc_auc", "brier"]}
    single = run(DATA, "all", [LINEAR, "sklearn-lr"], **options)
    together = imbbench.run(DATA, "all", [LINEAR, "sklearn-lr"], group=True, jobs=1, **options)
    assert [row.cell for row in together] == [row.cell for row in single]
    for one, other in zip(single, together, strict=True):
        torch = other.cell.model.startswith("torch")
        assert (one.numerics, other.numerics) == ("single", "grouped" if torch else "single")
        assert (one.key == other.key) is not torch
        assert other.counts == one.counts
        assert other.notes == one.notes
        assert other.metrics[0.5] == pytest.approx(one.metrics[0.5], abs=1e-5, nan_ok=True)
        assert other.seconds > 0


def test_a_key_is_the_same_whatever_the_group():
    few = run(DATA, "none", LINEAR, split="kfold", group=True)
    more = run(DATA, ["none", "pos_weight"], LINEAR, split="kfold", group=True)
    keys = {row.cell: row.key for row in more}
    assert all(keys[row.cell] == row.key for row in few)


def test_fit_many_gets_contexts_training_sets_and_parameters():
    seen = []

    def fit_many(contexts, trains, *, C):
        seen.append((len(contexts), {len(train.y) for train in trains}, C))
        return one_by_one(contexts, trains, C=C)

    rows = grouped_run(fit_many)
    assert seen == [(5, {320}, 1.0)]
    assert {(row.status, row.numerics) for row in rows} == {("ok", "grouped")}
    plain = run(DATA, "none", model(None), split="kfold")
    assert repr([row.metrics for row in rows]) == repr([row.metrics for row in plain])


def test_no_more_rows_are_held_than_memory_is_meant_for(monkeypatch):
    """Two cells of 320 x 2 float32 fill it; the last four are never left over as fewer."""
    monkeypatch.setattr("imbbench.group.STACKED", 2 * 320 * 2 * 4)
    calls = []

    def fit_many(contexts, trains, **params):
        calls.append(len(contexts))
        return one_by_one(contexts, trains, **params)

    rows = run(DATA, "none", model(fit_many), split="kfold[n_repeats=2]", group=True)
    assert calls == [2, 2, 2, 4]
    plain = run(DATA, "none", model(None), split="kfold[n_repeats=2]")
    assert repr([row.metrics for row in rows]) == repr([row.metrics for row in plain])


def test_an_exception_in_the_place_of_a_classifier_is_that_row():
    def fit_many(contexts, trains, **params):
        answers = one_by_one(contexts, trains, **params)
        answers[1] = ValueError("no convergence")
        answers[3] = Unsupported("too large")
        return answers

    rows = grouped_run(fit_many)
    assert [row.status for row in rows] == ["ok", "error", "ok", "ok", "ok"]
    assert "ValueError: no convergence" in rows[1].reason
    assert [row.numerics for row in rows] == ["grouped", "grouped", "grouped", "single", "grouped"]
    assert rows[3].notes == ("fitted alone: too large",)


def raises(contexts, trains, **params):
    raise MemoryError("too many")


def raises_later(contexts, trains, **params):
    yield one_by_one(contexts[:1], trains[:1], **params)[0]
    raise MemoryError("too many")


def too_few(contexts, trains, **params):
    return one_by_one(contexts[:4], trains[:4], **params)


def too_many(contexts, trains, **params):
    return one_by_one([*contexts, contexts[0]], [*trains, trains[0]], **params)


def one_for_all(contexts, trains, **params):
    return one_by_one(contexts[:1], trains[:1], **params) * len(contexts)


def nothing(contexts, trains, **params):
    return None


def not_here(contexts, trains, **params):
    raise Unsupported("only on Tuesdays")


@pytest.mark.parametrize(
    ("fit_many", "why"),
    [
        (raises, "failed: model 'mine'.*raised MemoryError: too many"),
        (raises_later, "failed: model 'mine'.*raised MemoryError: too many"),
        (too_few, "it gave 4 answers; expected 5, one for each context"),
        (too_many, "it gave more answers than contexts; expected 5"),
        (one_for_all, "it gave one classifier for several contexts"),
        (nothing, "'NoneType' object is not iterable"),
        (not_here, "fitted alone: model 'mine'.*only on Tuesdays"),
    ],
)
def test_a_group_that_fails_as_a_whole_is_fitted_one_by_one(fit_many, why):
    rows = grouped_run(fit_many)
    assert {(row.status, row.numerics) for row in rows} == {("ok", "single")}
    plain = run(DATA, "none", model(None), split="kfold")
    assert repr([row.metrics for row in rows]) == repr([row.metrics for row in plain])
    for row in rows:
        (note,) = row.notes
        assert note.startswith("fitted alone: ")
        assert re.search(why, note)


@pytest.mark.parametrize("junk", ["text", 1, None, Unsupported, object()])
def test_what_is_no_classifier_is_an_error_that_says_so(junk):
    def fit_many(contexts, trains, **params):
        return [*one_by_one(contexts[:4], trains[:4], **params), junk]

    rows = grouped_run(fit_many)
    assert [row.status for row in rows] == ["ok"] * 4 + ["error"]
    assert f"fit_many answered with a {type(junk).__name__}; expected a fitted classifier" in rows[4].reason


def test_what_is_fitted_alone_comes_one_by_one_and_exitfirst_stops_between(registry):
    """An interrupt keeps what is done, and -x does not wait for the rest of the group."""
    done = []

    def build(context):
        done.append(context.seed)
        if len(done) > 5 + 2:  # a group builds each once, to import and to find wrong parameters
            raise ValueError("broken from the third fit on")
        return logistic(context)

    handed = Model("mine", build, fit_many=lambda contexts, trains: [Unsupported("alone")] * len(contexts))
    known = registry.with_components([handed])
    cells = plan(known, [Grid((DATA,), ("kfold",), strategy=("none",), model=("mine",))])
    rows = list(bench(known, cells, Options(device="cpu", executor="serial", group=True, exitfirst=True)))
    assert [row.status for row in rows] == ["ok", "ok", "error", "interrupted", "interrupted"]


def test_a_warning_inside_fit_many_is_a_note_of_all_its_rows():
    def fit_many(contexts, trains, **params):
        warnings.warn("careful, dear reader", stacklevel=2)
        return one_by_one(contexts, trains, **params)

    assert {row.notes for row in grouped_run(fit_many)} == {("careful, dear reader",)}


def test_a_warning_given_with_an_answer_is_a_note_of_its_row():
    """The rows of an undersampled fold are few: only its footnote says how often they were seen."""
    rows = run(
        DATA, ["none", "undersample"], "torch-linear[epochs=1,min_steps=100]", split="kfold", group=True
    )
    for row in rows:
        count = sum(row.counts["fitted"])
        assert row.numerics == "grouped"
        assert len(row.notes) == 1
        assert f"the {count:,} rows of this one" in row.notes[0]


def test_a_cell_that_fails_before_its_fit_is_its_own_row(registry):
    rows = run(DATA, "none", LINEAR, split=["kfold", "kfold[n_splits=100]"], group=True)
    assert [row.status for row in rows] == ["ok"] * 5 + ["error"] * 100
    assert all(math.isfinite(row.seconds) for row in rows[:5])


def test_grouped_and_single_folds_are_never_averaged():
    def fit_many(contexts, trains, **params):
        return [*one_by_one(contexts[:4], trains[:4], **params), Unsupported("left over")]

    (table,) = imbbench.tables(grouped_run(fit_many))
    assert len(table.rows) == 2
    said = [{table.footnotes[mark - 1] for mark in row[-1].marks} for row in table.rows]
    assert said == [
        {"4 of 5 folds", "fitted together with other cells (--group): the last bits depend on them"},
        {"1 of 5 folds", "fitted alone: left over"},
    ]
    assert not any(entry.best for row in table.rows for entry in row)  # parts do not compete


def test_a_fit_many_need_not_know_of_a_strategys_loss():
    """One that ignores it would give the figures of `none`: those cells are fitted alone."""
    given = []

    def fit_many(contexts, trains):
        given.extend(train.loss for train in trains)
        return [
            build(context).fit(replace(train, loss=None))
            for context, train in zip(contexts, trains, strict=True)
        ]

    def build(context):
        return TorchClassifier(lambda d: nn.Linear(d, 1), context, epochs=1, min_steps=60, batch_size=32)

    own = Strategy("own", lambda train, seed: replace(train, loss=lambda z, y: (z.sigmoid() - y) ** 2))
    models = Model("mine", build, fit_many=fit_many)
    grouped = run(DATA, [own, "none"], models, split="kfold", group=True)
    assert given == [None] * 5
    assert {row.status for row in grouped} == {"ok"}
    alone = run(DATA, own, Model("mine", build), split="kfold")
    found = [row.metrics for row in grouped if row.cell.strategy == "own"]
    assert repr(found) == repr([row.metrics for row in alone])
