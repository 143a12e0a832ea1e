"""Strategies and models that look for test rows end as errors, however they go about it."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import threading
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import imbbench
from imbbench.errors import PluginError
from imbbench.fit_scores import fit_scores
from imbbench.folds import HeldOut
from imbbench.seal import Sealed, sealed
from tests import peeking

#: How each of `tests.peeking` ends, in each fold.
REACHED = "it reached for what imbbench holds of the data"
ENDS = {
    "stack": REACHED,
    "quiet-stack": REACHED,
    "collector": "it called gc.get_objects",
    "referrers": "it called gc.get_referrers",
    "fold-file": "X_test.npy",
    "own-file": "table.csv",
    "base": "",
    "logs": "",
}
#: Those that look for what a decision boundary is drawn from.
PLANE = {"grid": REACHED, "points": REACHED, "grid-file": "grid.npy"}


@pytest.fixture
def table(tmp_path, monkeypatch):
    """A dataset that is read from a file."""
    rng = np.random.default_rng(0)
    y = np.arange(120) % 4 == 0
    file = tmp_path / "table.csv"
    pd.DataFrame({"a": rng.normal(size=120) + y, "b": rng.normal(size=120), "y": y * 1}).to_csv(
        file, index=False
    )
    monkeypatch.setenv(peeking.TABLE, str(file))
    return f"csv[path={file},target=y]"


@pytest.mark.parametrize(
    "options", [{"executor": "serial"}, {"jobs": 1}, {"executor": "serial", "group": True}]
)
def test_who_looks_for_test_rows_ends_as_an_error_that_says_how(table, options):
    rows = imbbench.run(
        table, list(ENDS), "plain", split="kfold[n_splits=2]", plugins=["tests.peeking"], **options
    )
    assert len(rows) == 2 * len(ENDS)
    for row in rows:
        strategy, expected = row.cell.strategy, ENDS[row.cell.strategy]
        if not expected:
            assert row.status == "ok", row.reason
            continue
        assert row.status == "error"
        assert row.reason.startswith(
            f"strategy '{strategy}' of plugin 'tests.peeking': it tried to look at rows"
        )
        assert expected in row.reason
    assert {row.numerics for row in rows} == {"grouped" if "group" in options else "single"}


@pytest.mark.parametrize(
    ("which", "options"),
    [
        (PLANE, {"executor": "serial"}),
        (PLANE, {"executor": "serial", "group": True}),
        (PLANE.keys() - {"points"}, {"jobs": 1}),  # which only the process has that runs the others
    ],
)
def test_who_looks_for_the_plane_of_the_test_part_ends_so_too(table, tmp_path, which, options):
    store = tmp_path / "x.sqlite"
    which = ["none", *sorted(which)]
    good, *rows = imbbench.run(table, which, "plain", store=store, plugins=["tests.peeking"], **options)
    for row in rows:
        assert row.status == "error"
        assert "it tried to look at rows of the test part" in row.reason
        assert PLANE[row.cell.strategy] in row.reason
    (fit,) = fit_scores(imbbench.Results((good,), {}, (0.5,), (), (), store=store, runs=(1,)))
    assert fit.plane.axes == ("a", "b")
    assert fit.surface is not None


def test_a_model_is_not_to_look_either(table):
    options = {"executor": "serial", "plugins": ["tests.peeking"]}
    (row,) = imbbench.run(table, "none", "peeking", **options)
    assert row.status == "error"
    assert row.reason.startswith("model 'peeking' of plugin 'tests.peeking': it tried to look at rows")
    rows = imbbench.run(table, "none", "peeking-together", split="kfold", group=True, **options)
    assert {row.numerics for row in rows} == {"single"}, "what fails together is fitted alone"
    assert all(any("table.csv" in note for note in row.notes) for row in rows)


def held_out():
    return HeldOut(np.ones((3, 2), "f4"), np.array([0, 1, 0], "i1"), None)


def test_a_sealed_field_opens_before_and_after():
    held = held_out()
    assert held.X.shape == (3, 2)
    with pytest.raises(PluginError, match="it reached for"), sealed():
        open_it(held)
    assert held.y.tolist() == [0, 1, 0]
    assert held.amount is None
    assert "array" not in repr(held)


def open_it(held):
    return held.X


def hide(held):
    with contextlib.suppress(PluginError):
        open_it(held)


def rename(held):
    try:
        open_it(held)
    except PluginError as error:
        raise ValueError("something else went wrong") from error


@pytest.mark.parametrize("attempt", [open_it, hide, rename])
def test_an_attempt_is_an_error_also_for_who_hides_it(attempt):
    with pytest.raises(PluginError, match="it reached for"), sealed():
        attempt(held_out())


def test_another_error_stays_what_it_is_and_ends_the_seal():
    with pytest.raises(KeyError), sealed():
        raise KeyError
    assert held_out().X.shape == (3, 2)


def test_files_are_known_by_any_of_their_names(tmp_path, monkeypatch):
    file, link = tmp_path / "rows.csv", tmp_path / "link"
    file.write_text("1")
    link.symlink_to(file)
    monkeypatch.chdir(tmp_path)
    for name in (
        file,
        str(file),
        os.fsencode(file),
        "rows.csv",
        link,
        f"{tmp_path}/../{tmp_path.name}/rows.csv",
    ):
        with pytest.raises(PluginError, match=r"it opened .*rows\.csv"), sealed([str(file.resolve())]):
            open(name).close()  # noqa: PTH123
    with sealed([str(file.resolve())]):
        (tmp_path / "rows.csv.txt").write_text("2")
        descriptor = os.open(tmp_path / "other", os.O_CREAT | os.O_RDWR)
        os.fdopen(descriptor).close()
    assert file.read_text() == "1"


def test_other_threads_go_about_their_work():
    held, found = held_out(), []
    with sealed():
        thread = threading.Thread(target=lambda: found.extend([held.X.shape, len(gc.get_objects()) > 0]))
        thread.start()
        thread.join()
    assert found == [(3, 2), True]


def test_no_array_is_an_attribute_of_what_is_sealed():
    held = held_out()
    assert not any(isinstance(value, np.ndarray) for value in vars(held).values())
    with pytest.raises(Exception, match=r"lambda|local"):
        pickle.dumps(held)


def test_sealed_fields_need_their_values():
    @dataclass(frozen=True)
    class Box:
        what: Sealed[int] = Sealed()  # noqa: RUF009
        beside: Sealed[int | None] = Sealed(None)  # noqa: RUF009

    assert (Box(3).what, Box(3).beside, Box(3, 4).beside) == (3, None, 4)
    with pytest.raises(TypeError, match="what"):
        Box()
    with pytest.raises(PluginError, match="it reached for"), sealed():
        _ = Box(3).beside
