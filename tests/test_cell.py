"""Cells against plain code that uses none of imbbench but its seeds."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score
from sklearn.model_selection import RepeatedStratifiedKFold, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

import imbbench
from imbbench import Card, Data, Dataset, Metric, Model, Strategy
from imbbench.result import Cell
from imbbench.seeds import model_seed, split_seed, strategy_seed

CELL = Cell("moons[n_samples=2000]", "holdout", 0, "standard", "none", "sklearn-lr", 0)
METRICS = ("tn", "fp", "fn", "tp", "precision", "roc_auc", "average_precision")


@pytest.fixture
def run_cell(fit_cell):
    return partial(fit_cell, metrics=METRICS)


def run(*selection, **options):
    """In this process: components handed over are functions of a test's own."""
    return imbbench.run(*selection, executor="serial", **options)


def plain_fold(registry, cell, random_state=None):
    """(X_train, y_train, X_test, y_test) of a holdout, by scikit-learn alone."""
    data = registry.resolve("dataset", cell.dataset).call()
    X, y = data.X.to_numpy(), data.y
    seed = split_seed(cell) if random_state is None else random_state
    train, test = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=seed)
    scaler = StandardScaler().fit(X[train])
    return scaler.transform(X[train]).astype("f4"), y[train], scaler.transform(X[test]).astype("f4"), y[test]


def assert_same_figures(result, y, score, predicted):
    assert result.status == "ok", result.reason
    found = result.metrics[0.5]
    assert tuple(found[name] for name in ("tn", "fp", "fn", "tp")) == tuple(
        confusion_matrix(y, predicted).ravel()
    )
    assert found["roc_auc"] == roc_auc_score(y, score)
    assert found["average_precision"] == average_precision_score(y, score)


@pytest.mark.parametrize("strategy", ["none", "class_weight", "pos_weight"])
def test_lr_equals_plain_scikit_learn(run_cell, registry, strategy):
    X, y, X_test, y_test = plain_fold(registry, CELL)
    n0, n1 = np.bincount(y)
    weight = {"none": None, "class_weight": "balanced", "pos_weight": {0: 1.0, 1: n0 / n1}}[strategy]
    plain = LogisticRegression(C=np.inf, max_iter=1000, class_weight=weight).fit(X.astype("f8"), y)
    result = run_cell(replace(CELL, strategy=strategy))
    X_test = X_test.astype("f8")
    assert_same_figures(result, y_test, plain.decision_function(X_test), plain.predict(X_test))


@pytest.mark.filterwarnings("ignore:Some inputs do not have OOB")
@pytest.mark.parametrize("strategy", ["none", "class_weight"])
def test_forest_equals_plain_scikit_learn(run_cell, registry, strategy):
    cell = replace(CELL, strategy=strategy, model="sklearn-rf")
    X, y, X_test, y_test = plain_fold(registry, cell)
    plain = RandomForestClassifier(
        oob_score=True, random_state=model_seed(cell), class_weight=None if strategy == "none" else "balanced"
    ).fit(X, y)
    result = run_cell(cell)
    assert_same_figures(result, y_test, plain.predict_proba(X_test)[:, 1], plain.predict(X_test))
    assert result.info["oob_score"] == plain.oob_score_


def test_undersampling_equals_plain_code(run_cell, registry):
    cell = replace(CELL, strategy="undersample", model="sklearn-rf")
    X, y, X_test, y_test = plain_fold(registry, cell)
    positives, negatives = np.flatnonzero(y == 1), np.flatnonzero(y == 0)
    rng = np.random.default_rng(strategy_seed(cell))
    kept = np.sort(np.append(positives, rng.choice(negatives, len(positives), replace=False)))
    plain = RandomForestClassifier(oob_score=True, random_state=model_seed(cell)).fit(X[kept], y[kept])
    result = run_cell(cell)
    assert_same_figures(result, y_test, plain.predict_proba(X_test)[:, 1], plain.predict(X_test))
    assert result.counts["fitted"] == (len(positives), len(positives))
    assert result.counts["test"] == tuple(np.bincount(y_test)), "test rows keep their natural prevalence"


