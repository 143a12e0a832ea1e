"""What one process does of orders: plain answers, whatever a component does."""

from __future__ import annotations

import json
import math
import sys
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from imbbench import (
    Card,
    Data,
    Dataset,
    Metric,
    MissingData,
    Model,
    Split,
    Strategy,
    Unsupported,
    UsageError,
)
from imbbench.arrays import unpack
from imbbench.desk import Desk
from imbbench.fold_files import read_fold
from imbbench.folders import Folder
from imbbench.keys import provenance
from imbbench.lookup import Lookup
from imbbench.orders import AboutData, FindDevice, Fit, Load, Prepare, rescoring
from imbbench.records import ScoreRecord
from imbbench.result import Cell
from imbbench.settings import Settings
from imbbench.store import Store

METRICS = ("tp", "fp", "precision", "roc_auc", "average_precision")
CARD = Card("rows", "made here", "none", "none")
CELL = Cell("mine", "kfold[n_splits=3]", 0, "standard", "none", "sklearn-lr", 0)
N, POSITIVES = 90, 30
SETTINGS = Settings(metrics=METRICS, columns=METRICS)


def rows(**more) -> Data:
    rng = np.random.default_rng(0)
    y = rng.permutation(np.repeat([0, 1], [N - POSITIVES, POSITIVES]))
    return Data(pd.DataFrame({"a": rng.normal(size=N) + y, "b": rng.normal(size=N)}), y, **more)


class Place:
    """A desk and its folders."""

    def __init__(self, registry, place, components=(), settings=SETTINGS):
        if not any(isinstance(component, Dataset) for component in components):
            components = [Dataset("mine", rows, CARD), *components]
        self.registry = registry.with_components(components)
        self.desk = Desk(self.registry, settings)
        self.place = place

    def folder(self, name):
        return Folder(str(self.place / name))

    def load(self, dataset="mine", **order):
        return self.desk.do(Load(dataset, **order), self.folder("data"))

    def prepare(self, cell=CELL, **order):
        return self.desk.do(Prepare(cell, **order), self.folder("data"), self.folder(f"fold-{cell.fold}"))

    def fit(self, *cells, **order):
        folds = list(dict.fromkeys(cell.fold for cell in cells))
        numbers = tuple(folds.index(cell.fold) for cell in cells)
        return self.desk.do(Fit(cells, numbers, **order), *(self.folder(f"fold-{fold}") for fold in folds))

    def all(self, cell=CELL):
        """(load, prepare, the cell's Fitted)."""
        loaded = self.load(cell.dataset)
        prepared = self.prepare(cell, notes=loaded.notes)
        assert (loaded.status, prepared.status) == ("ok", "ok"), (loaded.reason, prepared.reason)
        answer = self.fit(cell)
        assert answer.status == "ok"
        return loaded, prepared, answer.value[0]


@pytest.fixture
def at(registry, tmp_path):
    """at(*components, settings) -> Place."""
    return lambda *components, **more: Place(registry, tmp_path, components, **more)


# -- what comes of orders


def test_a_load_tells_of_its_rows_and_writes_them(at):
    place = at(Dataset("mine", lambda: rows(source="simulated"), CARD))
    answer = place.load()
    assert (answer.status, answer.notes) == ("ok", ())
    assert isinstance(answer.value, AboutData)
    assert answer.value.source == "simulated"
    written = [file.stat().st_size for file in place.folder("data").file("").iterdir()]
    assert sum(written) > rows().X.to_numpy().nbytes


def test_a_run_that_stores_no_scores_needs_no_test_rows(at):
    place = at()
    place.load()
    about = place.prepare().value
    assert about.rows is None


def test_a_fold_tells_of_its_test_rows_and_writes_the_others(at):
    amount = np.arange(N) * 1.5
    settings = Settings(metrics=METRICS, scores=True)
    place = at(Dataset("mine", lambda: rows(amount=amount), CARD), settings=settings)
    place.load()
    tested = []
    for fold in range(3):
        about = place.prepare(replace(CELL, fold=fold)).value
        test = unpack(about.rows.test)
        assert (unpack(about.rows.y) == rows().y[test]).all()
        assert (unpack(about.rows.amount) == amount[test]).all()
        assert about.rows.train_y is None
        assert about.counts["data"] == (N - POSITIVES, POSITIVES)
        written = read_fold(place.folder(f"fold-{fold}"))
        assert len(written.train.y) == N - len(test)
        assert (written.test.y == rows().y[test]).all()
        tested += test.tolist()
    assert sorted(tested) == list(range(N)), "each row is tested once"


