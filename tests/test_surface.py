"""What a decision boundary is drawn from, against plain scikit-learn, and where there is none."""

from __future__ import annotations

import time
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import RegularGridInterpolator
from sklearn.linear_model import LogisticRegression

import imbbench
from imbbench import Card, Data, Dataset, ImbbenchError, Model, SklearnClassifier
from imbbench.arrays import unpack
from imbbench.columns import Columns
from imbbench.fit_scores import FitScores, fit_scores
from imbbench.preprocess import SCALES, fit_preprocessing
from imbbench.surface import MARGIN, SIZE, plane_of, prepared_grid, stored_plane
from tests.conftest import figures
from tests.scalers import PLAIN

N = 240
Y = np.random.default_rng(0).permutation(np.repeat([0, 1], [180, 60]))
X = np.random.default_rng(1).normal(size=(N, 2)) * [9, 0.3] + np.outer(Y, [6, 0.1]) + [170, 7]
NUMBERS = pd.DataFrame(X, columns=["weight", "height"])  # not in the order of the alphabet
KFOLD = "kfold[n_splits=2]"


def data(frame: pd.DataFrame = NUMBERS) -> Dataset:
    return Dataset("mine", lambda: Data(frame, Y), Card("rows", "made here", "none", "none"))


def run(frame, model="sklearn-lr", **options):
    return imbbench.run(data(frame), "none", model, executor="serial", **options)


def the_fit(place, frame=NUMBERS, model="sklearn-lr", **options) -> FitScores:
    """The first fold's only fit."""
    return next(iter(fit_scores(run(frame, model, store=place / "x.sqlite", **options))))


@pytest.fixture(scope="module")
def fits(tmp_path_factory) -> list[FitScores]:
    """Two folds for each scale."""
    path = tmp_path_factory.mktemp("surface") / "x.sqlite"
    return list(fit_scores(run(NUMBERS, scale=SCALES, split=KFOLD, store=path)))


@pytest.fixture(params=SCALES)
def first(request, fits) -> FitScores:
    """That of the first fold with this scale."""
    (found,) = [fit for fit in fits if fit.result.cell.scale == request.param and not fit.result.cell.fold]
    return found


def by_hand(limits) -> np.ndarray:
    axes = (np.linspace(low, high, 64) for low, high in limits)
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def test_the_surface_is_what_plain_scikit_learn_computes_on_that_grid(first):
    test = unpack(first.record.fold.test)
    train = np.setdiff1d(np.arange(N), test)
    low, high = X[test].min(axis=0), X[test].max(axis=0)
    margin = 0.05 * (high - low)
    scaler = PLAIN[first.result.cell.scale]().fit(X[train])
    model = LogisticRegression(C=np.inf, max_iter=1000).fit(scaler.transform(X[train]), Y[train])
    grid = scaler.transform(by_hand(zip(low - margin, high + margin, strict=True)))
    expected = model.decision_function(grid).reshape(64, 64)
    assert (first.surface.dtype, first.surface.shape) == (np.float32, (SIZE, SIZE))
    np.testing.assert_allclose(first.surface, expected, rtol=1e-3, atol=1e-3)


def test_the_plane_is_the_test_part_in_the_units_of_the_data(first):
    plane, test = first.plane, unpack(first.record.fold.test)
    assert plane.axes == ("weight", "height")
    assert plane.points.tobytes() == X[test].tobytes()
    assert plane.size == SIZE
    np.testing.assert_allclose(plane.grid, by_hand([plane.x, plane.y]))


def test_between_its_points_the_surface_says_what_the_scores_of_the_test_part_say(first):
    plane = first.plane
    axes = [np.linspace(*limits, plane.size) for limits in (plane.y, plane.x)]
    between = RegularGridInterpolator(axes, first.surface)(plane.points[:, ::-1])
    np.testing.assert_allclose(between, first.scored.score, atol=0.01)


def test_folds_that_are_not_drawn_have_none(fits):
    others = [fit for fit in fits if fit.result.cell.fold]
    assert len(others) == len(SCALES)
    assert {(fit.plane, fit.surface, fit.record.fold.points) for fit in others} == {(None, None, None)}


def test_no_figure_depends_on_it(fits):
    plain = run(NUMBERS, scale=SCALES, split=KFOLD)  # keeps no scores
    stored = imbbench.Results(tuple(fit.result for fit in fits), {}, (0.5,), (), ())
    assert figures(plain) == figures(stored)


OTHERS = {
    "three features": NUMBERS.assign(age=X[:, 0]),
    "one feature": NUMBERS[["weight"]],
    "a category": NUMBERS[["weight"]].assign(kind=np.where(X[:, 1] > 7, "tall", "small")),
    "a category beside": NUMBERS.assign(kind="one"),
}


@pytest.mark.parametrize("frame", OTHERS.values(), ids=OTHERS)
def test_other_data_have_none(tmp_path, frame):
    fit = the_fit(tmp_path, frame)
    assert (fit.plane, fit.surface) == (None, None)


def test_without_scores_there_is_none(tmp_path):
    results = run(NUMBERS, scores=False, store=tmp_path / "x.sqlite")
    assert list(fit_scores(results)) == []


