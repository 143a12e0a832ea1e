"""Each strategy gives the rows of the library used by hand, bit for bit, with every parameter."""

from __future__ import annotations

import inspect
from typing import Any

import imblearn
import numpy as np
import pytest
from imbbench import TrainingSet
from imblearn.combine import SMOTEENN, SMOTETomek
from imblearn.over_sampling import (
    ADASYN,
    SMOTE,
    SVMSMOTE,
    BorderlineSMOTE,
    KMeansSMOTE,
    RandomOverSampler,
)
from imblearn.under_sampling import (
    AllKNN,
    ClusterCentroids,
    CondensedNearestNeighbour,
    EditedNearestNeighbours,
    InstanceHardnessThreshold,
    NearMiss,
    NeighbourhoodCleaningRule,
    OneSidedSelection,
    RandomUnderSampler,
    RepeatedEditedNearestNeighbours,
    TomekLinks,
)

from samples import STRATEGIES, training_part

SAMPLERS = {
    "random-over": RandomOverSampler,
    "smote": SMOTE,
    "borderline-smote": BorderlineSMOTE,
    "adasyn": ADASYN,
    "svm-smote": SVMSMOTE,
    "kmeans-smote": KMeansSMOTE,
    "random-under": RandomUnderSampler,
    "near-miss": NearMiss,
    "instance-hardness-threshold": InstanceHardnessThreshold,
    "cluster-centroids": ClusterCentroids,
    "tomek-links": TomekLinks,
    "edited-nearest-neighbours": EditedNearestNeighbours,
    "repeated-edited-nearest-neighbours": RepeatedEditedNearestNeighbours,
    "all-knn": AllKNN,
    "condensed-nearest-neighbour": CondensedNearestNeighbour,
    "one-sided-selection": OneSidedSelection,
    "neighbourhood-cleaning-rule": NeighbourhoodCleaningRule,
    "smote-enn": SMOTEENN,
    "smote-tomek": SMOTETomek,
}
#: Every parameter with another value than its default, in as few calls as that takes.
OTHER: list[tuple[str, dict[str, Any]]] = [
    ("random-over", {"sampling_strategy": 0.5, "shrinkage": 0.7}),
    ("smote", {"sampling_strategy": 0.5, "k_neighbors": 2}),
    (
        "borderline-smote",
        {"sampling_strategy": 0.4, "k_neighbors": 2, "m_neighbors": 6, "kind": "borderline-2"},
    ),
    ("adasyn", {"sampling_strategy": 0.4, "n_neighbors": 3}),
    ("svm-smote", {"sampling_strategy": 0.6, "k_neighbors": 3, "m_neighbors": 7, "out_step": 0.2}),
    ("kmeans-smote", {"sampling_strategy": 0.3, "k_neighbors": 1, "kmeans_estimator": 20}),
    ("kmeans-smote", {"cluster_balance_threshold": 0.05, "density_exponent": 1.5}),
    ("random-under", {"sampling_strategy": 0.5, "replacement": True}),
    ("near-miss", {"sampling_strategy": 0.5, "version": 3, "n_neighbors": 2, "n_neighbors_ver3": 5}),
    ("instance-hardness-threshold", {"sampling_strategy": 0.5, "cv": 2}),
    ("cluster-centroids", {"sampling_strategy": 0.5, "voting": "hard"}),
    ("tomek-links", {"sampling_strategy": "all"}),
    ("edited-nearest-neighbours", {"sampling_strategy": "all", "n_neighbors": 5, "kind_sel": "mode"}),
    ("repeated-edited-nearest-neighbours", {"sampling_strategy": "all", "n_neighbors": 2, "max_iter": 1}),
    ("repeated-edited-nearest-neighbours", {"kind_sel": "mode"}),
    ("all-knn", {"sampling_strategy": "all", "n_neighbors": 2, "kind_sel": "mode", "allow_minority": True}),
    ("condensed-nearest-neighbour", {"sampling_strategy": "all", "n_neighbors": 3, "n_seeds_S": 4}),
    ("one-sided-selection", {"sampling_strategy": "all", "n_neighbors": 3, "n_seeds_S": 4}),
    (
        "neighbourhood-cleaning-rule",
        {"sampling_strategy": "majority", "n_neighbors": 5, "threshold_cleaning": 50.0},
    ),
]


def parameters(function: Any) -> dict[str, Any]:
    """Keyword-only arguments and their defaults."""
    named = inspect.signature(function).parameters.values()
    return {each.name: each.default for each in named if each.kind is inspect.Parameter.KEYWORD_ONLY}


