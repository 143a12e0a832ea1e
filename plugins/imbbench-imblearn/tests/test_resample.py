"""What a sampler cannot do, and what goes with the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from imbbench import ImbbenchError, TrainingSet, Unsupported
from imblearn.over_sampling import SMOTE

from imbbench_imblearn.resample import Neighbours, resample
from samples import STRATEGIES, training_part

NEIGHBOURS = {
    "smote": ("k_neighbors=5", 6),
    "adasyn": ("n_neighbors=5", 6),
    "svm-smote": ("k_neighbors=5", 6),
    "smote-enn": ("k_neighbors=5", 6),
    "smote-tomek": ("k_neighbors=5", 6),
    "kmeans-smote": ("k_neighbors=2", 3),
    "near-miss": ("n_neighbors=3", 3),
}


@pytest.mark.parametrize("positives", [1, 2])
@pytest.mark.parametrize("name", NEIGHBOURS)
def test_too_few_positives_for_their_neighbours(name: str, positives: int) -> None:
    parameter, needed = NEIGHBOURS[name]
    with pytest.raises(Unsupported) as caught:
        STRATEGIES[name].apply(training_part(positives, 390), 7)
    text = str(caught.value)
    assert (
        f"was given {390 + positives} rows ({positives} positive); {parameter} needs {needed} of the" in text
    )
    assert text.endswith("choose a strategy without neighbours, such as random-over")
    assert isinstance(caught.value.__cause__, ValueError | RuntimeError)


@pytest.mark.parametrize("name", [name for name, (_, needed) in NEIGHBOURS.items() if needed == 6])
def test_what_the_error_advises_works(name: str) -> None:
    """Five positives, one too few: with the value that the error names there are enough."""
    train = training_part(5, 60, shift=0.5)
    with pytest.raises(Unsupported, match=r"set [kn]_neighbors=4 or lower"):
        STRATEGIES[name].apply(train, 7)
    parameter = NEIGHBOURS[name][0].partition("=")[0]
    assert (STRATEGIES[name].apply(train, 7, **{parameter: 4}).y == 1).sum() > 5


def test_near_miss_needs_no_row_beside_its_neighbours() -> None:
    with pytest.raises(Unsupported, match="set n_neighbors=2 or lower"):
        STRATEGIES["near-miss"].apply(training_part(2, 60), 7)
    assert len(STRATEGIES["near-miss"].apply(training_part(2, 60), 7, n_neighbors=2).y) == 4


def test_no_value_is_low_enough_for_one_positive() -> None:
    with pytest.raises(Unsupported, match="no value is low enough: choose a strategy"):
        STRATEGIES["smote"].apply(training_part(1, 60), 7, k_neighbors=1)


def test_the_rarer_class_may_be_0() -> None:
    with pytest.raises(
        Unsupported, match=r"34 rows \(30 positive\).* needs 6 of the rarer class; set k_neighbors=3"
    ):
        STRATEGIES["smote"].apply(training_part(30, 4), 7)


@pytest.mark.parametrize("positives", [1, 2, 5])
@pytest.mark.parametrize("name", sorted(STRATEGIES.keys() - NEIGHBOURS.keys() - {"borderline-smote"}))
@pytest.mark.filterwarnings("ignore:The least populated class", "ignore:Number of classes in training fold")
def test_one_positive_is_enough_where_none_needs_another(name: str, positives: int) -> None:
    after = STRATEGIES[name].apply(training_part(positives, 390), 7)
    assert set(after.y) == {0, 1}


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("kmeans-smote", {}, "No clusters found with sufficient samples of class 1. Try lowering"),
        ("adasyn", {}, "Not any neigbours belong to the majority class"),
        ("svm-smote", {"m_neighbors": 500}, "n_neighbors = 501, n_samples_fit = 400"),
        ("adasyn", {"sampling_strategy": 0.01}, "Please increase the ratio"),
        ("random-under", {"sampling_strategy": 0.01}, "Please increase the ratio"),
        ("tomek-links", {"sampling_strategy": 0.5}, "parameter of TomekLinks must be|the sampling ratio"),
        ("smote", {"k_neighbors": 0}, "parameter of SMOTE must be an int in the range"),
    ],
)
def test_other_failures_have_the_words_of_the_library(name: str, params: dict[str, Any], words: str) -> None:
    train = training_part(shift=50 if words.startswith("Not any") else 0)
    with pytest.raises(ImbbenchError, match=r"failed on 400 rows \(40 positive\): ") as caught:
        STRATEGIES[name].apply(train, 7, **params)
    assert any(word in str(caught.value) for word in words.split("|"))


def test_neighbours_explain_nothing_where_there_are_just_enough() -> None:
    with pytest.raises(ImbbenchError, match=r"failed on 400 rows \(6 positive\): Not any neigbours"):
        STRATEGIES["adasyn"].apply(training_part(6, 394, shift=50), 7)


@pytest.mark.parametrize("name", ["edited-nearest-neighbours", "all-knn", "smote-enn"])
def test_no_class_may_go(name: str) -> None:
    """One positive amid the negatives, or a SMOTE amid them, has only them for neighbours."""
    rng = np.random.default_rng(0)
    y = np.zeros(400, dtype=np.int8)
    y[:2] = 1
    train = TrainingSet(rng.normal(size=(400, 2)).astype(np.float32), y)
    params = (
        {"sampling_strategy": "all"} if name != "smote-enn" else {"k_neighbors": 1, "sampling_strategy": 0.02}
    )
    with pytest.raises(Unsupported, match=r"left no row of class 1 among 400 rows \(2 positive\)"):
        STRATEGIES[name].apply(train, 7, **params)


@pytest.mark.parametrize("name", ["random-over", "random-under", "tomek-links", "all-knn"])
def test_sample_weights_go_with_their_rows(name: str) -> None:
    weights = np.linspace(1, 2, 400)
    train = training_part(sample_weight=weights)
    weight_of = {row.tobytes(): weight for row, weight in zip(train.X, weights, strict=True)}
    after = STRATEGIES[name].apply(train, 7)
    assert after.sample_weight is not None
    assert len(after.y) != 400
    assert after.sample_weight.tolist() == [weight_of[row.tobytes()] for row in after.X]


@pytest.mark.parametrize("name", ["smote", "cluster-centroids", "smote-tomek"])
def test_new_rows_have_no_sample_weight(name: str) -> None:
    with pytest.raises(Unsupported, match="makes new rows, for which there is no sample_weight"):
        STRATEGIES[name].apply(training_part(sample_weight=np.ones(400)), 7)


def test_sample_weights_are_not_mixed_up() -> None:
    """The library returns wrong row numbers where repeated editing removes nothing."""
    train = training_part(shift=50, sample_weight=np.linspace(1, 2, 400))
    with pytest.raises(Unsupported, match="does not say which rows it kept"):
        STRATEGIES["repeated-edited-nearest-neighbours"].apply(train, 7)


@pytest.mark.parametrize("name", STRATEGIES)
def test_class_weight_and_loss_are_carried_on(name: str) -> None:
    def loss(logits: Any, y: Any) -> Any:
        return logits - y

    after = STRATEGIES[name].apply(training_part(class_weight={0: 1.0, 1: 9.0}, loss=loss), 7)
    assert after.class_weight == {0: 1.0, 1: 9.0}
    assert after.loss is loss


def test_a_balanced_part_needs_no_neighbours() -> None:
    """Nothing is asked of the sampler: it does not fail, though there are too few rows."""
    train = training_part(4, 4)
    after = resample(SMOTE(), train, Neighbours("k_neighbors", 5))
    np.testing.assert_array_equal(after.X, train.X)
