"""Under-samplers: fewer rows of the other class, to a ratio that is asked for."""

from __future__ import annotations

from typing import Literal

from imbbench import Strategy, TrainingSet

from imbbench_imblearn.resample import REQUIRES, Neighbours, UnderSampling, resample


def random_under(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: UnderSampling = "auto",
    replacement: bool = False,
    random_state: int | None = None,
) -> TrainingSet:
    """Rows of the other class drawn at random: `undersample` with another generator, and a ratio."""
    from imblearn.under_sampling import RandomUnderSampler

    state = seed if random_state is None else random_state
    sampler = RandomUnderSampler(
        sampling_strategy=sampling_strategy, replacement=replacement, random_state=state
    )
    return resample(sampler, train)


def near_miss(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    sampling_strategy: UnderSampling = "auto",
    version: Literal[1, 2, 3] = 1,
    n_neighbors: int = 3,
    n_neighbors_ver3: int = 3,
) -> TrainingSet:
    """Rows of the other class that are nearest to the rarer one; nothing is drawn (Mani & Zhang, 2003)."""
    from imblearn.under_sampling import NearMiss

    sampler = NearMiss(
        sampling_strategy=sampling_strategy,
        version=version,
        n_neighbors=n_neighbors,
        n_neighbors_ver3=n_neighbors_ver3,
    )
    return resample(sampler, train, Neighbours("n_neighbors", n_neighbors, others=0))


def instance_hardness_threshold(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: UnderSampling = "auto",
    cv: int = 5,
    random_state: int | None = None,
) -> TrainingSet:
    """Rows that a cross-validated random forest finds easiest (Smith et al., 2014)."""
    from imblearn.under_sampling import InstanceHardnessThreshold

    state = seed if random_state is None else random_state
    sampler = InstanceHardnessThreshold(sampling_strategy=sampling_strategy, cv=cv, random_state=state)
    return resample(sampler, train)


def cluster_centroids(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: UnderSampling = "auto",
    voting: Literal["auto", "hard", "soft"] = "auto",
    random_state: int | None = None,
) -> TrainingSet:
    """k-means centres of the other class; voting=hard: the rows nearest to them (Lin et al., 2017)."""
    from imblearn.under_sampling import ClusterCentroids
    from threadpoolctl import threadpool_limits

    state = seed if random_state is None else random_state
    sampler = ClusterCentroids(sampling_strategy=sampling_strategy, voting=voting, random_state=state)
    # k-means adds up what its threads found in the order in which they end: with one it is repeatable.
    with threadpool_limits(1, user_api="openmp"):
        return resample(sampler, train)


STRATEGIES = [
    # The same as core's undersample, up to the draw.
    Strategy("random-under", random_under, requires=REQUIRES, in_all=False),
    Strategy("near-miss", near_miss, requires=REQUIRES, deterministic=True),
    # More than five minutes for 200,000 rows of 30 columns.
    Strategy("instance-hardness-threshold", instance_hardness_threshold, requires=REQUIRES, in_all=False),
    Strategy("cluster-centroids", cluster_centroids, requires=REQUIRES),
]