def check(name: str, params: dict[str, Any], by_hand: Any, train: TrainingSet | None = None) -> None:
    train, seed = train or training_part(), 7
    after = STRATEGIES[name].apply(train, seed, **params)
    X, y = by_hand.fit_resample(train.X, train.y)
    assert len(y) != len(train.y)
    assert (after.X.dtype, after.y.dtype) == (np.float32, np.int8)
    np.testing.assert_array_equal(after.X, X.astype(np.float32))
    np.testing.assert_array_equal(after.y, y)


def test_every_sampler_for_numbers_is_here() -> None:
    modules = (imblearn.over_sampling, imblearn.under_sampling, imblearn.combine)
    offered = {name for module in modules for name in module.__all__}
    assert {sampler.__name__ for sampler in SAMPLERS.values()} == offered - {"SMOTEN", "SMOTENC"}
    assert list(STRATEGIES) == list(SAMPLERS)


@pytest.mark.parametrize("name", [name for name in SAMPLERS if not name.startswith("smote-")])
def test_parameters_are_those_of_the_library(name: str) -> None:
    ours, theirs = parameters(STRATEGIES[name].apply), parameters(SAMPLERS[name])
    assert ours.items() <= theirs.items()
    estimators = {"estimator", "svm_estimator", "edited_nearest_neighbours"}
    assert theirs.keys() - ours.keys() <= estimators | {"n_jobs"}


@pytest.mark.parametrize("name", SAMPLERS)
def test_rows_are_those_of_the_library(name: str) -> None:
    sampler = SAMPLERS[name]
    check(name, {}, sampler(random_state=7) if "random_state" in parameters(sampler) else sampler())


@pytest.mark.parametrize(("name", "params"), OTHER)
def test_each_parameter_reaches_the_library(name: str, params: dict[str, Any]) -> None:
    sampler = SAMPLERS[name]
    if "random_state" in parameters(sampler):
        params = {**params, "random_state": 5}
    check(name, params, sampler(**params))


@pytest.mark.parametrize("name", [name for name in SAMPLERS if not name.startswith("smote-")])
def test_each_parameter_is_tried(name: str) -> None:
    tried = {key for other, params in OTHER if other == name for key in params}
    assert tried == parameters(STRATEGIES[name].apply).keys() - {"random_state"}


def test_all_knn_may_make_the_common_class_the_rarer_one() -> None:
    """Only in such data does `allow_minority` matter."""
    even = training_part(30, 30)
    for allowed in (False, True):
        check("all-knn", {"allow_minority": allowed}, AllKNN(allow_minority=allowed), even)
    counts = [
        (STRATEGIES["all-knn"].apply(even, 7, allow_minority=allowed).y).size for allowed in (False, True)
    ]
    assert counts[0] > counts[1]


def test_smote_enn_hands_its_parameters_to_its_parts() -> None:
    params = {
        "sampling_strategy": 0.5,
        "k_neighbors": 2,
        "n_neighbors": 4,
        "kind_sel": "mode",
        "random_state": 5,
    }
    smote = SMOTE(sampling_strategy=0.5, k_neighbors=2, random_state=5)
    enn = EditedNearestNeighbours(sampling_strategy="all", n_neighbors=4, kind_sel="mode")
    check("smote-enn", params, SMOTEENN(smote=smote, enn=enn))


def test_smote_tomek_hands_its_parameters_to_its_part() -> None:
    smote = SMOTE(sampling_strategy=0.5, k_neighbors=2, random_state=5)
    check(
        "smote-tomek",
        {"sampling_strategy": 0.5, "k_neighbors": 2, "random_state": 5},
        SMOTETomek(smote=smote),
    )


@pytest.mark.parametrize("name", ["smote", "random-over", "smote-enn"])
def test_synonyms_of_over_sampling(name: str) -> None:
    train = training_part()
    auto = STRATEGIES[name].apply(train, 7)
    for synonym in ("minority", "not majority", "all"):
        np.testing.assert_array_equal(STRATEGIES[name].apply(train, 7, sampling_strategy=synonym).X, auto.X)


def test_borderline_smote_says_when_it_adds_nothing() -> None:
    apart, balanced = training_part(shift=50), training_part(20, 20, shift=50)
    with pytest.warns(
        UserWarning, match=r"added no row: none of the rarer class is in danger \(m_neighbors=10\)"
    ):
        assert len(STRATEGIES["borderline-smote"].apply(apart, 7).y) == 400
    assert len(STRATEGIES["borderline-smote"].apply(balanced, 7).y) == 40  # nothing to say: nothing was asked


def test_cluster_centroids_depend_on_no_number_of_threads() -> None:
    from threadpoolctl import threadpool_limits

    train = training_part(300, 3000)
    by_threads = []
    for threads in (1, 3):
        with threadpool_limits(threads):
            by_threads.append(STRATEGIES["cluster-centroids"].apply(train, 7).X)
    np.testing.assert_array_equal(*by_threads)