def test_cells_on_several_folders_are_fitted_on_their_own_fold(at):
    class Mean:
        def fit(self, train):
            self.info_ = {"mean": float(train.X[train.y == 1].mean())}
            return self

        def decision_function(self, X):
            return X[:, 0] * self.info_["mean"]

    def fit_many(contexts, trains):
        return [Mean().fit(train) for train in trains]

    place = at(Model("mean", lambda context: Mean(), fit_many=fit_many))
    place.load()
    cells = [replace(CELL, fold=fold, model="mean") for fold in range(3)]
    for cell in cells:
        place.prepare(cell)
    together = place.fit(*reversed(cells)).value
    assert [fitted.result.cell for fitted in together] == cells[::-1]
    for fitted in together:
        (alone,) = place.fit(fitted.result.cell).value
        assert fitted.result.status == alone.result.status == "ok"
        assert fitted.result.info == alone.result.info
        assert fitted.result.metrics == alone.result.metrics
        assert (fitted.result.numerics, alone.result.numerics) == ("grouped", "single")


def test_scores_are_sent_where_they_are_wanted(at):
    assert at().all()[2].scores is None
    *_, fitted = at(settings=Settings(metrics=METRICS, scores=True)).all()
    assert unpack(fitted.scores).shape == (N // 3,)


def test_scores_keep_the_dtype_that_the_model_gave_them(at):
    class Half:
        def __init__(self, kind):
            self.kind = kind

        def fit(self, train):
            return self

        def decision_function(self, X):
            return self.kind(X[:, 0] * 3)

    settings = Settings(metrics=METRICS, scores=True)
    for name, kind, dtype in (
        ("f4", lambda score: score, np.float32),
        ("f8", lambda score: score.astype("f8"), np.float64),
        ("series", lambda score: pd.Series(score), np.float32),
        ("list", lambda score: score.tolist(), np.float64),
    ):
        place = at(Model(name, lambda context, kind=kind: Half(kind)), settings=settings)
        *_, fitted = place.all(replace(CELL, model=name))
        assert fitted.result.status == "ok", fitted.result.reason
        assert unpack(fitted.scores).dtype == dtype


def test_auto_is_a_device_that_is_there_and_one_that_is_not_is_told(at):
    assert at().desk.do(FindDevice("cpu")).value == "cpu"
    answer = at().desk.do(FindDevice("cuda:99"))
    assert (answer.status, answer.value) == ("error", None)
    assert answer.reason.startswith("--device: no device 'cuda:99' here")


# -- what components raise


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("no\nrows"), "error"),
        (SystemExit(3), "error"),
        (GeneratorExit(), "error"),
        (MissingData("fetch it"), "missing-data"),
        (Unsupported("not this"), "unsupported"),
        (UsageError("no such"), "error"),
    ],
)
def test_whatever_a_component_raises_is_a_status_that_names_it(at, error, status):
    def broken(*_):
        raise error

    said = " ".join(str(error).split())
    answer = at(Dataset("mine", broken, CARD)).load()
    assert (answer.status, answer.value) == (status, None)
    assert answer.reason.startswith("dataset 'mine'")
    assert said in answer.reason

    place = at(Split("torn", broken, lambda: 1))
    place.load()
    answer = place.prepare(replace(CELL, split="torn"))
    assert answer.status == status
    assert answer.reason.startswith("split 'torn'")

    for kind, cls in (("strategy", Strategy), ("model", Model)):
        place = at(cls("torn", broken))
        *_, fitted = place.all(replace(CELL, **{kind: "torn"}))
        assert fitted.result.status == status
        assert fitted.result.reason.startswith(f"{kind} 'torn'")
        assert fitted.scores is None


