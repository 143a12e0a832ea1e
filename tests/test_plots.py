"""Figures: their lines against plain scikit-learn, their texts against the tables, and who owns them."""

from __future__ import annotations

import io
import shutil
import sqlite3
import sys
import warnings
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from scipy.special import expit, logit
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

import imbbench
from imbbench import (
    Card,
    Data,
    Dataset,
    ImbbenchError,
    MissingDependency,
    Strategy,
    TrainingSet,
    UsageError,
    tables,
)
from imbbench.arrays import pack
from imbbench.palette import styles
from imbbench.plots import KINDS, save
from imbbench.terminal_plot import print_plots
from tests.comparisons import METRIC, folds, row, shifted
from tests.comparisons import run as run_of

Y = np.random.default_rng(0).permutation(np.repeat([0, 1], [240, 60]))
X = np.random.default_rng(1).normal(size=(300, 2)) + np.outer(Y, [1.5, 1])
FRAME = pd.DataFrame(X, columns=["$a$", "_b"])
STRATEGIES = ["none", "$x_1$", "_<b>&amp;</b>"]
FOLDS = "kfold[n_splits=2,random_state=0]"


def half(train: TrainingSet, seed: int) -> TrainingSet:
    """Every other negative."""
    kept = (train.y == 1) | (np.cumsum(train.y == 0) % 2 == 0)
    return TrainingSet(train.X[kept], train.y[kept])


def dataset(name: str, frame: pd.DataFrame) -> Dataset:
    return Dataset(name, lambda: Data(frame, Y, positive="ill $1"), Card("rows", "made here", "none", "none"))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two data sets, one with three features, two folds, three strategies and two models."""
    return imbbench.run(
        [dataset("flat", FRAME), dataset("deep", FRAME.assign(c=X[:, 0] ** 2))],
        ["none", *(Strategy(name, half) for name in STRATEGIES[1:])],
        ["sklearn-lr", "sklearn-rf[n_estimators=5,oob_score=false]"],
        split=FOLDS, calibrate=["none", "prior"], executor="serial", memory_limit=None, jobs=1,
        store=tmp_path_factory.mktemp("plots") / "results.sqlite",
    )  # fmt: skip


@pytest.fixture(scope="module")
def plain():
    """(y, log-odds, fitted pipeline) of each fold's test part: logistic regression without imbbench."""
    fits = []
    for train, test in StratifiedKFold(2, shuffle=True, random_state=0).split(X, Y):
        scaler = StandardScaler().fit(X[train])
        prepared = scaler.transform(X).astype(np.float32).astype(np.float64)
        with warnings.catch_warnings():  # scikit-learn 1.8 warns of C=inf
            warnings.simplefilter("ignore")
            model = LogisticRegression(C=np.inf, max_iter=1000).fit(prepared[train], Y[train])
        fits.append((Y[test], model.decision_function(prepared[test]), (scaler, model)))
    return fits


@pytest.fixture(autouse=True)
def _figures(monkeypatch):
    """Figures are closed behind a test; none pops up."""
    plt.switch_backend("agg")
    yield
    plt.close("all")


def panel(results, kind, **options) -> Axes:
    """The panel of one strategy with logistic regression on the data set with two features."""
    return results.plot(kind, **{"dataset": "flat", "strategy": "none", "model": "sklearn-lr", **options})


def fit_lines(ax: Axes):
    return [line for line in ax.lines if to_hex(line.get_color()) == styles(["none"])["none"].light]


