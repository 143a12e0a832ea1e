"""The plan of a baseline: grids that select given cells, and no path of a machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench.baseline import baseline_of
from imbbench.baseline_plan import grids_of
from imbbench.errors import ImbbenchError
from imbbench.plan import Grid, plan
from imbbench.result import Cell
from tests.baselines import CELL, baseline, results, row

CELLS = st.builds(
    Cell,
    st.sampled_from(["moons", "circles", "moons[n_samples=500,noise=0.2]"]),
    st.sampled_from(["holdout", "kfold[n_splits=3]", "kfold[n_splits=2,n_repeats=2]"]),
    st.just(0),
    st.sampled_from(["standard", "none"]),
    st.sampled_from(["none", "class_weight", "undersample"]),
    st.sampled_from(["sklearn-lr", "sklearn-lr[C=2.0]", "torch-mlp[hidden_layer_sizes=(8,4)]", "sklearn-rf"]),
    st.sampled_from([0, 3]),
    st.integers(0, 2),
)
FOLDS = {"holdout": 1, "kfold[n_splits=3]": 3, "kfold[n_splits=2,n_repeats=2]": 4}


@settings(deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=12, unique=True))
def test_grids_select_exactly_these_cells(registry, cells):
    whole = {
        replace(cell, fold=fold, seed=seed)
        for cell in cells
        for fold in range(FOLDS[cell.split])
        for seed in range(cell.seed + 1)
    }
    assert set(plan(registry, grids_of(whole))) == whole


@settings(deadline=None)
@given(st.data())
def test_a_product_over_strategies_and_models_is_one_grid(registry, data):
    axes = {
        "strategy": data.draw(st.lists(st.sampled_from(["none", "class_weight", "undersample"]), min_size=1, unique=True)),
        "model": data.draw(st.lists(st.sampled_from(["sklearn-lr", "sklearn-rf", "torch-mlp"]), min_size=1, unique=True)),
    }  # fmt: skip
    seeds = data.draw(st.integers(1, 3))
    whole = Grid(("moons",), ("kfold",), **{axis: tuple(names) for axis, names in axes.items()}, seeds=seeds)
    assert list(grids_of(plan(registry, [whole]))) == [whole]


def test_a_path_of_this_machine_is_refused(registry, elsewhere):
    spec = f"csv[path={elsewhere / 'data.csv'},target=y]"
    with pytest.raises(
        ImbbenchError, match=r"path is a path of this machine.*folder of the check: data\.csv$"
    ):
        baseline(registry, row(replace(CELL, dataset=spec)))
    with pytest.raises(ImbbenchError, match="path is a path of this machine"):
        baseline_of(results(row()), registry, {}, [Grid((f"moons,{spec}",))])
    assert not Path("data.csv").is_absolute()
    assert baseline(registry, row(replace(CELL, dataset="csv[path=data.csv,target=y]")))