def test_only_the_user_interrupts_in_this_process(at):
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        at(Dataset("mine", interrupted, CARD)).load()


def test_a_desk_goes_on_after_a_failure(at):
    fails = [True]

    def load():
        if fails.pop():
            raise RuntimeError("not yet")
        return rows()

    place = at(Dataset("mine", load, CARD))
    assert place.load().status == "error"
    fails.append(False)
    assert place.load().status == "ok"
    assert place.prepare().status == "ok"


def test_data_that_are_not_as_expected_fail_at_the_border(at):
    answer = at(Dataset("mine", lambda: "rows", CARD)).load()
    assert answer.status == "error"
    assert "expected" in answer.reason


# -- promises


@pytest.mark.parametrize("kind", ["dataset", "split", "strategy", "model"])
def test_other_code_than_was_planned_with_is_refused_naming_both(at, kind):
    place = at()
    place.load()
    place.prepare()
    bound = place.registry.resolve(kind, getattr(CELL, kind))
    other = json.loads(provenance(bound)) | {"provider": ["imbbench", "0.0.9"], "source": "another"}
    promised = ((kind, bound.spec, json.dumps(other, sort_keys=True)),)
    answer = {
        "dataset": lambda: place.load(promise=promised),
        "split": lambda: place.prepare(promise=promised),
    }.get(kind, lambda: place.fit(CELL, promise=promised))()
    assert answer.status == "error"
    assert bound.who in answer.reason
    here = "imbbench 0.1.0" if kind != "dataset" else "a local module"
    assert f"imbbench 0.0.9 -> {here}" in answer.reason
    assert "its code, or that of a module it imports, changed" in answer.reason
    assert "on every worker" in answer.reason


def test_what_was_planned_with_is_done(at):
    place = at()
    with Store.open(None) as store:
        lookup = Lookup(place.registry, store, Settings())
        bounds = lookup.parts(CELL)
        assert place.load(promise=lookup.promise(bounds["dataset"])).status == "ok"
        assert place.prepare(promise=lookup.promise(bounds["dataset"], bounds["split"])).status == "ok"
        assert place.fit(CELL, promise=lookup.promise(*bounds.values())).status == "ok"


def test_a_component_that_is_not_there_is_refused_by_name(at):
    answer = at().load("nowhere")
    assert answer.status == "error"
    assert "no dataset named 'nowhere'" in answer.reason
    answer = at().load(promise=(("model", "sklearn-nothing", "{}"),))
    assert answer.status == "error"
    assert "no model named 'sklearn-nothing'" in answer.reason


# -- notes


def warner(text, value):
    def warn(*arguments):
        warnings.warn(text, UserWarning, stacklevel=2)
        return value(*arguments)

    return warn


def half(data, seed):
    yield np.arange(0, N, 2), np.arange(1, N, 2)
    yield np.arange(1, N, 2), np.arange(0, N, 2)


def test_warnings_of_load_split_strategy_and_model_reach_every_cell(at):
    from sklearn.linear_model import LogisticRegression

    place = at(
        Dataset("mine", warner("from load", rows), CARD),
        Split("noisy", warner("from split", half), lambda: 2),
        Strategy("noisy", warner("from strategy", lambda train, seed: train)),
        Model("noisy", warner("from model", lambda context: LogisticRegression())),
    )
    loaded = place.load()
    assert loaded.notes == ("from load",)
    cells = [
        Cell("mine", "noisy", fold, "standard", strategy, model, 0)
        for fold in range(2)
        for strategy in ("none", "noisy")
        for model in ("sklearn-lr", "noisy")
    ]
    for fold in range(2):
        place.prepare(cells[4 * fold], notes=loaded.notes)
    for cell in cells:
        (fitted,) = place.fit(cell).value
        expected = {"from load", "from split"}
        expected |= {f"from {kind}" for kind in ("strategy", "model") if getattr(cell, kind) == "noisy"}
        assert set(fitted.result.notes) == expected
        assert len(fitted.result.notes) == len(expected), "each once"


def test_warnings_come_with_a_failure(at):
    def broken():
        warnings.warn("half of it is missing", UserWarning, stacklevel=2)
        raise RuntimeError("no rows")

    answer = at(Dataset("mine", broken, CARD)).load()
    assert (answer.status, answer.notes) == ("error", ("half of it is missing",))