def test_an_explicit_random_state_reaches_scikit_learn_as_it_is(run_cell, registry):
    cell = replace(CELL, split="holdout[random_state=13]", model="sklearn-rf[random_state=42]")
    X, y, X_test, y_test = plain_fold(registry, cell, random_state=13)
    plain = RandomForestClassifier(oob_score=True, random_state=42).fit(X, y)
    result = run_cell(cell)
    assert_same_figures(result, y_test, plain.predict_proba(X_test)[:, 1], plain.predict(X_test))


def test_repeated_folds_equal_plain_scikit_learn(run_cell, registry):
    cell = replace(CELL, split="kfold[n_splits=3,n_repeats=2]", fold=4)
    data = registry.resolve("dataset", cell.dataset).call()
    X, y = data.X.to_numpy(), data.y
    folds = list(RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=split_seed(cell)).split(X, y))
    train, test = folds[4]
    scaler = StandardScaler().fit(X[train])
    X_train, X_test = (scaler.transform(X[rows]).astype("f4").astype("f8") for rows in (train, test))
    plain = LogisticRegression(C=np.inf, max_iter=1000).fit(X_train, y[train])
    assert_same_figures(run_cell(cell), y[test], plain.decision_function(X_test), plain.predict(X_test))


@pytest.mark.parametrize("strategy", ["none", "pos_weight"])
def test_torch_equals_a_plain_loop(run_cell, registry, strategy):
    """Written as the forum thread has it: one logit, BCEWithLogitsLoss(pos_weight), logit > 0."""
    cell = replace(CELL, strategy=strategy, model="torch-linear[epochs=3,min_steps=0,batch_size=128]")
    X, y, X_test, y_test = plain_fold(registry, cell)
    torch.manual_seed(model_seed(cell))
    module = torch.nn.Linear(2, 1)
    ratio = (y == 0).sum() / (y == 1).sum() if strategy == "pos_weight" else 1.0
    criterion = torch.nn.BCEWithLogitsLoss(pos_weight=torch.tensor(ratio, dtype=torch.float32))
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-3, fused=True)
    generator = torch.Generator().manual_seed(model_seed(cell))
    X, labels = torch.tensor(X), torch.tensor(y).float()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    for _ in range(3):
        order = torch.randperm(len(y), generator=generator)
        for start in range(0, len(y), 128):
            batch = order[start : start + 128]
            optimizer.zero_grad()
            criterion(module(X[batch]).squeeze(1), labels[batch]).backward()
            optimizer.step()
    torch.set_num_threads(before)
    with torch.no_grad():
        logit = module(torch.tensor(X_test)).squeeze(1).double().numpy()
    result = run_cell(cell)
    assert_same_figures(result, y_test, logit, logit > 0)
    assert len(result.info["loss_curve"]) == 3


def test_thresholds_share_one_fit(run_cell, registry):
    result = run_cell(replace(CELL, model="sklearn-rf"), thresholds=(0.1, 0.5, 0.9))
    assert list(result.metrics) == [0.1, 0.5, 0.9]
    called = [metrics["tp"] + metrics["fp"] for metrics in result.metrics.values()]
    assert called == sorted(called, reverse=True)
    assert len({metrics["roc_auc"] for metrics in result.metrics.values()}) == 1


def rows(n, positives, seed=0):
    import pandas as pd

    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat([0, 1], [n - positives, positives]))
    return Data(pd.DataFrame({"a": rng.standard_normal(n) + y, "b": rng.standard_normal(n)}), y)


CARD = Card("rows", "made here", "none", "none", 300, 0.1)


def test_a_strategy_sees_training_rows_only_and_cannot_touch_them():
    seen = {}

    def spy(train, seed):
        seen["X"], seen["y"] = train.X, train.y
        with pytest.raises(ValueError, match="read-only"):
            train.X[0] = 0
        with pytest.raises(ValueError, match="read-only"):
            train.y[0] = 0
        return train

    results = run(Dataset("mine", lambda: rows(300, 30), CARD), Strategy("spy", spy), "sklearn-lr")
    assert results.rows[0].status == "ok", results.rows[0].reason
    data = rows(300, 30)
    cell = results.rows[0].cell
    train, _ = train_test_split(np.arange(300), test_size=0.3, stratify=data.y, random_state=split_seed(cell))
    expected = StandardScaler().fit_transform(data.X.to_numpy()[train]).astype("f4")
    assert (seen["X"] == expected).all()
    assert (seen["y"] == data.y[train]).all()


