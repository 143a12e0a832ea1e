"""What is done about the imbalance; n rows, n0 negatives, n1 positives."""

from __future__ import annotations

from dataclasses import replace

from imbbench import Strategy, TrainingSet, hookimpl


def _class_sizes(train: TrainingSet) -> tuple[int, int]:
    positives = int((train.y == 1).sum())
    return len(train.y) - positives, positives


def none(train: TrainingSet, seed: int) -> TrainingSet:  # noqa: ARG001
    """Nothing: the training part as it is."""
    return train


def class_weight(train: TrainingSet, seed: int) -> TrainingSet:  # noqa: ARG001
    """Weights n / (2 n_c) for class c: scikit-learn's "balanced" (King & Zeng, 2001)."""
    n0, n1 = _class_sizes(train)
    n = n0 + n1
    return replace(train, class_weight={0: n / (2 * n0), 1: n / (2 * n1)})


def pos_weight(train: TrainingSet, seed: int) -> TrainingSet:  # noqa: ARG001
    """Weight 1 for negatives and n0 / n1 for positives: `BCEWithLogitsLoss(pos_weight=n0/n1)`.

    Proportional to `class_weight`: an unpenalised linear model ends with the same coefficients, an
    L2-penalised one does not (pos_weight at C equals class_weight at C * 2 n0 / n)."""
    n0, n1 = _class_sizes(train)
    return replace(train, class_weight={0: 1.0, 1: n0 / n1})


def undersample(train: TrainingSet, seed: int, *, random_state: int | None = None) -> TrainingSet:
    """All rows of the rarer class and as many of the other, drawn without replacement."""
    import numpy as np

    rng = np.random.default_rng(seed if random_state is None else random_state)
    classes = [np.flatnonzero(train.y == label) for label in (0, 1)]
    size = min(map(len, classes))
    kept = [rows if len(rows) == size else rng.choice(rows, size, replace=False) for rows in classes]
    chosen = np.sort(np.concatenate(kept))
    weights = None if train.sample_weight is None else train.sample_weight[chosen]
    return replace(train, X=train.X[chosen], y=train.y[chosen], sample_weight=weights)


@hookimpl
def imbbench_strategies() -> list[Strategy]:
    """`none` first: what the others are compared with."""
    return [
        Strategy("none", none, deterministic=True),
        Strategy("class_weight", class_weight, deterministic=True),
        Strategy("undersample", undersample, requires=("numpy",)),
        Strategy("pos_weight", pos_weight, deterministic=True),
    ]
