from __future__ import annotations

import shutil

import pytest

from imbbench.plan import Grid, plan
from imbbench.room import check_room
from imbbench.store_schema import StoreError


def cells(registry, dataset, states=1):
    grids = [Grid((dataset,), random_state=state) for state in range(states)]
    return plan(registry, grids)


def test_a_small_run_says_nothing(registry, tmp_path):
    check_room(tmp_path / "s.sqlite", registry, cells(registry, "moons"), scores=True)


def test_much_is_said_and_not_without_scores(registry, tmp_path):
    many = cells(registry, "creditcard", 200)
    with pytest.warns(UserWarning, match=r"writes up to 2\.2 GB to .*--no-scores stores figures only"):
        check_room(tmp_path / "s.sqlite", registry, many, scores=True)
    check_room(tmp_path / "s.sqlite", registry, many, scores=False)
    with pytest.warns(UserWarning, match=r"writes up to 7\.3 GB"):
        check_room(tmp_path / "s.sqlite", registry, many, scores=True, inner=True)


def test_more_than_is_free_is_refused_before_anything_runs(registry, tmp_path):
    free = shutil.disk_usage(tmp_path).free
    needed = free // (10**6 * 0.3 * 8) + 100
    huge = cells(registry, f"moons[n_samples={10**6 * 100}]")
    many = huge * int(needed // (len(huge) * 100) + 1)
    with pytest.raises(StoreError, match=r"GB are free there"):
        check_room(tmp_path / "s.sqlite", registry, many, scores=True)
