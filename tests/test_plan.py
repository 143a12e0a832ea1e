from __future__ import annotations

import subprocess
import sys

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


def test_mistakes(registry):
    with pytest.raises(UsageError, match=r"no scale is named 'standart' .did you mean 'standard'"):
        plan(registry, [Grid(scale=("standart",))])
    with pytest.raises(NothingSelected, match="no cell is selected"):
        plan(registry, [])
    with pytest.raises(UsageError, match="makes 0 folds"):
        plan(registry, [Grid(split=("kfold[n_repeats=0]",))])


def test_planning_loads_no_data_and_no_heavy_library():
    code = (
        "import sys; from imbbench.plan import *; from imbbench.plugins import load_plugins;"
        "assert len(plan(load_plugins(), [Grid()])) == 48;"
        "print([name for name in ('numpy', 'pandas', 'sklearn', 'torch', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
