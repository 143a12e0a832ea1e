"""Components that are unusual, and right: no check may fail. `SKIPPED` says which of them cannot be made."""

from __future__ import annotations

import math
import time
from concurrent.futures import Future
from functools import partial

from imbbench import Executor, Metric, Split, Strategy, Unsupported, hookimpl

#: (kind, name) -> checks that are skipped; all others pass.
SKIPPED = {
    ("strategy", "needs-100-positives"): {
        "training_set_is_valid",
        "same_seed_same_rows",
        "another_seed_changes_rows_only",
        "input_not_modified",
        "weights_are_carried_on",
        "no_more_than_the_training_part",
        "test_part_stays_sealed",
        "works_with_1_positive",
        "works_with_10_positives",
        "loss_is_one_value_a_row",
        "can_be_pickled",
        "global_generators_untouched",
    },
    ("strategy", "int-for-float"): set(),
    ("strategy", "deterministic"): set(),
    ("strategy", "partial"): set(),
    ("split", "needs-1000-rows"): {
        "folds_are_valid",
        "same_seed_same_folds",
        "global_generators_untouched",
    },
    ("metric", "top"): {"direction_is_true"},
    ("metric", "top[k=50]"): set(),
    ("metric", "mean-probability"): set(),
    ("executor", "at-once"): set(),
}


def needs_100_positives(train, seed):
    """Says how many it needs."""
    found = int((train.y == 1).sum())
    if found < 100:
        raise Unsupported(f"{found} rows of class 1, 100 needed")
    return train


def same_rows(train, seed, *, beta: float = 1, sizes: tuple[float, ...] = (1, 0.5), gap: float | None = 2):
    """An int is a float to mypy, and to the command line."""
    return train


explained = partial(same_rows, beta=2.0)
explained.__doc__ = "What `imbbench list` shows."


def needs_1000_rows(data, seed):
    """Says how many it needs."""
    raise Unsupported(f"{len(data.y)} rows, 1000 needed")


def top(p, *, k: int = 500):
    """Precision among the `k` rows with the highest scores; of equal scores, those on average."""
    if k > len(p.y):
        return math.nan
    lowest = sorted(p.score)[-k]
    above, level = p.y[p.score > lowest], p.y[p.score == lowest]
    return (above.sum() + (k - len(above)) * level.mean()) / k


def mean_probability(p):
    """What is said of a row on average: neither better nor worse."""
    return float(p.probability.mean())


class AtOnce:
    """Runs each task at once; what takes long shows that it was asked for."""

    def submit(self, function, timeout, /, *args):
        assert function is not time.sleep
        future = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def at_once(jobs):
    """In this process, where nothing can be stopped."""
    return AtOnce()


@hookimpl
def imbbench_strategies():
    return [
        Strategy("needs-100-positives", needs_100_positives),
        Strategy("int-for-float", same_rows),
        Strategy("deterministic", same_rows, deterministic=lambda beta, **_: beta == 1),
        Strategy("partial", explained),
    ]


@hookimpl
def imbbench_splits():
    return [Split("needs-1000-rows", needs_1000_rows, lambda **_: 1)]


@hookimpl
def imbbench_metrics():
    return [Metric("top", top), Metric("mean-probability", mean_probability, greater_is_better=None)]


@hookimpl
def imbbench_executors():
    return [Executor("at-once", at_once, in_process=True)]
