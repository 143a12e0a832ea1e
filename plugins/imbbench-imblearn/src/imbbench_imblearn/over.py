"""Over-samplers: more rows of the rarer class, copied or made up."""

from __future__ import annotations

import warnings
from typing import Literal

from imbbench import Strategy, TrainingSet

from imbbench_imblearn.resample import REQUIRES, Neighbours, OverSampling, resample


def random_over(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    shrinkage: float | None = None,
    random_state: int | None = None,
) -> TrainingSet:
    """Rarer rows drawn with replacement; `shrinkage` adds noise, as ROSE does (Menardi & Torelli, 2014)."""
    from imblearn.over_sampling import RandomOverSampler

    state = seed if random_state is None else random_state
    sampler = RandomOverSampler(sampling_strategy=sampling_strategy, shrinkage=shrinkage, random_state=state)
    return resample(sampler, train)


def smote(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    k_neighbors: int = 5,
    random_state: int | None = None,
) -> TrainingSet:
    """New rows between a rarer row and one of its nearest of that class (Chawla et al., 2002)."""
    from imblearn.over_sampling import SMOTE

    state = seed if random_state is None else random_state
    sampler = SMOTE(sampling_strategy=sampling_strategy, k_neighbors=k_neighbors, random_state=state)
    return resample(sampler, train, Neighbours("k_neighbors", k_neighbors))


def borderline_smote(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    k_neighbors: int = 5,
    m_neighbors: int = 10,
    kind: Literal["borderline-1", "borderline-2"] = "borderline-1",
    random_state: int | None = None,
) -> TrainingSet:
    """SMOTE from rows in danger: half or more of `m_neighbors`, not all, are others (Han et al., 2005)."""
    from imblearn.over_sampling import BorderlineSMOTE

    sampler = BorderlineSMOTE(
        sampling_strategy=sampling_strategy,
        k_neighbors=k_neighbors,
        m_neighbors=m_neighbors,
        kind=kind,
        random_state=seed if random_state is None else random_state,
    )
    after = resample(sampler, train, Neighbours("k_neighbors", k_neighbors))
    if any(sampler.sampling_strategy_.values()) and not sampler.in_danger_indices:  # the library is silent
        text = (
            f"BorderlineSMOTE added no row: none of the rarer class is in danger (m_neighbors={m_neighbors})"
        )
        warnings.warn(text, UserWarning, stacklevel=2)
    return after


def adasyn(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    n_neighbors: int = 5,
    random_state: int | None = None,
) -> TrainingSet:
    """SMOTE with more new rows where more neighbours are of the other class (He et al., 2008)."""
    from imblearn.over_sampling import ADASYN

    state = seed if random_state is None else random_state
    sampler = ADASYN(sampling_strategy=sampling_strategy, n_neighbors=n_neighbors, random_state=state)
    return resample(sampler, train, Neighbours("n_neighbors", n_neighbors))


def svm_smote(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    k_neighbors: int = 5,
    m_neighbors: int = 10,
    out_step: float = 0.5,
    random_state: int | None = None,
) -> TrainingSet:
    """SMOTE from the support vectors of an SVM, outwards where it is safe (Nguyen et al., 2011)."""
    from imblearn.over_sampling import SVMSMOTE

    sampler = SVMSMOTE(
        sampling_strategy=sampling_strategy,
        k_neighbors=k_neighbors,
        m_neighbors=m_neighbors,
        out_step=out_step,
        random_state=seed if random_state is None else random_state,
    )
    return resample(sampler, train, Neighbours("k_neighbors", k_neighbors))


def kmeans_smote(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    k_neighbors: int = 2,
    kmeans_estimator: int | None = None,
    cluster_balance_threshold: float | Literal["auto"] = "auto",
    density_exponent: float | Literal["auto"] = "auto",
    random_state: int | None = None,
) -> TrainingSet:
    """SMOTE within clusters in which the rarer class is common (Last et al., 2017).

    `kmeans_estimator` is the number of clusters (None: 8), `cluster_balance_threshold` the least share of
    the rarer class ("auto": a half).
    """
    from imblearn.over_sampling import KMeansSMOTE

    sampler = KMeansSMOTE(
        sampling_strategy=sampling_strategy,
        k_neighbors=k_neighbors,
        kmeans_estimator=kmeans_estimator,
        cluster_balance_threshold=cluster_balance_threshold,
        density_exponent=density_exponent,
        random_state=seed if random_state is None else random_state,
    )
    return resample(sampler, train, Neighbours("k_neighbors", k_neighbors))


STRATEGIES = [
    Strategy("random-over", random_over, requires=REQUIRES),
    Strategy("smote", smote, requires=REQUIRES),
    Strategy("borderline-smote", borderline_smote, requires=REQUIRES),
    Strategy("adasyn", adasyn, requires=REQUIRES),
    Strategy("svm-smote", svm_smote, requires=REQUIRES),
    # By default it often fails: it wants clusters in which half of the rows are of the rarer class.
    Strategy("kmeans-smote", kmeans_smote, requires=REQUIRES, in_all=False),
]
