"""Cleaning samplers: they remove what is noisy, borderline or redundant, whatever ratio that gives."""

from __future__ import annotations

from typing import Literal

from imbbench import Strategy, TrainingSet

from imbbench_imblearn.resample import REQUIRES, Cleaning, resample


def tomek_links(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    sampling_strategy: Cleaning = "auto",
) -> TrainingSet:
    """Without rows whose nearest neighbour is of the other class, and they its nearest (Tomek, 1976)."""
    from imblearn.under_sampling import TomekLinks

    return resample(TomekLinks(sampling_strategy=sampling_strategy), train)


def edited_nearest_neighbours(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    sampling_strategy: Cleaning = "auto",
    n_neighbors: int = 3,
    kind_sel: Literal["all", "mode"] = "all",
) -> TrainingSet:
    """Without rows of which a neighbour (kind_sel=mode: most) is of the other class (Wilson, 1972)."""
    from imblearn.under_sampling import EditedNearestNeighbours

    sampler = EditedNearestNeighbours(
        sampling_strategy=sampling_strategy, n_neighbors=n_neighbors, kind_sel=kind_sel
    )
    return resample(sampler, train)


def repeated_edited_nearest_neighbours(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    sampling_strategy: Cleaning = "auto",
    n_neighbors: int = 3,
    max_iter: int = 100,
    kind_sel: Literal["all", "mode"] = "all",
) -> TrainingSet:
    """Edited nearest neighbours again and again, until nothing more is removed (Tomek, 1976)."""
    from imblearn.under_sampling import RepeatedEditedNearestNeighbours

    sampler = RepeatedEditedNearestNeighbours(
        sampling_strategy=sampling_strategy, n_neighbors=n_neighbors, max_iter=max_iter, kind_sel=kind_sel
    )
    return resample(sampler, train)


def all_knn(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    sampling_strategy: Cleaning = "auto",
    n_neighbors: int = 3,
    kind_sel: Literal["all", "mode"] = "all",
    allow_minority: bool = False,
) -> TrainingSet:
    """Edited nearest neighbours with 1, 2, ... `n_neighbors` neighbours (Tomek, 1976)."""
    from imblearn.under_sampling import AllKNN

    sampler = AllKNN(
        sampling_strategy=sampling_strategy,
        n_neighbors=n_neighbors,
        kind_sel=kind_sel,
        allow_minority=allow_minority,
    )
    return resample(sampler, train)


def condensed_nearest_neighbour(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: Cleaning = "auto",
    n_neighbors: int | None = None,
    n_seeds_S: int = 1,
    random_state: int | None = None,
) -> TrainingSet:
    """Only those rows of the other class that a nearest neighbour rule needs (Hart, 1968)."""
    from imblearn.under_sampling import CondensedNearestNeighbour

    sampler = CondensedNearestNeighbour(
        sampling_strategy=sampling_strategy,
        n_neighbors=n_neighbors,
        n_seeds_S=n_seeds_S,
        random_state=seed if random_state is None else random_state,
    )
    return resample(sampler, train)


def one_sided_selection(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: Cleaning = "auto",
    n_neighbors: int | None = None,
    n_seeds_S: int = 1,
    random_state: int | None = None,
) -> TrainingSet:
    """One pass of condensed nearest neighbour, then without Tomek links (Kubat & Matwin, 1997)."""
    from imblearn.under_sampling import OneSidedSelection

    sampler = OneSidedSelection(
        sampling_strategy=sampling_strategy,
        n_neighbors=n_neighbors,
        n_seeds_S=n_seeds_S,
        random_state=seed if random_state is None else random_state,
    )
    return resample(sampler, train)


def neighbourhood_cleaning_rule(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    sampling_strategy: Cleaning = "auto",
    n_neighbors: int = 3,
    threshold_cleaning: float = 0.5,
) -> TrainingSet:
    """Edited nearest neighbours, and no neighbours of misclassified rarer rows (Laurikkala, 2001)."""
    from imblearn.under_sampling import NeighbourhoodCleaningRule

    sampler = NeighbourhoodCleaningRule(
        sampling_strategy=sampling_strategy, n_neighbors=n_neighbors, threshold_cleaning=threshold_cleaning
    )
    return resample(sampler, train)


# Not in "all": what takes more than five minutes for 200,000 rows of 30 columns.
STRATEGIES = [
    Strategy("tomek-links", tomek_links, requires=REQUIRES, deterministic=True),
    Strategy("edited-nearest-neighbours", edited_nearest_neighbours, requires=REQUIRES, deterministic=True),
    Strategy(
        "repeated-edited-nearest-neighbours",
        repeated_edited_nearest_neighbours,
        requires=REQUIRES,
        in_all=False,
        deterministic=True,
    ),
    Strategy("all-knn", all_knn, requires=REQUIRES, in_all=False, deterministic=True),
    Strategy("condensed-nearest-neighbour", condensed_nearest_neighbour, requires=REQUIRES, in_all=False),
    Strategy("one-sided-selection", one_sided_selection, requires=REQUIRES),
    Strategy(
        "neighbourhood-cleaning-rule", neighbourhood_cleaning_rule, requires=REQUIRES, deterministic=True
    ),
]