def test_features_that_a_split_leaves_make_a_plane(tmp_path):
    split = imbbench.Split(
        "two", lambda data, seed: [(np.arange(120), np.arange(120, N))], lambda: 1,
        features=lambda data: ["weight", "height"],
    )  # fmt: skip
    fit = the_fit(tmp_path, OTHERS["a category beside"], split=split)
    assert fit.plane.points.tobytes() == X[120:].tobytes()
    assert fit.surface.shape == (SIZE, SIZE)


# -- models


class Fails(SklearnClassifier):
    """Is slow, loud and wrong on the grid, on nothing else."""

    def decision_function(self, X):
        if len(X) == SIZE**2:
            warnings.warn("points like no row", UserWarning, stacklevel=2)
            time.sleep(0.3)
            raise ValueError("too far out")
        return super().decision_function(X)


def logistic(context):
    return LogisticRegression()


def fit_together(contexts, trains):
    return [SklearnClassifier(LogisticRegression()).fit(train) for train in trains]


def test_a_model_that_fails_on_the_grid_alone_is_ok_and_a_note_says_so(tmp_path):
    failing = the_fit(tmp_path, model=Model("odd", lambda context: Fails(LogisticRegression())))
    assert failing.result.status == "ok", failing.result.reason
    assert failing.result.seconds < 0.3
    (note,) = failing.result.notes
    assert note == "no decision boundary: model 'odd' of plugin 'run()': raised ValueError: too far out"
    assert failing.surface is None
    assert failing.plane.axes == ("weight", "height")


class Slow(SklearnClassifier):
    """Scores 4,096 points in three seconds."""

    def decision_function(self, X):
        time.sleep(len(X) * 3 / SIZE**2)
        return super().decision_function(X)


def test_no_picture_costs_a_cell_its_time_limit(tmp_path):
    slow = the_fit(tmp_path, model=Model("slow", lambda context: Slow(LogisticRegression())))
    (note,) = slow.result.notes
    assert note == "no decision boundary: to score its grid would take 3 s"
    assert slow.surface is None


def test_cells_that_are_fitted_together_have_theirs(tmp_path):
    model = Model("mine", logistic, fit_many=fit_together)
    alone, together = (
        the_fit(tmp_path, model=model, split=KFOLD, group=group, fresh=True) for group in (False, True)
    )
    assert together.result.numerics == "grouped"
    assert together.record.surface == alone.record.surface
    assert together.plane.points.tobytes() == alone.plane.points.tobytes()


def test_fits_within_the_training_part_change_nothing(tmp_path):
    plain = the_fit(tmp_path)
    inner = the_fit(tmp_path, threshold="tuned:f1", fresh=True)
    assert inner.record.inner is not None
    assert inner.record.surface == plain.record.surface


# -- planes


def plane(frame: pd.DataFrame, test=slice(None)):
    return plane_of(Columns.of(frame), np.arange(len(frame))[test])


def test_gaps_are_no_points_and_narrow_no_range(tmp_path):
    frame = NUMBERS.copy()
    frame.loc[::3, "height"] = np.nan
    found = plane(frame)
    assert np.isnan(found.points[::3, 1]).all()
    assert not np.isnan(found.points[:, 0]).any()
    assert found.y[0] < frame.height.min() < frame.height.max() < found.y[1]
    fit = the_fit(tmp_path, frame)
    assert np.isfinite(fit.surface).all()
    assert np.isnan(fit.plane.points).any()


def test_a_feature_without_any_value_has_no_range():
    frame = NUMBERS.assign(height=np.where(np.arange(N) < 10, np.nan, 1.0))
    assert plane(frame, slice(0, 10)) is None
    assert plane(frame, slice(0, 11)) is not None


@pytest.mark.parametrize("value", [0.0, 3.0, -3.0, 1e-300, 1e300])
def test_a_feature_with_one_value_has_a_range_around_it(value):
    low, high = plane(pd.DataFrame({"a": [value] * 3, "b": [1, 2, 3]})).x
    assert low < value < high


def test_booleans_and_whole_numbers_are_numbers(tmp_path):
    found = plane(pd.DataFrame({"a": [True, False], "b": pd.array([1, None], dtype="Int64")}))
    assert found.x == (-MARGIN, 1 + MARGIN)
    np.testing.assert_array_equal(found.points, [[1, 1], [0, np.nan]])
    frame = NUMBERS.assign(height=pd.array(NUMBERS.height > 7, dtype="boolean"))
    assert the_fit(tmp_path, frame).surface.shape == (SIZE, SIZE)


def test_numbers_that_no_grid_can_be_made_of_have_none():
    assert plane(pd.DataFrame({"a": [-1.7e308, 1.7e308], "b": [1, 2]})) is None
    near = pd.DataFrame({"a": [1.0, 3.3e38], "b": [1, 2]})  # the margin is beyond float32
    _, transform = fit_preprocessing(Columns.of(near), np.arange(2), "none")
    assert prepared_grid(plane(near), transform) is None


@pytest.mark.parametrize(("about", "points"), [("{", b""), ('{"axes": 3}', b""), ("[]", b""), (None, b"")])
def test_a_damaged_plane_is_said_to_be(fits, about, points):
    whole = fits[0].record.fold
    damaged = replace(whole, points=points) if about is None else replace(whole, plane=about)
    with pytest.raises(ImbbenchError, match="its file is damaged"):
        stored_plane(damaged)


def test_names_of_axes_are_any_text(tmp_path):
    names = ['<script>"', "größe\n"]
    fit = the_fit(tmp_path, NUMBERS.set_axis(names, axis=1))
    assert fit.plane.axes == tuple(names)
