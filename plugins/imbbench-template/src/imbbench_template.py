"""An example plugin: one strategy, random oversampling. Copy this package and change it."""

from __future__ import annotations

from dataclasses import replace

from imbbench import Strategy, TrainingSet, hookimpl


def oversample(train: TrainingSet, seed: int, *, ratio: float = 1.0) -> TrainingSet:
    """Repeat rows of class 1, drawn with replacement, until there are `ratio` times as many as of
    class 0. Parameters are keyword-only arguments: `-s 'random-over[ratio=0.5]'`."""
    import numpy as np  # heavy imports wait until they are needed

    positives = np.flatnonzero(train.y == 1)
    missing = max(0, round(ratio * (len(train.y) - len(positives))) - len(positives))
    drawn = np.random.default_rng(seed).choice(positives, missing, replace=True)
    rows = np.concatenate([np.arange(len(train.y)), drawn])
    weights = None if train.sample_weight is None else train.sample_weight[rows]
    return replace(train, X=train.X[rows], y=train.y[rows], sample_weight=weights)


@hookimpl
def imbbench_strategies() -> list[Strategy]:
    """What this package adds."""
    return [Strategy("random-over", oversample, requires=("numpy",))]