def test_a_dataset_and_a_fold_are_loaded_once_and_a_failure_fails_all_its_cells():
    loads, applied = [], []

    def load(*, broken: bool = False):
        loads.append(broken)
        if broken:
            raise RuntimeError("no rows\ntoday")
        return rows(300, 30)

    def counting(train, seed):
        applied.append(train.X)
        return train

    results = run(
        [Dataset("mine", load, CARD), "mine[broken=true]"], [Strategy("counting", counting), "none"], "sklearn-*",
    )  # fmt: skip
    assert [row.status for row in results] == ["ok"] * 4 + ["error"] * 4
    assert loads == [False, True]
    assert (applied[0] == applied[1]).all()
    assert results.rows[-1].reason == (
        "dataset 'mine[broken=true]' of plugin 'run()': raised RuntimeError: no rows today"
    )


@pytest.mark.parametrize(
    ("build", "status", "reason"),
    [
        (lambda context: 1 / 0, "error", "raised ZeroDivisionError: division by zero"),
        (lambda context: exit(3), "error", "raised SystemExit: 3"),
        (lambda context: "model", "error", "build returned a str; expected a scikit-learn classifier"),
        (
            lambda context: KNeighborsClassifier(),
            "unsupported",
            "takes neither class_weight nor sample_weight",
        ),
    ],
)
def test_what_a_model_does_wrong_is_its_rows_reason(build, status, reason):
    results = run(
        Dataset("mine", lambda: rows(300, 30), CARD), "class_weight", ["sklearn-lr", Model("mine", build)]
    )
    assert [row.status for row in results] == ["ok", status]
    assert reason in results.rows[1].reason
    assert results.rows[1].reason.startswith("model 'mine' of plugin 'run()': ")


def squared_error(logits, y):
    return (logits.sigmoid() - y) ** 2


@pytest.mark.parametrize("group", [False, True])
def test_a_strategys_loss_is_honoured_or_the_cell_unsupported(group):
    strategy = Strategy("brier", lambda train, seed: replace(train, loss=squared_error))
    models = [
        "sklearn-lr",
        "torch-linear[epochs=1,min_steps=60]",
        Model("mine", lambda context: Scores(np.zeros)),
    ]
    data = Dataset("mine", lambda: rows(300, 30), CARD)
    results = run(data, [strategy, "none"], models, split="kfold", group=group)
    status = {(row.cell.strategy, row.cell.model): (row.status, row.reason) for row in results}
    for name in ("sklearn-lr", "mine"):
        assert status["none", name] == ("ok", "")
        found, why = status["brier", name]
        assert found == "unsupported"
        assert "takes no other training loss, and strategy 'brier' of plugin 'run()' asks for one" in why
    torch_rows = [row for row in results if row.cell.model.startswith("torch")]
    assert {row.status for row in torch_rows} == {"ok"}
    curves = {row.cell.strategy: row.info["loss_curve"][0] for row in torch_rows if row.cell.fold == 0}
    assert curves["brier"] < 0.5 * curves["none"]  # a squared error is at most 1, and not a logarithm
    noted = {
        row.cell.strategy for row in torch_rows if "a strategy's own loss is trained alone" in str(row.notes)
    }
    assert noted == ({"brier"} if group else set())


class Scores:
    """A classifier that returns what it was told to."""

    def __init__(self, scores):
        self.scores = scores

    def fit(self, train):
        return self

    def decision_function(self, X):
        return self.scores(len(X))


@pytest.mark.parametrize(
    ("scores", "reason"),
    [(lambda n: np.full(n, np.nan), "NaN"), (lambda n: np.full(n, np.inf), "inf"), (lambda n: np.zeros((n, 2)), "shape")],
)  # fmt: skip
def test_scores_that_are_none(scores, reason):
    model = Model("mine", lambda context: Scores(scores))
    (row,) = run(Dataset("mine", lambda: rows(300, 30), CARD), "none", model)
    assert row.status == "error"
    assert reason in row.reason


def test_a_metric_that_raises_loses_no_other(fit_cell, registry):
    def broken(predictions):
        raise KeyError("oops")

    known = registry.with_components([Metric("broken", broken)])
    wanted = {"thresholds": (0.3, 0.5), "metrics": ("broken", "tp"), "columns": ("broken",)}
    row = fit_cell(CELL, known=known, **wanted)
    assert row.status == "error"
    assert "metric 'broken'" in row.reason
    assert math.isnan(row.metrics[0.5]["broken"])
    assert row.metrics[0.3]["tp"] >= row.metrics[0.5]["tp"] > 0


