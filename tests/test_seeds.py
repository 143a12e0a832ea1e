from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from imbbench.result import Cell
from imbbench.seeds import derive, model_seed, split_seed, strategy_seed

CELL = Cell("moons", "holdout", 0, "standard", "none", "torch-mlp", 0)


@given(st.integers(), st.lists(st.text()))
def test_a_seed_is_one_that_numpy_and_torch_take(base, names):
    assert 0 <= derive(base, *names) < 2**32


def test_names_cannot_run_into_each_other():
    assert derive(0, "ab", "c") != derive(0, "a", "bc")
    assert derive(0, "a", 1) != derive(0, "a", "1")


def test_what_each_seed_depends_on():
    """Never on parameters; the model's never on the strategy; the split's on neither of the two."""
    for change, changed in {
        ("dataset", "circles"): {"split", "strategy", "model"},
        ("split", "kfold"): {"split", "strategy", "model"},
        ("fold", 1): {"strategy", "model"},
        ("strategy", "undersample"): {"strategy"},
        ("model", "torch-linear"): {"model"},
        ("random_state", 1): {"split", "strategy", "model"},
        ("scale", "none"): set(),
        ("dataset", "moons[noise=0.1]"): set(),
        ("model", "torch-mlp[lr=0.1]"): set(),
        ("seed", 1): {"strategy", "model"},
    }.items():
        other = replace(CELL, **{change[0]: change[1]})
        seeds = {"split": split_seed, "strategy": strategy_seed, "model": model_seed}
        assert {name for name, seed in seeds.items() if seed(other) != seed(CELL)} == changed, change


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=20, unique=True))
def test_every_repetition_draws_anew_on_the_same_folds(numbers):
    cells = [replace(CELL, seed=number) for number in numbers]
    assert len({split_seed(cell) for cell in cells}) == 1
    for seed in (strategy_seed, model_seed):
        assert len({seed(cell) for cell in cells}) == len(cells)


def test_seeds_never_change_silently():
    """A published figure depends on these: they change only with a CHANGELOG entry."""
    assert (split_seed(CELL), strategy_seed(CELL), model_seed(CELL)) == (2771334150, 2403902771, 49522908)
