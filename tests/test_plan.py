from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from imbbench.errors import NothingSelected, UsageError
from imbbench.plan import Grid, plan


def test_all_is_48_cells(registry):
    cells = plan(registry, [Grid()])
    assert len(cells) == len(set(cells)) == 3 * 4 * 4


def test_folds_multiply_and_stand_together(registry):
    grid = Grid(
        ("moons", "circles"),
        ("kfold[n_splits=3,n_repeats=2]", "holdout"),
        strategy=("none",),
        model=("torch-*",),
    )
    cells = plan(registry, [grid])
    assert len(cells) == 2 * (6 + 1) * 2
    assert [cell.fold for cell in cells[:6]] == [0, 0, 1, 1, 2, 2]
    assert [cell.dataset for cell in cells] == ["moons"] * 14 + ["circles"] * 14


def test_the_union_of_grids_has_each_cell_once_and_regroups_them(registry):
    one = Grid(("moons",), strategy=("none",), model=("sklearn-lr",))
    two = Grid(("circles",), strategy=("none",), model=("sklearn-lr",))
    three = Grid(("moons",), strategy=("none", "class_weight"), model=("sklearn-lr",))
    cells = plan(registry, [one, two, three])
    assert [(cell.dataset, cell.strategy) for cell in cells] == [
        ("moons", "none"), ("moons", "class_weight"), ("circles", "none"),
    ]  # fmt: skip


def test_seeds_multiply_cells_and_stand_together(registry):
    grid = Grid(("moons",), ("kfold[n_splits=2]",), strategy=("none",), model=("sklearn-*",))
    once = plan(registry, [grid])
    cells = plan(registry, [replace(grid, seeds=3)])
    assert [replace(cell, seed=0) for cell in cells] == [cell for cell in once for _ in range(3)]
    assert [cell.seed for cell in cells] == [0, 1, 2] * len(once)
    assert set(plan(registry, [grid, replace(grid, seeds=2)])) == {cell for cell in cells if cell.seed < 2}


@pytest.mark.parametrize("seeds", [0, -1, 1.0, True, "3", None])
def test_seeds_are_a_number_of_at_least_one(registry, seeds):
    with pytest.raises(UsageError, match=r"x: seeds is .*expected how often each cell is fitted, at least 1"):
        plan(registry, [Grid(("moons",), seeds=seeds, where="x")])


def test_mistakes(registry):
    with pytest.raises(UsageError, match=r"no scale is named 'standart' .did you mean 'standard'"):
        plan(registry, [Grid(scale=("standart",))])
    with pytest.raises(NothingSelected, match="no cell is selected"):
        plan(registry, [])
    with pytest.raises(UsageError, match=r"kfold.*n_repeats=0: expected at least 2 folds, 1 repeat"):
        plan(registry, [Grid(split=("kfold[n_repeats=0]",))])


def test_planning_loads_no_data_and_no_heavy_library():
    code = (
        "import sys; from imbbench.plan import *; from imbbench.plugins import load_plugins;"
        "assert len(plan(load_plugins(), [Grid()])) == 48;"
        "print([name for name in ('numpy', 'pandas', 'sklearn', 'torch', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
