"""Seeds are hashes of names: no number depends on what else runs, in which order, or where."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from imbbench.results import Cell
from imbbench.spec import parse


def derive(random_state: int, *names: str | int) -> int:
    """A seed in [0, 2**32) from the base random state and a list of names."""
    digest = hashlib.sha256(json.dumps([random_state, *names]).encode()).digest()
    return int.from_bytes(digest[:4], "big")


@cache
def _name(spec: str) -> str:
    return parse(spec).name


def split_seed(cell: Cell) -> int:
    """One per dataset and split."""
    return derive(cell.random_state, "split", _name(cell.dataset), _name(cell.split))


def strategy_seed(cell: Cell) -> int:
    """One per dataset, split, fold and strategy."""
    return derive(
        cell.random_state, "strategy", _name(cell.dataset), _name(cell.split), cell.fold, _name(cell.strategy)
    )


def model_seed(cell: Cell) -> int:
    """One per dataset, split, fold and model: never the strategy, so that strategies are compared
    on equal luck and known equivalences hold."""
    return derive(
        cell.random_state, "model", _name(cell.dataset), _name(cell.split), cell.fold, _name(cell.model)
    )
