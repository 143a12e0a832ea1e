from __future__ import annotations

import math

import pytest

import imbbench
from imbbench import Model, SklearnClassifier, Unsupported

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


def grouped_run(fit_many, **options):
    return imbbench.run(DATA, "none", model(fit_many), split="kfold", group=True, **options)


def test_grouped_rows_say_so_have_other_keys_and_nearly_the_same_figures():
    options = {"split": "kfold", "metrics": ["roc_auc", "brier"]}
    single = imbbench.run(DATA, "all", [LINEAR, "sklearn-lr"], **options)
    together = imbbench.run(DATA, "all", [LINEAR, "sklearn-lr"], group=True, **options)
    assert [row.cell for row in together] == [row.cell for row in single]
    for one, other in zip(single, together, strict=True):
        torch = other.cell.model.startswith("torch")
        assert (one.numerics, other.numerics) == ("single", "grouped" if torch else "single")
        assert (one.key == other.key) is not torch
        assert other.counts == one.counts
        assert other.notes == one.notes
        assert other.metrics[0.5] == pytest.approx(one.metrics[0.5], abs=1e-5)
        assert other.seconds > 0


def test_a_key_is_the_same_whatever_the_group():
    few = imbbench.run(DATA, "none", LINEAR, split="kfold", group=True)
    more = imbbench.run(DATA, ["none", "pos_weight"], LINEAR, split="kfold", group=True)
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
    plain = imbbench.run(DATA, "none", model(None), split="kfold")
    assert [row.metrics for row in rows] == [row.metrics for row in plain]


def test_no_more_rows_are_held_than_memory_is_meant_for(monkeypatch):
    """Two cells of 320 x 2 float32 fill it; the last four are never left over as fewer."""
    monkeypatch.setattr("imbbench.group.STACKED", 2 * 320 * 2 * 4)
    calls = []

    def fit_many(contexts, trains, **params):
        calls.append(len(contexts))
        return one_by_one(contexts, trains, **params)

    rows = imbbench.run(DATA, "none", model(fit_many), split="kfold[n_repeats=2]", group=True)
    assert calls == [2, 2, 2, 4]
    plain = imbbench.run(DATA, "none", model(None), split="kfold[n_repeats=2]")
    assert [row.metrics for row in rows] == [row.metrics for row in plain]


def test_an_exception_in_the_place_of_a_classifier_is_that_row():
    def fit_many(contexts, trains, **params):
        answers = one_by_one(contexts, trains, **params)
        answers[1] = ValueError("no convergence")
        answers[3] = Unsupported("fitted alone: too large")
        return answers

    rows = grouped_run(fit_many)
    assert [row.status for row in rows] == ["ok", "error", "ok", "ok", "ok"]
    assert "ValueError: no convergence" in rows[1].reason
    assert [row.numerics for row in rows] == ["grouped", "grouped", "grouped", "single", "grouped"]
    assert rows[3].notes == ("fitted alone: too large",)


def test_a_group_that_raises_is_fitted_one_by_one():
    def fit_many(contexts, trains, **params):
        raise MemoryError("too many")

    rows = grouped_run(fit_many)
    assert {(row.status, row.numerics) for row in rows} == {("ok", "single")}
    (note,) = rows[0].notes
    assert note.startswith("fitted alone, since its fit_many failed: model 'mine'")
    assert note.endswith("raised MemoryError: too many")


def test_too_few_answers_are_errors_that_say_so():
    rows = grouped_run(lambda contexts, trains, **params: one_by_one(contexts[:4], trains[:4], **params))
    assert [row.status for row in rows] == ["ok"] * 4 + ["error"]
    assert "fewer answers than contexts" in rows[4].reason


def test_a_warning_given_with_an_answer_is_a_note_of_its_row():
    """The rows of an undersampled fold are few: only its footnote says how often they were seen."""
    rows = imbbench.run(
        DATA, ["none", "undersample"], "torch-linear[epochs=1,min_steps=100]", split="kfold", group=True
    )
    for row in rows:
        count = sum(row.counts["fitted"])
        assert row.numerics == "grouped"
        assert len(row.notes) == 1
        assert f"the {count:,} rows of this one" in row.notes[0]


def test_a_cell_that_fails_before_its_fit_is_its_own_row(registry):
    rows = imbbench.run(DATA, "none", LINEAR, split=["kfold", "kfold[n_splits=100]"], group=True)
    assert [row.status for row in rows] == ["ok"] * 5 + ["error"] * 100
    assert all(math.isfinite(row.seconds) for row in rows[:5])


def test_grouped_and_single_folds_are_never_averaged():
    def fit_many(contexts, trains, **params):
        return [*one_by_one(contexts[:4], trains[:4], **params), Unsupported("fitted alone: left over")]

    (table,) = imbbench.tables(grouped_run(fit_many))
    assert len(table.rows) == 2
    assert [len(row[-1].marks) for row in table.rows] == [1, 1]
    assert any("fitted together with other cells" in note for note in table.footnotes)
