"""Seeds are hashes of names: no number depends on what else runs, in which order, or where."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from imbbench.result import Cell
from imbbench.spec import parse


def derive(random_state: int, *names: str | int) -> int:
    """A seed in [0, 2**32) from the base random state and a list of names."""
    digest = hashlib.sha256(json.dumps([random_state, *names]).encode()).digest()
    return int.from_bytes(digest[:4], "big")


@cache
def _name(spec: str) -> str:
    return parse(spec).name


def split_seed(cell: Cell) -> int:
    """One per dataset and split: every repetition has the same folds."""
    return derive(cell.random_state, "split", _name(cell.dataset), _name(cell.split))


def strategy_seed(cell: Cell) -> int:
    """One per dataset, split, fold, strategy and repetition."""
    return derive(cell.random_state, "strategy", *_fit(cell, cell.strategy))


def model_seed(cell: Cell) -> int:
    """One per dataset, split, fold, model and repetition: never the strategy, so that strategies are
    compared on equal luck and known equivalences hold."""
    return derive(cell.random_state, "model", *_fit(cell, cell.model))


def inner_seed(cell: Cell) -> int:
    """One per dataset, split and fold: all strategies and models have the same inner folds."""
    return derive(cell.random_state, "inner", _name(cell.dataset), _name(cell.split), cell.fold)


def _fit(cell: Cell, component: str) -> tuple[str | int, ...]:
    """What tells the fits of a component apart. The first repetition has no number: it is as a run without
    any."""
    repetition = (cell.seed,) if cell.seed else ()
    return _name(cell.dataset), _name(cell.split), cell.fold, _name(component), *repetition
