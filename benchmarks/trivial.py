"""A plugin for benchmarks: a model that costs nothing, and one that costs a given time of a core."""

from __future__ import annotations

import time

from imbbench import Card, Data, Dataset, Model, hookimpl


def rows(*, n_samples: int = 100) -> Data:
    """Noise, a fifth of it positive."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], [n_samples - n_samples // 5, n_samples // 5])
    return Data(pd.DataFrame(rng.normal(size=(n_samples, 2)) + y[:, None], columns=["a", "b"]), y)


class First:
    """Scores rows by their first column."""

    def __init__(self, seconds):
        self.seconds = seconds

    def fit(self, train):
        end = time.process_time() + self.seconds
        while time.process_time() < end:
            pass
        return self

    def decision_function(self, X):
        return X[:, 0]


def first(context, *, number: int = 0, seconds: float = 0.0):
    """`number` makes cells that differ in nothing else; `seconds` of a core are spent in the fit."""
    return First(seconds)


@hookimpl
def imbbench_datasets():
    card = Card("noise", "made here", "none", "none", 100, 0.2)
    return [Dataset("noise", rows, card, files=lambda **params: ())]


@hookimpl
def imbbench_models():
    return [Model("first", first, seconds_per_row=1e-6)]
