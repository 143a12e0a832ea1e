"""Checks of splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from imbbench.border_folds import check_features, check_folds
from imbbench.data import Data
from imbbench.errors import ImbbenchError, PluginError
from imbbench.plan import n_folds
from imbbench.registry import Bound
from imbbench.testing.components import with_random_state
from imbbench.testing.guards import check_generators, same, stir
from imbbench.testing.samples import SEEDS, table
from imbbench.testing.verdict import require

if TYPE_CHECKING:
    from imbbench.components import IntArray


def _folds(bound: Bound, data: Data, seed: int = 0) -> Sequence[tuple[IntArray, IntArray]]:
    return check_folds(bound.call(data, seed), data.y, n_folds(bound), bound.who)


def _equal(one: Sequence[tuple[IntArray, IntArray]], other: Sequence[tuple[IntArray, IntArray]]) -> bool:
    parts = zip(
        (part for pair in one for part in pair), (part for pair in other for part in pair), strict=True
    )
    return all(same(a, b) for a, b in parts)


def folds_are_valid(bound: Bound) -> None:
    """As many pairs as `n_folds` says, no row twice or in both parts, both classes in each part."""
    for seed in SEEDS:
        _folds(bound, table(), seed)


def same_seed_same_folds(bound: Bound) -> None:
    """The same data and seed give the same folds, whatever was split in between."""
    data = table()
    stir(1)
    first = _folds(bound, data, 3)
    _folds(bound, data, 4)
    stir(2)
    require(_equal(first, _folds(bound, data, 3)), "the same folds from the same seed", "other folds")


def random_state_wins(bound: Bound) -> None:
    """With a `random_state`, the seed that is passed changes nothing."""
    bound, data = with_random_state(bound), table()
    agree = _equal(_folds(bound, data, 3), _folds(bound, data, 4))
    require(agree, "random_state wins over the seed", "another seed gave other folds")


def works_with_few_positives(bound: Bound) -> None:
    """With 10 positives, and with 2, the folds are as always, or an ImbbenchError says why not."""
    for positives in (10, 2):
        _folds_or_reason(bound, table(positives, 190))


def needs_no_more_than_labels(bound: Bound) -> None:
    """Of rows without time, groups and amount the folds are as always, or an ImbbenchError says why not."""
    _folds_or_reason(bound, replace(table(), time=None, groups=None, amount=None))


def features_are_columns(bound: Bound) -> None:
    """`features` names columns of X, whatever else the data have; None is all of them."""
    for data in (table(), replace(table(), time=None, groups=None, amount=None)):
        check_features(bound.component.features(data, **bound.params), data.X.columns, bound.who)


def files_exist(bound: Bound) -> None:
    """What `files` names is there."""
    absent = [str(file) for file in bound.component.files(**bound.params) if not Path(file).is_file()]
    require(not absent, "paths of files that split and n_folds read", f"{', '.join(absent)}: no such file")


def _folds_or_reason(bound: Bound, data: Data) -> None:
    """Valid folds, or an error that is meant for users: of the split, or that a part lacks a class."""
    try:
        _folds(bound, data)
    except PluginError:
        raise
    except ImbbenchError:
        return


def global_generators_untouched(bound: Bound) -> None:
    """`split` neither draws from nor seeds the generators of random, numpy and torch."""
    _folds(bound, table())
    check_generators(lambda: _folds(bound, table()))