# -- metrics from stored scores


@pytest.mark.parametrize(
    "model", ["sklearn-lr", "sklearn-rf[n_estimators=5]", "torch-linear[epochs=1,min_steps=5]"]
)
def test_metrics_from_scores_equal_those_of_the_fit_to_the_last_bit(at, model):
    settings = Settings((0.2, 0.5), METRICS, METRICS, scores=True)
    amount = np.random.default_rng(1).exponential(size=N)
    place = at(
        Dataset("mine", lambda: rows(amount=amount), CARD),
        Metric("money", lambda p: float(p.amount[p.positive].sum()) * p.prevalence),
        settings=replace(settings, metrics=(*METRICS, "money")),
    )
    _, prepared, fitted = place.all(replace(CELL, model=model))
    about, result = prepared.value, fitted.result
    answer = place.desk.do(rescoring(result, ScoreRecord(fitted.scores, about.rows)))
    assert answer.status == "ok", answer.reason
    assert repr(answer.value) == repr(result.metrics)
    assert not any(math.isnan(value) for values in answer.value.values() for value in values.values())


def test_a_careless_metric_fails_alike_and_spoils_no_other(at):
    def careless(predictions):
        predictions.score[:] = 0
        return 0.0

    known = ("careless", *METRICS)
    place = at(Metric("careless", careless), settings=Settings((0.5,), known, METRICS, scores=True))
    _, prepared, fitted = place.all()
    answer = place.desk.do(rescoring(fitted.result, ScoreRecord(fitted.scores, prepared.value.rows)))
    assert repr(answer.value) == repr(fitted.result.metrics)
    assert any("read-only" in note for note in answer.notes)
    assert any("read-only" in note for note in fitted.result.notes)


def test_a_metric_that_was_asked_for_and_fails_is_an_error(at):
    place = at(
        Metric("torn", lambda p: 1 / 0), settings=Settings((0.5,), ("tp", "torn"), ("torn",), scores=True)
    )
    _, prepared, fitted = place.all()
    assert fitted.result.status == "error"
    scores = at(settings=Settings(metrics=METRICS, scores=True)).all()[2].scores
    answer = place.desk.do(rescoring(fitted.result, ScoreRecord(scores, prepared.value.rows)))
    assert (answer.status, answer.reason) == ("error", fitted.result.reason)


# -- what is kept at hand


def test_data_and_splits_are_read_once_for_all_folds_and_again_for_other_data(at, monkeypatch):
    splits = []

    def counted(data, seed):
        splits.append(len(data.y))
        return half(data, seed)

    place = at(Split("counted", counted, lambda: 2))
    place.load()
    for fold in range(2):
        place.prepare(replace(CELL, split="counted", fold=fold))
    assert len(splits) == 1
    place.prepare(replace(CELL, split="counted", fold=1, scale="none"))
    assert len(splits) == 1
    place.prepare(replace(CELL, split="counted", fold=1, random_state=1))
    assert len(splits) == 2
    place.load()
    place.prepare(replace(CELL, split="counted", fold=1, random_state=1))
    assert len(splits) == 3, "the data may be others"


def test_a_component_cannot_change_what_the_next_cell_sees(at):
    def spoil(train, seed):
        X = train.X
        while not X.flags.writeable:
            X = X.base
        X[...] = 0
        return train

    place = at(Strategy("spoils", spoil))
    *_, first = place.all()
    place.fit(replace(CELL, strategy="spoils"))
    (second,) = place.fit(CELL).value
    assert second.result.metrics == first.result.metrics


def test_torch_is_not_imported_where_nothing_needs_it():
    """In a process of its own: this one has it already."""
    import subprocess

    code = (
        "import sys; from imbbench.desk import Desk; from imbbench.plugins import load_plugins\n"
        "from imbbench.orders import FindDevice; from imbbench.settings import Settings\n"
        "assert Desk(load_plugins(), Settings()).do(FindDevice('cpu')).value == 'cpu'\n"
        "print([name for name in ('torch', 'pandas', 'sklearn') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"
