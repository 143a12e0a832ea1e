from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Literal

import pytest

from imbbench.errors import UsageError
from imbbench.params import bind, coerce, describe, given, parameters
from imbbench.spec import Spec, Text, parse


@pytest.mark.parametrize(
    ("text", "annotation", "value"),
    [
        ("5", int, 5),
        ("1e4", int, 10_000),
        ("1", float, 1.0),
        ("inf", float, math.inf),
        ("-inf", float, -math.inf),
        ("true", bool, True),
        ("False", bool, False),
        ("none", int | None, None),
        ("3", int | None, 3),
        ("5", str, "5"),
        ("none", str, "none"),
        ("sqrt", str | int | float | None, "sqrt"),
        ("1", str | int | float | None, 1),
        ("1.0", str | int | float | None, 1.0),
        ("(64,32)", tuple[int, ...], (64, 32)),
        ("[64, 32]", tuple[int, ...], (64, 32)),
        ("(1, 2)", tuple[float, int], (1.0, 2)),
        ("sgd", Literal["adam", "sgd"], "sgd"),
        ("2", Literal[1, 2], 2),
        ("~/rows.csv", Path | None, Path("~/rows.csv")),
    ],
)
def test_values_are_fitted_to_the_parameters_type(text, annotation, value):
    fitted = coerce(Text(text), annotation)
    assert fitted == value
    assert type(fitted) is type(value)


@pytest.mark.parametrize(
    ("text", "annotation"),
    [
        ("x", int), ("1.5", int), ("true", int), ("true", float), ("1", bool), ("none", int),
        ("rmsprop", Literal["adam", "sgd"]), ("5", tuple[int, ...]), ("(a,)", tuple[int, ...]), ("(1,)", tuple[int, int]),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(text, annotation):
    with pytest.raises(ValueError, match=re.escape(text)):
        coerce(Text(text), annotation)


def example(data, seed, *, C: float = 1.0, hidden: tuple[int, ...] = (64,), kind: str = "a", needed: Data):  # noqa: F821
    """The annotation of `needed` cannot be evaluated here, as under TYPE_CHECKING."""


def test_parameters_are_the_keyword_only_arguments():
    found = parameters(example)
    assert list(found) == ["C", "hidden", "kind", "needed"]
    assert [str(parameter) for parameter in found.values()] == ["C=1.0", "hidden=(64,)", "kind=a", "needed"]


def test_bind_fits_fills_in_and_complains():
    bound = bind(parse("m[C=2,needed=x]"), example, "model 'm'")
    assert bound == {"C": 2.0, "hidden": (64,), "kind": "a", "needed": "x"}
    assert str(Spec("m", given(bound, example))) == "m[C=2.0,needed=x]"
    assert given(bind(parse("m[C=1,needed=x]"), example, ""), example) == {"needed": "x"}
    for text, message in {
        "m": "model 'm' needs 'needed'; write m\\[needed=...\\]",
        "m[needed=1,c=3]": "has no parameter 'c'; it takes C, hidden",
        "m[needed=1,hiden=3]": "did you mean 'hidden'",
        "m[needed=1,C=abc]": "C=abc does not fit; expected float",
        "m[needed=1,hidden=3]": r"expected tuple\[int, ...\]",
    }.items():
        with pytest.raises(UsageError, match=message):
            bind(parse(text), example, "model 'm'")


@pytest.mark.parametrize("typed", ["1", "1.0", "1e0"])
def test_an_int_as_default_of_a_float_is_the_same_value_as_a_float(typed):
    def whole(*, beta: float = 1, flag: bool = True) -> None:
        pass

    assert given(bind(parse(f"m[beta={typed}]"), whole, ""), whole) == {}
    assert given(bind(parse("m[flag=false]"), whole, ""), whole) == {"flag": False}


def test_an_example_of_a_tuple_is_of_its_own_type():
    assert describe(tuple[str, ...]).endswith('such as (a,), in a benchmark file [["a"]]')
    assert describe(tuple[int, ...]).endswith("such as (64,32), in a benchmark file [[64, 32]]")
