"""The page's data: figures of the tables, and pictures from which the harness's own counts can be read."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit
from sklearn.metrics import roc_auc_score

from imbbench import Card, Data, Dataset, Predictions, Strategy, run
from imbbench.builtin.calibration_metrics import ece
from imbbench.compared import joined
from imbbench.fit_scores import fit_scores
from imbbench.page.boundary import plane_data, surface_data
from imbbench.page.data import page_data
from imbbench.page.drawn import drawn, grid_of
from imbbench.page.evidence import comparison_of
from imbbench.page.summary import summary_of
from imbbench.palette import styles
from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.scoring import Scored
from imbbench.surface import Plane
from imbbench.tabulation import tables

GRID = grid_of([0.5, "prior 0.123456"])
CUTS = logit(GRID)


def counts(picture, place):
    """(tn, fp, fn, tp) at the grid's threshold of this number, as the page computes them."""
    called = np.cumsum(picture["at"]) > place
    fp, tp = (int(np.sum(np.array(picture[name], dtype=int)[called])) for name in ("neg", "pos"))
    return picture["n0"] - fp, fp, picture["n1"] - tp, tp


def data_of(results):
    return page_data(results, comparison_of(results))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two strategies and two models on two folds, with two seeds, which matter to the forest only; at two
    thresholds, also calibrated."""
    return run(
        "moons[n_samples=600]", ["none", "class_weight"], ["sklearn-lr", "sklearn-rf[n_estimators=5]"],
        split="kfold[n_splits=2]", seeds=2, threshold=[0.3, 0.5], calibrate=["none", "prior"],
        store=tmp_path_factory.mktemp("page") / "results.sqlite", executor="serial",
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(results):
    """What the page reads: through JSON."""
    return json.loads(json.dumps(data_of(results), allow_nan=False))


def test_the_grid():
    assert list(GRID) == sorted({*GRID})
    assert len(GRID) == 999 + 18 + 1
    assert {0.001, 0.3, 0.999, 1e-6, 0.0005, 0.9995, 0.999999, 0.123456} < {*GRID}
    assert grid_of(["tuned:f1"]) == grid_of([0.5])


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.sampled_from(range(len(GRID))).map(CUTS.__getitem__)
            | st.sampled_from([-800.0, 800.0, 0.0])
            | st.floats(-40, 40),
            st.integers(1, 3),
        ),
        min_size=1,
        max_size=40,
    )
)
@settings(max_examples=30, deadline=None)
def test_every_threshold_of_the_grid_has_the_counts_of_the_harness(rows):
    """Also where scores are exactly at a threshold, tied, or as far away as they get."""
    repeats = [times for *_, times in rows]
    y = np.repeat([label for label, *_ in rows], repeats).astype("int8")
    p = Predictions(y, np.repeat([score for _, score, _ in rows], repeats).astype(float))
    picture = drawn(p, CUTS)
    for place, threshold in enumerate(GRID):
        assert counts(picture, place) == replace(p, threshold=threshold).counts


@given(st.integers(0, 2**32 - 1), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_bins_of_the_reliability_diagram_are_those_of_ece(seed, digits):
    rng = np.random.default_rng(seed)
    y = (rng.random(300) < 0.2).astype("int8")
    p = Predictions(y, np.round(rng.normal(y * 2.0 - 2), digits))
    bins = drawn(p, CUTS)["bins"]
    assert sum(rows for *_, rows in bins) == 300
    assert all(rows > 0 for *_, rows in bins)
    error = sum(abs(mean - share) * rows for mean, share, rows in bins) / 300
    assert error == pytest.approx(ece(p), abs=2e-6)


def test_scores_beyond_the_histogram_are_in_its_ends():
    y = np.array([0, 0, 0, 1, 1, 1], dtype="int8")
    negatives, positives = drawn(Predictions(y, np.array([-800.0, -15.0, -0.1, 0.0, 14.9, 800.0])), CUTS)[
        "hist"
    ]
    assert {place: number for place, number in enumerate(negatives) if number} == {0: 2, 29: 1}
    assert {place: number for place, number in enumerate(positives) if number} == {30: 1, 59: 2}


@pytest.mark.parametrize("label", [0, 1])
def test_one_class(label):
    picture = drawn(Predictions(np.full(3, label, dtype="int8"), np.array([-1.0, 0.0, 2.0])), CUTS)
    assert (picture["n0"], picture["n1"]) == ((3, 0), (0, 3))[label]
    assert (sum(picture["fp"]), sum(picture["tp"])) == ((3, 0), (0, 3))[label]
    json.dumps(picture, allow_nan=False)


def test_curves_are_those_of_scikit_learn(results, data):
    """The area under the thinned curve is the whole one's."""
    (protocol,) = data["protocols"]
    areas = {}
    for fit in protocol["fits"]:
        for fold in fit["folds"]:
            fp, tp = np.cumsum(fold["fp"]) / fold["n0"], np.cumsum(fold["tp"]) / fold["n1"]
            where = fit["strategy"], fit["model"], fit["calibrate"], fold["fold"], fold["seed"]
            areas[where] = np.trapezoid(tp, fp)
    for fit in fit_scores(results):
        cell, p = fit.result.cell, fit.predictions()
        model = cell.model.partition("[")[0]
        if model != "sklearn-lr" or cell.seed == 0:
            expected = pytest.approx(roc_auc_score(p.y, p.score), abs=1e-3)
            assert areas[cell.strategy, model, "none", cell.fold, cell.seed] == expected


