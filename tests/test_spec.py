from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench.errors import UsageError
from imbbench.params import coerce
from imbbench.spec import Spec, format_value, parse, split_list

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(st.characters(codec="ascii"))
)
values = st.one_of(scalars, st.lists(scalars, max_size=3).map(tuple))


def test_split_list_minds_brackets_and_quotes():
    assert split_list("none, undersample ,x[a=1,b=(2,3)],y[c='q,]']") == [
        "none", "undersample", "x[a=1,b=(2,3)]", "y[c='q,]']",
    ]  # fmt: skip
    assert split_list("a[p=john's.csv,q=1],b") == ["a[p=john's.csv,q=1]", "b"]
    assert split_list("") == []


@given(values)
def test_a_printed_value_is_read_back_as_itself(value):
    """Whatever the parameter's type, Any included, and inside a longer spec."""
    text = str(Spec("name", {"first": value, "second": 1}))
    (item,) = split_list(text)
    read = parse(item)
    assert coerce(read.params["first"], object) == value
    assert type(coerce(read.params["first"], object)) is type(value)
    assert coerce(read.params["second"], int) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("m[a=1", "not closed"),
        ("m[a]", "not key=value"),
        ("m[a=1,a=2]", "given twice"),
        ("m[1a=2]", "not key=value"),
    ],
)
def test_malformed_specs(text, message):
    with pytest.raises(UsageError, match=message):
        parse(text)


def test_one_value_has_one_spelling():
    assert format_value(math.inf) == "inf"
    assert format_value("true") == "'true'"
    assert format_value((64,)) == "(64,)"
    assert format_value("../data/rows.csv.gz") == "../data/rows.csv.gz"
