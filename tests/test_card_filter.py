"""Datasets chosen by the rows and the imbalance ratio of their cards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench import Card, Data, Dataset
from imbbench.card_filter import within
from imbbench.errors import NothingSelected, UsageError
from imbbench.registry import Registry


def card(rows: int | None = None, prevalence: float | None = None) -> Card:
    return Card("rows", "made here", "none", "none", rows, prevalence)


def load(*, path: str = "", max_width: int = 3) -> Data:
    raise AssertionError("planning loads no data")


@pytest.fixture
def catalogue(registry: Registry) -> Registry:
    """Three of a catalogue, and one whose card says nothing."""
    sizes = {"small": (100, 0.5), "large": (10_000, 0.1), "rare": (500, 0.01), "own": (None, None)}
    made = [Dataset(f"cat/{name}", load, card(*size), in_all=False) for name, size in sizes.items()]
    made.append(Dataset("sized", lambda *, max_rows=50: load(), card(50, 0.2), in_all=False))
    return registry.with_components(made)


@pytest.mark.parametrize(
    ("item", "names"),
    [
        ("cat/*", "small large rare own"),
        ("cat/*[max_rows=500]", "small rare"),
        ("cat/*[min_rows=500]", "large rare"),
        ("cat/*[min_rows=101,max_rows=9999]", "rare"),
        ("cat/*[min_ratio=9]", "large rare"),
        ("cat/*[max_ratio=9.0]", "small large"),
        ("cat/[lr]*[max_rows=500]", None),
        ("cat/?a*[max_rows=500]", "rare"),
    ],
)
def test_bounds_choose_ends_included_and_what_says_nothing_lies_in_none(
    catalogue: Registry, item: str, names: str | None
) -> None:
    if names is None:  # brackets are parameters, not a class of letters
        with pytest.raises(UsageError):
            catalogue.select("dataset", [item])
        return
    assert [bound.spec for bound in catalogue.select("dataset", [item])] == [
        f"cat/{name}" for name in names.split()
    ]


def test_parameters_go_to_each_dataset_that_a_glob_chooses(catalogue: Registry) -> None:
    found = catalogue.select("dataset", ["cat/*[max_width=4]"])
    assert [bound.spec for bound in found] == [
        f"cat/{name}[max_width=4]" for name in ("small", "large", "rare", "own")
    ]


def test_a_ratio_is_what_it_is_shown_as(catalogue: Registry) -> None:
    """(1 - 0.05) / 0.05 is 18.999999999999996 in floating point."""
    assert [bound.spec for bound in catalogue.select("dataset", ["all[min_ratio=19,max_ratio=19]"])] == [
        "moons",
        "circles",
    ]


def test_all_is_filtered_too(catalogue: Registry) -> None:
    assert [bound.spec for bound in catalogue.select("dataset", ["all[max_ratio=20]"])] == [
        "moons",
        "circles",
    ]


@pytest.mark.parametrize(
    ("item", "error", "message"),
    [
        ("cat/*[max_rows=3]", NothingSelected, r"no dataset matches 'cat/\*\[max_rows=3\]'; .*ratios of 4"),
        ("cat/*[max_rows=few]", UsageError, "max_rows=few does not fit; expected int or none"),
        (
            "cat/*[max_row=3]",
            UsageError,
            "has no 'max_row' .did you mean 'max_rows'.*max_ratio, or parameters",
        ),
        ("cat/*[max_rows=200,max_width=4]", UsageError, "max_rows bounds the card, which is of the default"),
        (
            "sized*[max_rows=3]",
            UsageError,
            "'max_rows' bounds the card, and a dataset has a parameter of that name",
        ),
        ("cat/small[max_rows=3]", UsageError, "has no parameter 'max_rows'"),
    ],
)
def test_mistakes_are_answered(catalogue: Registry, item: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        catalogue.select("dataset", [item])


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_ratio_is_negatives_per_positive(positives: int, negatives: int) -> None:
    known = card(positives + negatives, positives / (positives + negatives))
    assert known.ratio == pytest.approx(negatives / positives, rel=1e-9)
    bounds: dict[str, Any] = {
        "min_ratio": 0.999 * negatives / positives,
        "max_ratio": 1.001 * negatives / positives,
    }
    assert within(known, **bounds)
    assert not within(known, min_ratio=1.001 * negatives / positives)