def test_boundaries_are_the_stored_surfaces_of_the_first_fold(results, data):
    (protocol,) = data["protocols"]
    plane = protocol["plane"]
    surfaces = {(fit["model"], fit["strategy"]): fit["surface"] for fit in protocol["fits"] if fit["surface"]}
    assert len(surfaces) == 4
    assert all(fit["surface"] is None for fit in protocol["fits"] if fit["calibrate"] != "none")
    for fit in fit_scores(results):
        cell = fit.result.cell
        if cell.fold == cell.seed == 0:
            hundredths = np.cumsum(surfaces[cell.model.partition("[")[0], cell.strategy])
            levels = np.reshape(hundredths, (plane["size"],) * 2)
            expected = np.clip(fit.surface, logit(1e-6) - 0.5, logit(1 - 1e-6) + 0.5)
            np.testing.assert_allclose(levels / 100, expected, atol=0.005 + 1e-6)
            assert (plane["axes"], plane["x"], plane["y"]) == (
                [*fit.plane.axes], [*fit.plane.x], [*fit.plane.y],
            )  # fmt: skip
            assert plane["of"] == len(plane["points"]) == 300
            points = np.array(sorted(map(tuple, plane["points"])))
            whole = np.array(sorted(map(tuple, np.column_stack([fit.plane.points, fit.scored.y]))))
            np.testing.assert_allclose(points[:, 2].sum(), whole[:, 2].sum())
            np.testing.assert_allclose(points[:, 0], whole[:, 0], atol=1e-3)


def test_boundaries_on_another_test_part_are_left_out(tmp_path):
    """Runs of one protocol may be joined whose data have changed in between."""
    X = np.random.default_rng(0).normal(size=(100, 2))
    runs = []
    for columns, strategy in ((X, "none"), (X[:, ::-1], "class_weight")):
        frame = pd.DataFrame(columns, columns=["a", "b"])
        told = Card("rows", "made here", "none", "none")
        data = Dataset("mine", lambda frame=frame: Data(frame, (X[:, 0] > 1).astype(int)), told)
        store = tmp_path / "results.sqlite"
        runs.append(run(data, strategy, "sklearn-lr", executor="serial", memory_limit=None, store=store))
    (protocol,) = data_of(joined(runs))["protocols"]
    assert [(fit["strategy"], bool(fit["surface"])) for fit in protocol["fits"]] == [
        ("none", True), ("class_weight", False),
    ]  # fmt: skip
    said = "no boundary of class_weight with sklearn-lr: its test part is another one"
    assert said in protocol["notes"]


def test_surfaces_go_beyond_every_threshold():
    cuts = logit(np.array(grid_of([1e-9])))
    levels = (
        np.cumsum(surface_data(SimpleNamespace(surface=np.array([[-800.0, -20.0], [0.0, 800.0]])), cuts))
        / 100
    )
    assert levels[0] < cuts[0] < levels[1] == -20
    assert levels[3] > cuts[-1]


@dataclass(frozen=True)
class Fit:
    """A fit on a plane, without a model."""

    plane: Plane | None
    scored: Scored
    surface: None = None


@pytest.mark.parametrize(
    ("negatives", "positives", "shown"),
    [(900, 100, (900, 100)), (5_000, 30, (970, 30)), (5_000, 700, (500, 500)), (100, 5_000, (100, 900))],
)
def test_of_many_points_the_rare_ones_are_drawn(negatives, positives, shown):
    rng = np.random.default_rng(0)
    points = rng.normal(size=(negatives + positives, 2)) * [1e-3, 1] + [1e6, 0]
    plane = Plane(("a", "b"), (1e6 - 0.01, 1e6 + 0.01), (-5.0, 5.0), points)
    y = np.repeat([0, 1], [negatives, positives]).astype("int8")
    found = plane_data(Fit(plane, Scored(y, np.zeros(len(y)))))
    assert found["of"] == negatives + positives
    labels = [label for *_, label in found["points"]]
    assert (labels.count(0), labels.count(1)) == shown
    assert len({x for x, *_ in found["points"]}) > 200  # they lie far from 0, close together