def test_a_metric_that_was_not_asked_for_and_raises_is_a_note(fit_cell, registry):
    known = registry.with_components([Metric("broken", lambda predictions: 1 / 0)])
    row = fit_cell(CELL, known=known, metrics=("broken", "tp"), columns=("tp",))
    assert row.status == "ok"
    assert row.notes == ("metric 'broken' of plugin 'run()': raised ZeroDivisionError: division by zero",)
    assert math.isnan(row.metrics[0.5]["broken"])


def careless_metric(predictions):
    predictions.score.sort()
    return 0.0


def careless_split(data, seed):
    data.X["leak"] = data.y
    yield np.arange(200), np.arange(200, 300)


class Careless:
    """Changes in place what torch shares the memory of, whatever numpy's flag says."""

    def fit(self, train):
        for array in (train.X, train.y):
            torch.from_numpy(array).mul_(0)
        return self

    def decision_function(self, X):
        torch.from_numpy(X).mul_(0)
        return np.arange(len(X)) + 2.0


def test_what_a_component_changes_in_place_reaches_no_other():
    data = Dataset("mine", lambda: rows(300, 30), CARD)
    splits = [imbbench.Split("careless", careless_split, lambda: 1), "holdout"]
    models = [Model("careless", lambda context: Careless()), "sklearn-lr"]
    metrics = [Metric("careless", careless_metric), "tp", "roc_auc"]
    careless = run(data, ["none", "undersample"], models, split=splits, metrics=metrics)
    expected = run(data, ["none", "undersample"], "sklearn-lr", metrics=["tp", "roc_auc"])
    found = {row.cell: row for row in careless}
    assert {row.status for row in careless} == {"error"}, "the metric that was asked for raises"
    assert "read-only" in careless.rows[0].reason
    for row in expected:
        same = found[row.cell].metrics[0.5]
        assert row.status == "ok"
        assert same == pytest.approx(row.metrics[0.5] | {"careless": math.nan}, rel=0, abs=0, nan_ok=True)


def test_scores_that_look_like_probabilities_are_noted():
    model = Model("mine", lambda context: Scores(lambda n: np.linspace(0, 1, n)))
    (row,) = run(Dataset("mine", lambda: rows(300, 30), CARD), "none", model)
    assert any("are these probabilities?" in note for note in row.notes)


def test_warnings_become_notes_of_the_rows_concerned():
    alone, short = run(CELL.dataset, "none", ["sklearn-lr", "sklearn-lr[max_iter=1]"])
    assert alone.notes == ()
    assert any("failed to converge" in note for note in short.notes)
    for row in run(CELL.dataset, "none,class_weight", "sklearn-lr", split="balanced-holdout"):
        assert any("half positive" in note for note in row.notes)


def test_a_component_whose_requirement_is_not_installed():
    model = Model("mine", lambda context: None, requires=("no-such-distribution",))
    (row,) = run(Dataset("mine", lambda: rows(300, 30), CARD), "none", model)
    assert row.status == "missing-dependency"
    assert "pip install no-such-distribution" in row.reason


def test_the_key_covers_what_the_scores_depend_on_and_nothing_else(tmp_path):
    def key(dataset=CELL.dataset, strategy="none", model="sklearn-lr", **options):
        (row,) = run(dataset, strategy, model, **options)
        return row.key

    base = key()
    assert key(threshold=0.3) == base
    for change in (
        {"dataset": "moons[n_samples=2001]"}, {"split": "holdout[test_size=0.4]"}, {"scale": "none"},
        {"strategy": "class_weight"}, {"model": "sklearn-lr[C=1.0]"}, {"random_state": 1}, {"threads": 2},
    ):  # fmt: skip
        assert key(**change) != base, change
    keys = set()
    for name in ("one.csv", "two.csv"):  # the path of a file is no part of it
        frame = rows(300, 30).X.assign(label=rows(300, 30).y)
        frame.to_csv(tmp_path / name, index=False)
        keys.add(key(f"csv[path='{tmp_path / name}',target=label]"))
    assert len(keys) == 1