def test_precision_recall_curves_are_those_of_scikit_learn(results, plain):
    ax = panel(results, "pr")
    lines = fit_lines(ax)
    assert len(lines) == 2
    for line, (y, score, _) in zip(lines, plain, strict=True):
        precision, recall, _ = precision_recall_curve(y, score, drop_intermediate=True)
        np.testing.assert_allclose(line.get_xydata(), np.column_stack([recall, precision]), rtol=1e-12)
        assert line.get_drawstyle() == "steps-post"
        area = -np.sum(np.diff(line.get_xdata()) * line.get_ydata()[:-1])  # nothing is lost
        assert area == pytest.approx(average_precision_score(y, score), rel=1e-12)
    (chance,) = [line for line in ax.lines if line.get_label().startswith("Chance")]
    assert {*chance.get_ydata()} == {0.2}
    assert (ax.get_xlabel(), ax.get_ylabel()) == (
        r"Recall (Positive label: ill \$1)", r"Precision (Positive label: ill \$1)",
    )  # fmt: skip


def test_roc_curves_are_those_of_scikit_learn(results, plain):
    ax = panel(results, "roc")
    for line, (y, score, _) in zip(fit_lines(ax), plain, strict=True):
        fpr, tpr, _ = roc_curve(y, score)
        np.testing.assert_allclose(line.get_xydata(), np.column_stack([fpr, tpr]), rtol=1e-12)
        area = np.trapezoid(line.get_ydata(), line.get_xdata())
        assert area == pytest.approx(roc_auc_score(y, score), rel=1e-12)
    assert [(0, 0), (1, 1)] in [[tuple(point) for point in line.get_xydata()] for line in ax.lines]


def test_reliability_diagrams_are_those_of_scikit_learn(results, plain):
    lines = fit_lines(panel(results, "calibration"))
    for line, (y, score, _) in zip(lines, plain, strict=True):
        true, predicted = calibration_curve(y, expit(score), n_bins=15, strategy="quantile")
        np.testing.assert_allclose(line.get_xydata(), np.column_stack([predicted, true]), rtol=1e-6)


def test_calibrated_scores_are_drawn(results):
    """prior moves all log-odds by as much as the strategy has moved them: half of the negatives are gone."""
    one, other = (
        panel(results, "calibration", strategy="$x_1$", calibrate=way).lines[1] for way in ("none", "prior")
    )
    moved = logit(one.get_xdata()) - logit(other.get_xdata())
    np.testing.assert_allclose(moved, np.log(2), atol=0.1)  # means of probabilities move nearly so


def test_distributions_of_scores_are_densities(results, plain):
    ax = panel(results, "scores", ax=plt.figure().subplots())
    edges = np.linspace(-15, 15, 61)
    drawn = [patch.get_xy() for patch in ax.patches]
    expected = [(sign, score[y == label]) for y, score, _ in plain for label, sign in ((0, -1), (1, 1))]
    for points, (sign, score) in zip(drawn, expected, strict=True):
        density, _ = np.histogram(score, edges, density=True)
        x, y = points.T
        assert np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]) == pytest.approx(-2 * sign)  # twice its area
        assert sign * y[np.abs(y).argmax()] == pytest.approx(density.max())
        assert x[np.abs(y).argmax()] == pytest.approx(edges[density.argmax()])
    ticks = dict(zip((tick.get_text() for tick in ax.get_xticklabels()), ax.get_xticks(), strict=True))
    assert ticks["0.5"] == 0
    assert ticks["0.01"] == pytest.approx(logit(0.01))


