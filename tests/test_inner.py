"""Scores held out within the training part: their folds, and figures that scikit-learn alone gives too."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import StratifiedKFold, TunedThresholdClassifierCV, cross_val_predict
from sklearn.preprocessing import StandardScaler

import imbbench
from imbbench import Card, Data, Dataset, ImbbenchError, Model, Strategy, TrainingSet, Unsupported
from imbbench.arrays import unpack
from imbbench.inner import inner_folds
from imbbench.outcome import Failure
from imbbench.plugins import load_plugins
from imbbench.seeds import inner_seed
from imbbench.store import Store

CARD = Card("rows", "made here", "none", "none")


def rows(n=500, positives=100, seed=0, **more) -> Data:
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat([0, 1], [n - positives, positives]))
    X = rng.normal(size=(n, 3)) + y[:, None] * [1.0, 0.5, 0.0]
    return Data(pd.DataFrame(X, columns=["a", "b", "c"]), y, **more)


def run(data, *axes, **more):
    return imbbench.run(Dataset("mine", lambda: data, CARD), *axes, executor="serial", **more)


def by_hand(data, cell):
    """The training part, scaled, its labels, and the test part, as the fold of a holdout has them."""
    from sklearn.model_selection import train_test_split

    from imbbench.seeds import split_seed

    train, test = train_test_split(
        np.arange(len(data.y)), test_size=0.3, stratify=data.y, random_state=split_seed(cell)
    )
    scaler = StandardScaler().fit(data.X.to_numpy()[train])
    X = scaler.transform(data.X.to_numpy()).astype(np.float32)
    return X[train], data.y[train], X[test], data.y[test]


def test_counts_as_scikit_learn_tunes_on_the_same_folds():
    """350 training rows with 70 positives: all inner folds have one size, so that the mean over them is the
    figure over all rows."""
    data = rows()
    (row,) = run(data, "none", "sklearn-lr", threshold="tuned:balanced_accuracy")
    X, y, X_test, y_test = by_hand(data, row.cell)
    folds = StratifiedKFold(5, shuffle=True, random_state=inner_seed(row.cell))
    logistic = LogisticRegression(C=np.inf, max_iter=1000)
    scores = cross_val_predict(logistic, X.astype("float64"), y, cv=folds, method="decision_function")
    theirs = TunedThresholdClassifierCV(
        logistic, scoring="balanced_accuracy", cv=folds, thresholds=np.unique(scores),
        response_method="decision_function",
    ).fit(X.astype("float64"), y)  # fmt: skip
    called = theirs.predict(X_test.astype("float64"))
    figures = row.metrics["tuned:balanced_accuracy"]
    ours = [figures[name] for name in ("tn", "fp", "fn", "tp")]
    # The cut lies half-way between two scores, theirs on the upper one: a test row may lie between.
    assert np.abs(np.subtract(ours, confusion_matrix(y_test, called).ravel())).max() <= 1


def test_held_out_scores_are_those_of_cross_val_predict(tmp_path):
    data, path = rows(), tmp_path / "x.sqlite"
    (row,) = run(data, "none", "sklearn-lr", threshold="tuned:f1", store=path)
    X, y, *_ = by_hand(data, row.cell)
    folds = StratifiedKFold(5, shuffle=True, random_state=inner_seed(row.cell))
    logistic = LogisticRegression(C=np.inf, max_iter=1000)
    expected = cross_val_predict(logistic, X.astype("float64"), y, cv=folds, method="decision_function")
    with Store.open(path) as store:
        ((_, _, record),) = store.scored_rows(1)
    assert unpack(record.inner) == pytest.approx(expected, abs=1e-6)
    assert (unpack(record.fold.train_y) == y).all()


def test_the_strategy_is_applied_inside_each_inner_fold_and_never_sees_its_held_out_rows():
    seen = []

    def watch(train, seed):
        seen.append(train.X.copy())
        return train

    data = rows(n=100, positives=30)
    run(data, Strategy("watch", watch), "sklearn-lr", threshold="tuned:f1")
    whole, *inner = seen
    assert len(whole) == 70
    assert [len(part) for part in inner] == [56] * 5
    held_out = [{row.tobytes() for row in whole} - {row.tobytes() for row in part} for part in inner]
    assert [len(left) for left in held_out] == [14] * 5
    assert len(set.union(*held_out)) == 70


def test_test_rows_have_no_say_in_the_threshold():
    """Other labels in the test part: the same threshold."""
    data, used = rows(n=200, positives=60), []

    def split(data, seed):
        yield np.arange(140), np.arange(140, 200)

    ordered = np.concatenate([np.flatnonzero(data.y == 1)[:40], np.flatnonzero(data.y == 0)[:100]])
    others = np.setdiff1d(np.arange(200), ordered)
    for labels in (data.y[others], 1 - data.y[others]):
        y = np.concatenate([data.y[ordered], labels])
        X = data.X.iloc[[*ordered, *others]].reset_index(drop=True)
        (row,) = imbbench.run(
            Dataset("mine", lambda X=X, y=y: Data(X, y), CARD), "none", "sklearn-lr",
            split=imbbench.Split("fixed", split, lambda: 1), threshold="tuned:f1", metrics="threshold_used",
            executor="serial",
        )  # fmt: skip
        used.append(row.metrics["tuned:f1"]["threshold_used"])
    assert used[0] == used[1]


def test_figures_at_a_fixed_threshold_are_the_same_with_and_without():
    data = rows()
    plain = run(data, ["none", "undersample"], "sklearn-rf[n_estimators=5]")
    beside = run(
        data, ["none", "undersample"], "sklearn-rf[n_estimators=5]", threshold=[0.5, "tuned:f1"],
        calibrate=["none", "isotonic"],
    )  # fmt: skip
    assert repr([row.metrics[0.5] for row in plain]) == repr([row.metrics[0.5] for row in beside])


def test_scores_of_a_run_without_them_are_not_enough(tmp_path):
    data, path = rows(), tmp_path / "x.sqlite"
    ran = [
        run(data, "none", "sklearn-lr", store=path, **more)[0].cached
        for more in (
            {}, {"calibrate": "prior"}, {"threshold": "tuned:f1"}, {"threshold": ["tuned:f1", "tuned:mcc"]},
            {"calibrate": "platt"}, {},
        )
    ]  # fmt: skip
    assert ran == [False, True, False, True, True, True]


def test_rereading_gives_what_the_fit_gave(tmp_path):
    keys = {
        "threshold": [0.3, "tuned:f1", "cost:fp=1,fn=9"],
        "calibrate": ["none", "prior", "platt", "isotonic"],
    }
    data = rows()
    (fitted,) = run(data, "undersample", "sklearn-lr", **keys)
    run(data, "undersample", "sklearn-lr", threshold="tuned:mcc", store=tmp_path / "x.sqlite")
    (read,) = run(data, "undersample", "sklearn-lr", store=tmp_path / "x.sqlite", **keys)
    assert read.cached
    assert repr(read.metrics) == repr(fitted.metrics)


def test_too_few_rows_leave_the_other_readings_whole():
    """Two positives in training: two inner folds; one: none."""
    for positives, folds in ((3, 2), (2, 0)):
        data = rows(n=60, positives=positives)
        (row,) = run(data, "none", "sklearn-rf[n_estimators=5]", threshold=[0.5, "tuned:f1"])
        assert row.status == "ok"
        assert not math.isnan(row.metrics[0.5]["tp"])
        assert math.isnan(row.metrics["tuned:f1"]["tp"]) == (folds == 0)
        said = [note for note in row.notes if "held-out" in note or note.startswith("tuned:f1")]
        assert len(said) == (2 if folds == 0 else 0)


def test_a_fit_that_fails_inside_is_said_and_spoils_nothing_else():
    def picky(train, seed):
        if len(train.y) < 350:
            raise Unsupported("I want 350 rows")
        return train

    (row,) = run(rows(), Strategy("picky", picky), "sklearn-lr", threshold=[0.5, "tuned:f1"])
    assert row.status == "ok"
    assert math.isnan(row.metrics["tuned:f1"]["tp"])
    assert row.metrics["tuned:f1"]["roc_auc"] == row.metrics[0.5]["roc_auc"]
    assert any("I want 350 rows" in note for note in row.notes)


def test_a_rate_that_no_threshold_reaches_is_a_dash_with_its_reason():
    class Coin:
        def fit(self, train):
            return self

        def decision_function(self, X):
            return np.zeros(len(X))

    (row,) = run(rows(), "none", Model("coin", lambda context: Coin()), threshold=[0.5, "at-precision=0.9"])
    undefined, defined = row.metrics["at-precision=0.9"], row.metrics[0.5]
    assert all(
        math.isnan(undefined[name]) for name in ("tp", "precision", "f1", "threshold_used", "expected_cost")
    )
    for name in ("roc_auc", "average_precision", "brier", "log_loss_skill"):
        assert undefined[name] == defined[name], "it needs no threshold"
    assert "at-precision=0.9: no threshold reaches it" in " ".join(row.notes)
    (table,) = imbbench.tables(
        run(rows(), "none", Model("coin", lambda context: Coin()), threshold=[0.5, "at-precision=0.9"])
    )
    assert [bool(line[-1].marks) for line in table.rows] == [False, True]


@pytest.mark.parametrize("grouped", [False, True])
def test_inner_folds_keep_classes_and_groups(grouped):
    y = np.tile([1, 0, 0, 0], 30).astype(np.int8)
    groups = np.repeat(np.arange(24), 5) if grouped else None
    pairs = inner_folds(y, groups, 7)
    assert len(pairs) == 5
    assert sorted(np.concatenate([held_out for _, held_out in pairs])) == list(range(120))
    for fit_on, held_out in pairs:
        assert not set(fit_on) & set(held_out)
        assert set(y[fit_on]) == {0, 1}
        if grouped:
            assert not set(groups[fit_on]) & set(groups[held_out])


def test_what_cannot_be_divided():
    with pytest.raises(Failure, match="fewer than two rows of a class"):
        inner_folds(np.array([0, 0, 0, 1], np.int8), None, 0)
    with pytest.raises(Failure, match="fewer than two groups with rows of a class"):
        inner_folds(np.array([0, 1, 0, 1], np.int8), np.array([0, 1, 2, 1]), 0)


def test_weights_reach_inner_fits_too():
    class Weighted:
        """Scores with the log of the weight of class 1."""

        def fit(self, train):
            self.weight = train.class_weight[1]
            return self

        def decision_function(self, X):
            return np.full(len(X), math.log(self.weight)) + X[:, 0] * 1e-3

    (row,) = run(
        rows(n=100, positives=20),
        Strategy("heavy", lambda train, seed: TrainingSet(train.X, train.y, {0: 1.0, 1: float(len(train.y))})),
        Model("weighted", lambda context: Weighted()), threshold="tuned:f1", metrics="threshold_used",
    )  # fmt: skip
    # fitted on 70 rows outside, on 56 inside, where the threshold comes from
    assert row.metrics["tuned:f1"]["threshold_used"] == pytest.approx(56 / 57, abs=1e-3)


def test_an_error_within_the_training_part_is_the_cells_and_its_other_figures_are_kept():
    def careless(train, seed):
        if len(train.y) < 350:
            raise RuntimeError("I broke on 280 rows")
        return train

    (row,) = run(rows(), Strategy("careless", careless), "sklearn-lr", threshold=[0.5, "tuned:f1"])
    assert row.status == "error"
    assert "within the training part" in row.reason
    assert "I broke on 280 rows" in row.reason
    assert not math.isnan(row.metrics[0.5]["tp"])


def test_what_is_not_stored_is_fitted_though_rescoring_was_tried(tmp_path):
    """No dash takes the place of a figure that a fit would give."""
    from imbbench.rescore import rescore

    data, path = rows(), tmp_path / "x.sqlite"
    run(data, "none", "sklearn-lr", store=path)
    asked = {"metrics": (), "threshold": ("tuned:f1",), "calibrate": ()}
    with (
        Store.open(path) as store,
        pytest.raises(ImbbenchError, match="tuned:f1 is fitted on scores that run 1"),
    ):
        rescore(load_plugins(), store, 1, asked)
    (row,) = run(data, "none", "sklearn-lr", store=path, threshold="tuned:f1")
    assert not row.cached
    assert not math.isnan(row.metrics["tuned:f1"]["f1"])


def test_what_can_never_be_fitted_is_not_tried_in_every_run(tmp_path):
    data = rows(n=60, positives=2)
    found = [
        run(data, "none", "sklearn-rf[n_estimators=5]", store=tmp_path / "x.sqlite", threshold="tuned:f1")[0]
        for _ in range(2)
    ]
    assert [row.cached for row in found] == [False, True]
    assert found[1].notes == found[0].notes


def test_a_threshold_that_the_run_did_not_have_is_shown_with_what_was_used(tmp_path):
    from imbbench.rescore import stored_results

    data, path = rows(), tmp_path / "x.sqlite"
    run(data, "none", "sklearn-lr", store=path, threshold="tuned:f1")
    asked = {"metrics": ("tp",), "threshold": ("tuned:mcc", "0.3"), "calibrate": ()}
    (table,) = imbbench.tables(stored_results(load_plugins(), path, None, asked))
    used = [column.heading for column in table.columns].index("used")
    assert [bool(float(line[used].text)) for line in table.rows] == [True, True]
    asked |= {"metrics": ("recall_at_precision[precision=90]",)}
    with pytest.raises(ImbbenchError, match="precision"):
        stored_results(load_plugins(), path, None, asked)
