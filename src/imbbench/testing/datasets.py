"""Checks of datasets."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import cache, lru_cache
from multiprocessing import get_context
from pathlib import Path
from unittest import mock

from imbbench.data import Data
from imbbench.fingerprint import fingerprint
from imbbench.folds import load
from imbbench.plugins import load_plugins
from imbbench.registry import Bound, Registry
from imbbench.testing.guards import check_generators, no_network, stir
from imbbench.testing.verdict import require

#: How far the prevalence on a card may be rounded.
ROUNDED = 0.01
#: What each dataset tried to reach in whichever check: once is enough to fill a cache of its own.
_TRIED: dict[str, list[str]] = defaultdict(list)


def _load(bound: Bound) -> Data:
    """The rows, without a network."""
    with no_network() as tried:
        try:
            return load(bound)
        finally:
            _TRIED[bound.who] += tried


@lru_cache(maxsize=4)
def _loaded(bound: Bound) -> Data:
    """The rows, loaded once for several checks."""
    return _load(bound)


def data_are_valid(bound: Bound) -> None:
    """`load` returns Data: labels 0 and 1, both there, numbers, booleans or categories in each column."""
    _loaded(bound)


def class_1_is_the_minority(bound: Bound) -> None:
    """Class 1 has no more rows than class 0."""
    y = _loaded(bound).y
    positives = int((y == 1).sum())
    expected = "class 1 is the positive, minority class; map the labels in load"
    require(positives <= len(y) - positives, expected, f"{positives:,} of {len(y):,} rows are of class 1")


def loads_the_same_rows_again(bound: Bound) -> None:
    """Loaded twice, the rows are the same."""
    first = fingerprint(_loaded(bound))
    stir(1)
    require(fingerprint(_load(bound)) == first, "the same rows each time", "other rows at the second time")


def fingerprint_is_stable(bound: Bound) -> None:
    """Another process, in which Python orders sets differently, loads the same names, types and values."""
    task = bound.provider.module, bound.spec, sys.path, dict(os.environ), str(Path.cwd())
    elsewhere = _another_process().submit(_fingerprint, *task).result()
    expected = "the same columns, types and values in every process: nothing in the order of a set"
    here = fingerprint(_loaded(bound))
    require(
        elsewhere == here, expected, f"fingerprint {here[:8]} here and {elsewhere[:8]} in another process"
    )


@cache
def _another_process() -> ProcessPoolExecutor:
    """One that lives as long as this one. Its order of a set's members is another."""
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    other = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    with mock.patch.dict(os.environ, {"PYTHONHASHSEED": other}):
        pool.submit(int).result()
    return pool


def _fingerprint(module: str, spec: str, path: list[str], environment: dict[str, str], folder: str) -> str:
    """The fingerprint as this process sees it, in the surroundings that the other one has now."""
    sys.path[:] = path
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    return fingerprint(_load(_registry(module).resolve("dataset", spec)))


@cache
def _registry(module: str) -> Registry:
    return load_plugins([module])


def offline_it_stays_offline(bound: Bound) -> None:
    """With IMBBENCH_OFFLINE=1, `load` reaches for no other machine; MissingData is a right answer."""
    try:
        _load(bound)
    finally:
        expected = "no network while IMBBENCH_OFFLINE is set; MissingData where the rows are not there"
        require(not _TRIED[bound.who], expected, f"it tried {next(iter(_TRIED[bound.who]), '')}")


def files_exist(bound: Bound) -> None:
    """What `files` names is there once the dataset is loaded."""
    _loaded(bound)
    named = [Path(file) for file in bound.component.files(**bound.params)]
    absent = [str(file) for file in named if not file.is_file()]
    require(
        not absent, "paths of files that load reads, and none other", f"{', '.join(absent)}: no such file"
    )


def card_is_complete(bound: Bound) -> None:
    """The card says what the rows are, where they come from, on which terms, and what to cite."""
    card = bound.component.card
    empty = [name for name in ("what", "source", "licence", "citation") if not getattr(card, name).strip()]
    found = [f"no text in {', '.join(empty)}"] if empty else []
    if (card.rows is None) != (card.prevalence is None):
        found.append("rows without prevalence" if card.prevalence is None else "prevalence without rows")
    require(not found, "text in what, source, licence and citation; rows with prevalence", "; ".join(found))


def card_agrees_with_the_rows(bound: Bound) -> None:
    """`rows` and `prevalence` of the card are those that the default parameters load."""
    card, y = bound.component.card, _loaded(bound).y
    prevalence = float((y == 1).mean())
    found = f"rows={len(y)}, prevalence={prevalence:.4g}"
    agrees = len(y) == card.rows and abs(prevalence - card.prevalence) <= ROUNDED * prevalence
    require(agrees, f"rows={card.rows}, prevalence={card.prevalence:.4g} as on the card", found)


def is_on_the_card(bound: Bound) -> bool:
    """Whether its card says how many rows these are: with other parameters there may be others."""
    card = bound.component.card
    return card.rows is not None and card.prevalence is not None and bound.spec == bound.name


def global_generators_untouched(bound: Bound) -> None:
    """`load` neither draws from nor seeds the generators of random, numpy and torch."""
    _loaded(bound)
    check_generators(lambda: _load(bound))
