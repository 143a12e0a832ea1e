"""Training parts, and the components by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from imbbench import Context, Model, Strategy, TrainingSet

import imbbench_imblearn

STRATEGIES: dict[str, Strategy] = {each.name: each for each in imbbench_imblearn.imbbench_strategies()}
MODELS: dict[str, Model] = {each.name: each for each in imbbench_imblearn.imbbench_models()}


def training_part(
    positives: int = 40, negatives: int = 360, *, shift: float = 1.0, **weights: Any
) -> TrainingSet:
    """Two overlapping clouds in four columns, the classes mixed, read-only as core hands them out."""
    rng = np.random.default_rng(0)
    y = rng.permutation(np.repeat(np.array([0, 1], dtype=np.int8), [negatives, positives]))
    X = (rng.normal(size=(len(y), 4)) + shift * y[:, np.newaxis]).astype(np.float32)
    X.setflags(write=False)
    y.setflags(write=False)
    return TrainingSet(X, y, **weights)


def context(seed: int = 3, n_jobs: int = 1) -> Context:
    return Context(seed, "cpu", n_jobs, 1, (360, 40))
