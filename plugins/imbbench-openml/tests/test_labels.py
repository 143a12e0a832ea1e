from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from imbbench import ImbbenchError

from imbbench_openml.labels import are_plain, class_one, count_labels, name, rarest


def counts(**rows: int) -> dict[str, int]:
    return count_labels(pd.Series([label for label, n in rows.items() for _ in range(n)]), "t")


def test_labels_that_are_declared_and_do_not_occur_do_not_count() -> None:
    labels = pd.Series(pd.Categorical(["b", "a", "a"], categories=["a", "b", "never"]))
    assert count_labels(labels, "t") == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (["a", "b", None], "t is missing in 1 of 3 rows; .*choose another target"),
        (["a", "a"], r"t has 'a' \(2 rows\) only; expected two labels"),
    ],
)
def test_a_target_must_have_two_labels_and_no_gaps(labels: list[str | None], message: str) -> None:
    with pytest.raises(ImbbenchError, match=message):
        count_labels(pd.Series(labels, dtype="category"), "t")


def test_class_1_is_the_rarer_of_two() -> None:
    assert class_one(counts(a=3, b=2), None, "t") == "b"
    assert class_one({1.0: 5, 0.0: 2}, None, "t") == 0.0


def test_of_two_that_are_equally_frequent_1_is_class_1() -> None:
    assert class_one({"1": 2, "0": 2}, None, "t") == "1"
    assert class_one({0.0: 2, 1.0: 2}, None, "t") == 1.0
    with pytest.raises(
        ImbbenchError, match=r"t has no rarer label: 'a' \(2 rows\), 'b' \(2 rows\); say which .*positive="
    ):
        class_one(counts(a=2, b=2), None, "t")


def test_more_than_two_labels_are_named() -> None:
    with pytest.raises(
        ImbbenchError,
        match=r"t has 3 labels: 'a' \(4 rows\), 'b' \(2 rows\), 'c' .*positive=..., and the others",
    ):
        class_one(counts(a=4, b=2, c=1), None, "t")
    with pytest.raises(ImbbenchError, match=r"7 labels: .*'e' \(1 rows\), \.\.\.; expected two"):
        class_one(counts(a=1, b=1, c=1, d=1, e=1, f=1, g=1), None, "t")


@pytest.mark.parametrize("positive", ["1", 1, 1.0, True])
@pytest.mark.parametrize("labels", [{"0": 1, "1": 4, "2": 4}, {0.0: 1, 1.0: 4}, {"FALSE": 3, "TRUE": 1}])
def test_a_label_is_named_as_typed(labels: dict, positive: object) -> None:
    assert str(class_one(labels, positive, "t")) in ("1", "1.0", "TRUE")


def test_a_label_as_it_is_written_comes_first() -> None:
    assert class_one({"1.0": 5, "1": 2, "0": 1}, "1", "t") == "1"


@pytest.mark.parametrize(
    ("labels", "one", "plain"),
    [
        ({"0": 5, "1": 2}, "1", True),
        ({0.0: 2, 1.0: 2}, 1.0, True),
        ({"FALSE": 5, "TRUE": 2}, "TRUE", True),
        ({"0": 2, "1": 5}, "1", False),
        ({"0": 2, "1": 5}, "0", False),
        ({"0": 5, "2": 2}, "2", False),
        ({"no": 5, "1": 2}, "1", False),
        ({"0": 5, "2": 3, "1": 2}, "1", False),
    ],
)
def test_only_0_and_1_need_no_explanation(labels: dict, one: object, plain: bool) -> None:
    assert are_plain(labels, one) is plain


def test_a_label_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ImbbenchError, match=r"t has no one label 'q'; labels are 'a' \(3 rows\), 'b'"):
        class_one(counts(a=3, b=2), "q", "t")
    with pytest.raises(ImbbenchError, match="no one label 1"):
        class_one({"1.0": 1, "01": 1}, 1, "t")


def test_the_rarest_of_many() -> None:
    assert rarest(counts(a=4, b=2, c=1), "t") == "c"
    with pytest.raises(ImbbenchError, match=r"t has no rarest label.*openml"):
        rarest(counts(a=4, b=2, c=2), "t")


def test_names_are_those_of_openmls_pages() -> None:
    assert [name(1.0), name(0.5), name("1.0"), name(np.float64(2))] == ["1", "0.5", "1.0", "2"]