def test_boundaries_are_where_the_model_crosses_the_threshold(results, plain):
    at = replace(results, thresholds=("tuned:f1", 0.3))
    ax = panel(at, "boundary")
    _, _, (scaler, model) = plain[0]
    filled, line = ax.collections
    (path,) = line.get_paths()
    there = model.predict_proba(scaler.transform(path.vertices))[:, 1]
    np.testing.assert_allclose(there, 0.3, atol=1e-4)
    assert len(path.vertices) > 30
    assert (filled.get_array().min(), filled.get_array().max()) == pytest.approx((0.05, 0.95))
    negatives, positives = ([tuple(point) for point in line.get_xydata()] for line in ax.lines)
    _, test = next(StratifiedKFold(2, shuffle=True, random_state=0).split(X, Y))
    assert positives == [tuple(point) for point in X[test][Y[test] == 1]]
    assert negatives == [tuple(point) for point in X[test][Y[test] == 0]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == (r"\$a\$", "_b")
    assert ax.get_title().endswith("fold 0\nnone · sklearn-lr")


def test_boundaries_are_of_the_first_fold(results):
    rows = [replace(r, status="error", reason="no") if r.cell.fold == 0 else r for r in results]
    with pytest.raises(ImbbenchError, match=r"error: no; .*: only fold 0 is drawn, and it has no figures$"):
        panel(replace(results, rows=tuple(rows)), "boundary")


def test_data_of_three_features_have_no_boundary(results):
    with pytest.warns(UserWarning, match=r"deep.* none with sklearn-lr, .* its features are not two numbers"):
        axes = results.plot("boundary")
    assert axes.shape == (3, 2)  # strategies x models, of the other data set
    with pytest.raises(ImbbenchError, match=r"nothing to draw; not drawn of deep .*not two numbers.*--fresh"):
        results.plot("boundary", dataset="deep")


def test_cells_of_an_older_store_have_no_boundary(results, tmp_path):
    path = tmp_path / "old.sqlite"
    shutil.copy(results.store, path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE scores SET surface = NULL")
    db.close()
    with pytest.raises(
        ImbbenchError, match=r"or an older imbbench fitted it .imbbench run --fresh fits it anew"
    ):
        panel(replace(results, store=path), "boundary")


def column(results, metric):
    """(title, strategy, model) -> entry of the tables."""
    return {
        (table.title, entries[0].text, entries[1].text): entries[-3]
        for table in tables(replace(results, columns=(metric,), thresholds=(0.5,)))
        for entries in table.rows
    }


@pytest.mark.parametrize(("kind", "metric"), [("pr", METRIC), ("roc", "roc_auc"), ("calibration", "ece")])
def test_legends_have_the_figures_of_the_tables_and_the_colours_of_the_palette(results, kind, metric):
    names = {"pr": "AP", "roc": "AUC", "calibration": "ECE"}
    axes = results.plot(kind)
    assert axes.shape == (2, 2)
    known, told = styles(STRATEGIES), column(results, metric)
    assert len(told) == 12
    for title, model, ax in zip(
        [f"{name} · {FOLDS}" for name in ("flat", "deep") for _ in range(2)], ["sklearn-lr", "sklearn-rf"] * 2, axes.flat,
        strict=True,
    ):  # fmt: skip
        legend = ax.get_legend()
        texts = [text.get_text().replace("\\$", "$").replace("\n", " ") for text in legend.get_texts()]
        assert texts[:3] == [f"{name} ({names[kind]} = {told[title, name, model]})" for name in STRATEGIES]
        assert len(texts) == 4
        for handle, name in zip(legend.legend_handles, STRATEGIES, strict=False):
            assert to_hex(handle.get_color()) == known[name].light
            assert handle.is_dashed() == bool(known[name].dash)


def test_a_strategy_looks_the_same_whatever_is_chosen(results):
    few = results.plot("pr", dataset="flat", model="sklearn-lr", strategy="_*")
    (handle, _) = few.get_legend().legend_handles
    drawn = to_hex(handle.get_color())
    assert drawn == styles(STRATEGIES)[STRATEGIES[2]].light
    assert drawn != styles(STRATEGIES[2:])[STRATEGIES[2]].light  # what the chosen ones alone would have


def luminance(colour) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def test_heatmaps_have_the_figures_of_the_tables(results):
    for metric in (METRIC, "ece"):
        axes = results.plot("heatmap", metric=metric)
        assert axes.shape == (2, 1)
        told = column(results, metric)
        for title, ax in zip((f"flat · {FOLDS}", f"deep · {FOLDS}"), axes.flat, strict=True):
            entries = [
                told[title, name, model] for name in STRATEGIES for model in ("sklearn-lr", "sklearn-rf")
            ]
            assert [text.get_text() for text in ax.texts] == [f"{e.text}\n± {e.spread}" for e in entries]
            assert [text.get_weight() == "bold" for text in ax.texts] == [entry.best for entry in entries]
            assert [tick.get_text() for tick in ax.get_yticklabels()] == ["none", r"\$x_1\$", STRATEGIES[2]]
            mesh = ax.collections[0]
            colours = mesh.cmap(mesh.norm(mesh.get_array()))
            for text, ground in zip(ax.texts, colours.reshape(-1, 4), strict=True):
                light, dark = sorted((luminance(text.get_color()), luminance(ground[:3])))[::-1]
                assert (light + 0.05) / (dark + 0.05) > 4.5
            brightest = max(range(6), key=lambda place: luminance(colours.reshape(-1, 4)[place][:3]))
            values = [float(entry.text) for entry in entries]
            assert values[brightest] == (max(values) if metric == METRIC else min(values))


def test_heatmaps_need_no_scores_and_show_what_is_missing():
    known = [
        *folds({"a": {"none": [0.1], "b": [0.3]}}),
        row("a", "b", 0, {}, status="error", reason="no", model="rf"),
    ]
    with pytest.warns(UserWarning, match="not drawn of a · kfold: b with rf: error: no"):
        ax = run_of(known).plot("heatmap")
    assert [text.get_text() for text in ax.texts] == ["0.1000", "0.3000", "–"]


def test_several_metrics_stand_side_by_side(results):
    axes = results.plot("heatmap", metric="f1,recall", calibrate="prior", dataset="flat")
    assert axes.shape == (1, 2)
    assert [ax.get_title().splitlines()[-1] for ax in axes.flat] == ["f1 at prior 0.5", "recall at prior 0.5"]


def test_a_run_is_drawn_as_it_was_calibrated(results):
    """By default in its first way, which titles name; boundaries are of scores as they are."""
    only = replace(results, thresholds=("prior 0.3",))
    one, other = panel(only, "calibration"), panel(results, "calibration", calibrate="prior")
    assert one.get_title() == other.get_title()
    assert one.get_title().endswith("\nsklearn-lr · prior")
    for drawn, line in zip(fit_lines(one), fit_lines(other), strict=True):
        np.testing.assert_array_equal(drawn.get_xydata(), line.get_xydata())
    known = replace(only, rows=tuple(replace(r, metrics={"prior 0.3": r.metrics["prior 0.5"]}) for r in only))
    assert panel(known, "heatmap", metric="f1").get_title().endswith("f1 at prior 0.3")
    (said,) = (
        t.get_text() for t in panel(only, "boundary").get_legend().texts if "threshold" in t.get_text()
    )
    assert said == "threshold 0.3 of scores as they are"


def test_a_test_part_of_one_class_has_no_curve(results, tmp_path):
    path = tmp_path / "one.sqlite"
    shutil.copy(results.store, path)
    with sqlite3.connect(path) as db:
        ((least,),) = db.execute("SELECT min(test_rows) FROM cells WHERE dataset = 'flat'")
        db.execute("UPDATE folds SET y = ? WHERE id = ?", (pack(np.zeros(150, np.int8)), least))
    db.close()
    for kind in ("pr", "roc"):
        with pytest.warns(UserWarning, match="none with sklearn-lr: its test part has one class") as warned:
            ax = panel(replace(results, store=path), kind)
        assert len(warned) == len(fit_lines(ax)) == 1
    out = io.StringIO()
    flat = replace(results, rows=tuple(r for r in results if r.cell.dataset == "flat" and not r.cell.fold))
    with pytest.raises(ImbbenchError, match=r"nothing to draw; .*its test part has one class"):
        print_plots(replace(flat, store=path), "pr", out, styles(STRATEGIES))
    assert out.getvalue() == ""


def test_ranks_say_what_they_lack():
    pytest.importorskip("scikit_posthocs")
    known = shifted(0, datasets=7, a=0.1)
    lost = tuple(
        replace(r, status="error", reason="no", metrics={})
        if r.cell.strategy == "a" and r.cell.dataset == "data0" else r
        for r in known
    )  # fmt: skip
    with pytest.warns(UserWarning, match="not drawn of data0 · kfold: a with lr: error: no"):
        ax = replace(known, rows=lost).plot("ranks")
    assert "6 data sets" in ax.get_title()
    moved = tuple(replace(r, metrics={"prior 0.5": r.metrics[0.5]}) for r in known)
    ax = replace(known, rows=moved, thresholds=("prior 0.5",)).plot("ranks")
    assert ax.get_title().endswith("7 data sets · prior")


def test_ranks_have_the_colours_of_the_palette():
    pytest.importorskip("scikit_posthocs")
    ax = shifted(0, datasets=6, a=0.1, b=-0.1).plot("ranks")
    known = styles(["none", "a", "b"])
    labels = {text.get_text(): to_hex(text.get_color()) for text in ax.texts}
    assert labels["a (1.00)"] == known["a"].light
    assert labels["none (2.00)"] == known["none"].light
    with pytest.raises(UsageError, match="needs 6 data sets"):
        shifted(0, datasets=5, a=0.1).plot("ranks")


def test_names_are_shown_as_they_are(results, tmp_path):
    for kind in ("pr", "heatmap", "boundary"):
        file = tmp_path / f"{kind}.svg"
        save(results, kind, file, dataset="flat")
        texts = [text.text or "" for text in ElementTree.parse(file).iter("{http://www.w3.org/2000/svg}text")]
        for name in STRATEGIES:
            assert any(name in text for text in texts), (kind, name)
        if kind == "boundary":
            assert {"$a$", "_b"} <= {*texts}


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_files_are_written_alike_and_leave_no_trace(results, tmp_path, suffix, begins):
    before, opened = dict(mpl.rcParams), plt.get_fignums()
    files = [tmp_path / f"{number}{suffix}" for number in range(2)]
    for file in files:
        assert save(results, "roc", file, dataset="flat", model="*-lr") == ()
    assert files[0].read_bytes().startswith(begins)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert b"CreationDate" not in files[0].read_bytes()
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == opened


def test_axes_of_the_callers_are_drawn_into(results):
    figure, (ax, other) = plt.subplots(1, 2)
    for kind in ("pr", "roc", "calibration", "scores", "heatmap", "boundary"):
        assert panel(results, kind, ax=ax) is ax
        ax.clear()
    assert not other.has_data()
    with pytest.raises(UsageError, match="ax is of type ndarray; expected one matplotlib Axes"):
        results.plot("pr", ax=np.array([[ax]]))
    with pytest.raises(UsageError, match="2 data sets x 2 models make 4 panels, and ax= has room for one"):
        results.plot("pr", ax=ax)
    assert plt.get_fignums() == [figure.number]


def test_a_new_figure_is_pyplots_own(results):
    before = dict(mpl.rcParams)
    ax = panel(results, "pr")
    assert plt.gcf() is ax.figure
    assert dict(mpl.rcParams) == before


def test_panels_without_a_fit_are_hidden(results):
    rows = tuple(r for r in results if r.cell.dataset == "flat" or r.cell.model == "sklearn-lr")
    axes = replace(results, rows=rows).plot("roc")
    assert [ax.get_visible() for ax in axes.flat] == [True, True, True, False]


def test_rows_that_failed_are_named(results):
    rows = [
        replace(r, status="error", reason="it\nbroke") if r.cell.strategy == "$x_1$" else r for r in results
    ]
    told = r"not drawn of flat · kfold.*: \$x_1\$ with sklearn-lr, \$x_1\$ with sklearn-rf.*: error: it broke"
    with pytest.warns(UserWarning, match=told) as warned:
        ax = replace(results, rows=tuple(rows)).plot("pr", dataset="flat", model="sklearn-*")
    assert warned[0].filename == __file__
    assert len(ax[0, 0].get_legend().get_texts()) == 3


def test_what_cannot_be_drawn_is_said_and_leaves_no_figure(results, tmp_path):
    path = tmp_path / "bare.sqlite"
    bare = imbbench.run(
        dataset("flat", FRAME),
        "none",
        "sklearn-lr",
        executor="serial",
        memory_limit=None,
        store=path,
        scores=False,
    )
    failed = replace(results, rows=tuple(replace(r, status="error", reason="no") for r in results))
    for what, options, message in (
        (bare, {}, "nothing to draw; .*none with sklearn-lr: no scores are stored of it .--no-scores"),
        (replace(results, store=None), {}, "drawn from stored scores, and these results have none"),
        (results, {"calibrate": "platt"}, "nothing to draw; .*platt cannot calibrate it.*--calibrate platt"),
        (failed, {}, "nothing to draw; .*error: no"),
    ):  # fmt: skip
        with pytest.raises(ImbbenchError, match=message):
            what.plot("pr", **options)
    assert plt.get_fignums() == []


def test_more_panels_than_a_figure_has_room_for():
    many = folds({f"data{number}": {"none": [0.5]} for number in range(41)})
    with pytest.raises(
        UsageError, match=r"41 data sets x 1 models make 41 panels, .* room for 40; choose with -d"
    ):
        many.plot("pr")
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("prr", {}, "no plot is named 'prr' .did you mean 'pr'"),
        ("pr", {"metric": "f1"}, "plot pr is of scores, not of a metric"),
        ("boundary", {"calibrate": "prior"}, "plot boundary is of scores as they are"),
        ("heatmap", {"metric": "recal"}, "no row has the metric 'recal' .did you mean 'recall'"),
        (
            "heatmap",
            {"calibrate": "isotonic"},
            "no figures that are calibrated by isotonic; it has those at 0.5, prior",
        ),
        ("pr", {"calibrate": "isotonc"}, "no calibration is named 'isotonc'"),
        ("pr", {"dataset": "flatt"}, "no dataset 'flatt' .did you mean 'flat'..; it has flat, deep"),
        ("pr", {"model": "sklearn-rf[n_estimators=6]"}, "no model 'sklearn-rf.n_estimators=6.'"),
        ("pr", {"strategy": []}, "no cell with all that was chosen"),
    ],
)
def test_mistakes(results, kind, options, message):
    with pytest.raises(UsageError, match=message):
        results.plot(kind, **options)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("chosen", ["sklearn-rf", "*-rf", "sklearn-rf[n_estimators=5]", ["*[oob_score=False]"], "sklearn-rf[oob_score=false,n_estimators=5]"])  # fmt: skip
def test_rows_are_chosen_by_name_by_glob_and_by_parameters(results, chosen):
    ax = results.plot("pr", dataset="flat,flat", strategy="none", model=chosen)
    assert ax.get_title().endswith("sklearn-rf[n_estimators=5,\noob_score=false]")


def test_a_spec_chooses_itself_and_a_glob_all_of_its_name():
    many = run_of([row("a", "none", 0, {METRIC: 0.5}, model=name) for name in ("m", "m[x=1]", "m[x=2]")])
    for chosen, models in (("m", ["m"]), ("m*", ["m", "m[x=1]", "m[x=2]"]), ("m[x=1.0]", ["m[x=1]"])):
        ax = many.plot("heatmap", model=chosen)
        assert [tick.get_text() for tick in ax.get_xticklabels()] == models


@pytest.mark.parametrize(
    ("kind", "module"), [(kind, "matplotlib") for kind in KINDS] + [("ranks", "scikit_posthocs")]
)
def test_a_missing_library_is_named(results, monkeypatch, kind, module):
    monkeypatch.setitem(sys.modules, module, None)  # Python's way to say that there is none
    with pytest.raises(MissingDependency, match=rf"figures need {module}, .*pip install 'imbbench\[plots\]'"):
        results.plot(kind)