def test_points_without_a_value_have_no_place():
    points = np.array([[0.0, 1.0], [np.nan, 1.0], [2.0, 0.5]])
    plane = Plane(("a", "b"), (-0.1, 2.1), (0.4, 1.1), points)
    found = plane_data(Fit(plane, Scored(np.array([0, 1, 1], dtype="int8"), np.zeros(3))))
    assert found["points"] == [[0.0, 1.0, 0], [2.0, 0.5, 1]]
    assert plane_data(Fit(None, Scored(np.zeros(1), np.zeros(1)))) is None


def test_rows_are_the_lines_of_the_tables(results, data):
    (protocol,), (table,) = data["protocols"], tables(results)
    assert (protocol["title"], protocol["caption"]) == (table.title, list(table.caption))
    headings = {metric["heading"]: metric["name"] for metric in data["metrics"]}
    assert len(protocol["rows"]) == len(table.rows) == 2 * 2 * 4
    for row, line in zip(protocol["rows"], table.rows, strict=True):
        assert [row["strategy"], row["model"], row["reading"]] == [entry.text for entry in line[:3]]
        assert row["status"] == line[-1].text
        assert row["seconds"] == float(line[-2].text)
        assert row["remarks"] == [table.footnotes[mark - 1] for mark in line[-1].marks]
        for column, entry in list(zip(table.columns, line, strict=True))[3:-2]:
            found = row["figures"][headings[column.heading]]
            assert found[1:] == [entry.text, entry.spread, entry.interval, entry.best]
            assert found[0] == (None if entry.text == "–" else float(entry.text))


def test_all_metrics_with_a_figure_are_there_and_those_of_the_tables_are_shown(results, data):
    without_amounts = {"amount_cost", "savings"}
    assert {metric["name"] for metric in data["metrics"]} == {*results[0].metrics[0.5]} - without_amounts
    assert data["columns"] == list(results.columns)
    about = {metric["name"]: metric for metric in data["metrics"]}
    assert about["average_precision"] == {
        "name": "average_precision", "heading": "PR AUC", "better": "higher",
    }  # fmt: skip
    assert [about[name]["better"] for name in ("fp", "threshold_used")] == ["lower", None]


def test_counts_of_the_pictures_are_those_of_the_rows(data):
    """At both thresholds, as they are and calibrated: over seeds a mean, over folds a sum."""
    (protocol,) = data["protocols"]
    assert data["grid"][data["start"]] == 0.3
    checked = 0
    for row in protocol["rows"]:
        calibrate, _, threshold = row["reading"].rpartition(" ")
        wanted = row["strategy"], row["model"], calibrate or "none"
        (fit,) = (
            fit for fit in protocol["fits"] if (fit["strategy"], fit["model"], fit["calibrate"]) == wanted
        )
        folds: dict[int, list[tuple[int, ...]]] = {}
        for fold in fit["folds"]:
            folds.setdefault(fold["fold"], []).append(counts(fold, data["grid"].index(float(threshold))))
        total = np.sum([np.mean(seeds, axis=0) for seeds in folds.values()], axis=0)
        assert list(total) == [row["figures"][name][0] for name in ("tn", "fp", "fn", "tp")]
        checked += 1
    assert checked == 16


def test_a_fit_that_no_seed_changes_is_drawn_once(data):
    (protocol,) = data["protocols"]
    drawn_folds = {
        fit["model"]: [(fold["fold"], fold["seed"]) for fold in fit["folds"]] for fit in protocol["fits"]
    }
    assert drawn_folds == {"sklearn-lr": [(0, 0), (1, 0)], "sklearn-rf": [(0, 0), (0, 1), (1, 0), (1, 1)]}


def test_legends_have_the_figures_of_the_tables(data):
    (protocol,) = data["protocols"]
    for fit in protocol["fits"]:
        reading = "0.3" if fit["calibrate"] == "none" else "prior 0.3"
        (row,) = (
            row
            for row in protocol["rows"]
            if (row["strategy"], row["model"], row["reading"]) == (fit["strategy"], fit["model"], reading)
        )
        for name, text in fit["figure"].items():
            _, figure, spread, *_ = row["figures"][name]
            assert text == f"{figure} ± {spread}"


def test_slots_are_the_strategies_styles(data):
    (protocol,) = data["protocols"]
    known = styles(["none", "class_weight"])
    for row in protocol["rows"] + protocol["fits"]:
        style = known[row["strategy"]]
        assert data["styles"][row["slot"]] == [style.light, style.dark, list(style.dash)]


def made(*rows, **more):
    return Results(rows, {}, (0.5,), ("recall", "average_precision"), **more)


