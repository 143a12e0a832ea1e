"""SMOTE, then cleaning: the parameters of both parts, by the names that the parts have for them."""

from __future__ import annotations

from typing import Literal

from imbbench import Strategy, TrainingSet

from imbbench_imblearn.resample import REQUIRES, Neighbours, OverSampling, resample


def smote_enn(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    k_neighbors: int = 5,
    n_neighbors: int = 3,
    kind_sel: Literal["all", "mode"] = "all",
    random_state: int | None = None,
) -> TrainingSet:
    """SMOTE with `k_neighbors`, then edited nearest neighbours in both classes (Batista et al., 2004)."""
    from imblearn.combine import SMOTEENN
    from imblearn.over_sampling import SMOTE
    from imblearn.under_sampling import EditedNearestNeighbours

    state = seed if random_state is None else random_state
    smote = SMOTE(sampling_strategy=sampling_strategy, k_neighbors=k_neighbors, random_state=state)
    enn = EditedNearestNeighbours(sampling_strategy="all", n_neighbors=n_neighbors, kind_sel=kind_sel)
    return resample(SMOTEENN(smote=smote, enn=enn), train, Neighbours("k_neighbors", k_neighbors))


def smote_tomek(
    train: TrainingSet,
    seed: int,
    *,
    sampling_strategy: OverSampling = "auto",
    k_neighbors: int = 5,
    random_state: int | None = None,
) -> TrainingSet:
    """SMOTE with `k_neighbors`, then without Tomek links, both rows of each (Batista et al., 2003)."""
    from imblearn.combine import SMOTETomek
    from imblearn.over_sampling import SMOTE

    state = seed if random_state is None else random_state
    smote = SMOTE(sampling_strategy=sampling_strategy, k_neighbors=k_neighbors, random_state=state)
    return resample(SMOTETomek(smote=smote), train, Neighbours("k_neighbors", k_neighbors))


# Both take more than five minutes for 200,000 rows of 30 columns.
STRATEGIES = [
    Strategy("smote-enn", smote_enn, requires=REQUIRES, in_all=False),
    Strategy("smote-tomek", smote_tomek, requires=REQUIRES, in_all=False),
]