def row(strategy="none", model="lr", fold=0, status="ok", dataset="moons", **more):
    cell = Cell(dataset, "holdout", fold, "standard", strategy, model, 0)
    figures = {0.5: {"recall": more.pop("recall", 0.5), "average_precision": more.pop("area", 0.5)}}
    counts = {"train": (90, 10), "test": (45, 5)}
    return Result(cell, status, metrics=figures if status == "ok" else {}, counts=counts, **more)


def test_rows_without_a_store_have_no_pictures_and_say_so():
    (protocol,) = data_of(made(row(), row("undersample", status="error", reason="no such thing")))[
        "protocols"
    ]
    assert protocol["fits"] == []
    assert protocol["notes"] == ["no pictures of none with lr: of 1 of 1 fits no scores are stored"]
    ok, failed = protocol["rows"]
    assert ok["figures"]["recall"] == [0.5, "0.5000", "", "", 0]
    assert failed["figures"]["recall"] == [None, "–", "", "", 0]
    assert (failed["status"], failed["seconds"]) == ("error", None)
    assert failed["remarks"] == ["error: no such thing"]


def test_what_was_not_stored_is_not_drawn(results):
    """Some of the folds would have other counts than the table."""
    first = results[0]
    other = replace(first, cell=replace(first.cell, fold=2))
    (protocol,) = data_of(replace(results, rows=(*results, other)))["protocols"]
    drawn_pairs = {(fit["strategy"], fit["model"]) for fit in protocol["fits"]}
    assert drawn_pairs == {
        ("none", "sklearn-rf"),
        ("class_weight", "sklearn-lr"),
        ("class_weight", "sklearn-rf"),
    }
    assert protocol["notes"][-1] == "no pictures of none with sklearn-lr: of 1 of 3 fits no scores are stored"


def hinge(train, seed):
    return replace(train, loss=lambda logits, y: (1 - (2 * y - 1) * logits).relu())


def test_what_cannot_be_calibrated_so_is_left_out(tmp_path):
    """A loss moves log-odds by no constant, so that prior has nothing to undo."""
    found = run(
        "moons[n_samples=200]", ["none", Strategy("hinge", hinge)], "torch-linear[epochs=1]",
        calibrate="prior", store=tmp_path / "results.sqlite", executor="serial",
    )  # fmt: skip
    (protocol,) = data_of(found)["protocols"]
    assert [(fit["strategy"], fit["calibrate"]) for fit in protocol["fits"]] == [("none", "prior")]


def test_mean_ranks_over_data_sets():
    """Named as in the comparison; without a critical difference where data sets are too few."""
    areas = {"none": 0.4, "class_weight": 0.6, "undersample": 0.5}
    rows = [
        row(
            name,
            fold=fold,
            dataset=f"data{number}",
            area=area + fold / 100,
            hashes={"test": f"{number}{fold}"},
        )
        for number in range(7)
        for name, area in areas.items()
        for fold in range(2)
    ]
    (ranking,) = data_of(made(*rows))["rankings"]
    assert ranking["title"] == "PR AUC · lr · holdout"
    assert [(name, rank) for name, _, rank in ranking["ranks"]] == [
        ("class_weight", 1.0), ("undersample", 2.0), ("none", 3.0),
    ]  # fmt: skip
    assert ranking["datasets"] == 7
    # Demsar (2006): q of the studentized range at 0.05 for 3 is 2.343
    assert ranking["critical_difference"] == pytest.approx(2.343 * math.sqrt(3 * 4 / (6 * 7)), rel=1e-3)
    few = [one for one in rows if one.cell.dataset in ("data0", "data1")]
    (ranking,) = data_of(made(*few))["rankings"]
    assert (ranking["critical_difference"], ranking["p"]) == (None, None)


def test_a_name_means_the_same_on_the_whole_page():
    rows = [
        row(strategy, dataset=dataset, area=area)
        for dataset, number in (("moons", 1), ("circles", 2))
        for strategy, area in (("none", 0.5), (f"undersample[random_state={number},k=3]", 0.6))
    ]
    data = data_of(made(*rows))
    names = [line["strategy"] for protocol in data["protocols"] for line in protocol["rows"]]
    assert names == ["none", "undersample[random_state=1]", "none", "undersample[random_state=2]"]
    said = summary_of(made(*rows), None)
    for number in (1, 2):
        assert f"undersample[random_state={number}] with lr has the best" in said.best[number - 1]


def test_names_are_cleaned():
    (protocol,) = data_of(made(row("a\x1b[31m\nb", "\x07model")))["protocols"]
    (line,) = protocol["rows"]
    assert (line["strategy"], line["model"]) == ("a [31m b", "model")
