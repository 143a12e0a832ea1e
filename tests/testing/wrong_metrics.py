"""Metrics, executors and reports that are each wrong in one point, and named for the check that must catch them.

Where a check is to catch several mistakes, what comes behind a slash tells them apart.
"""

from __future__ import annotations

import itertools
import math
import random
from concurrent.futures import Future

from imbbench import Executor, Metric, Report, hookimpl


def recall(p):
    """tp / (tp + fn)."""
    _, _, fn, tp = p.counts
    return tp / (tp + fn) if tp + fn else math.nan


def raises(p):
    """No answer where there is none."""
    _, _, fn, tp = p.counts
    return tp / (tp + fn)


def infinite(p):
    """Odds."""
    _, fp, _, tp = p.counts
    return tp / fp if fp else math.inf


def first_alarm(p):
    """How long it takes."""
    return float(p.positive.argmax())


def unfair(p):
    """ROC AUC by ranks, with the order of the rows between equal scores."""
    import numpy as np

    ones = int(p.y.sum())
    pairs = ones * (len(p.y) - ones)
    ranks = np.argsort(np.argsort(p.score, kind="stable"))
    return float(ranks[p.y == 1].sum() - ones * (ones - 1) / 2) / pairs if pairs else math.nan


def noisy(p):
    """A bootstrap of its own making."""
    import numpy as np

    return recall(p) + np.random.default_rng().random() / 1e9


def global_bootstrap(p):
    """Draws from what others draw from."""
    import numpy as np

    rows = np.random.choice(len(p.y), len(p.y))
    return float(p.probability[rows].mean())


def sorts_scores(p):
    """Works around the array's flag."""
    p.score.base.sort()
    return float(p.score[len(p.score) // 2])


def forgets_weights(p, weights):
    """The same figure for every resample."""
    return [recall(p)] * len(weights)


def one_figure(p, weights):
    """As if there were one resample."""
    return recall(p)


@hookimpl
def imbbench_metrics():
    return [
        Metric("direction_is_true", recall, greater_is_better=False),
        Metric("undefined_is_nan", raises),
        Metric("undefined_is_nan/infinite", infinite),
        Metric("order_of_rows_does_not_matter", first_alarm, greater_is_better=False),
        Metric("order_of_rows_does_not_matter/ties", unfair),
        Metric("same_figure_again", noisy),
        Metric("same_figure_again/global", global_bootstrap),
        Metric("predictions_not_modified", sorts_scores),
        Metric("global_generators_untouched", global_bootstrap),
        Metric("weighted_is_the_figure_of_repeated_rows", recall, weighted=forgets_weights),
        Metric("weighted_is_the_figure_of_repeated_rows/shape", recall, weighted=one_figure),
    ]


class Careless:
    """Runs each task at once, and never stops one."""

    def submit(self, function, timeout, /, *args):
        future = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            self.fail(future, error)
        return future

    def fail(self, future, error):
        future.set_result(error)


class Patient(Careless):
    def fail(self, future, error):
        future.set_exception(error)


class Deep(Careless):
    def submit(self, function, timeout, /, *args):
        future = Future()
        future.set_result((function, args))
        return future


def loses_exceptions(jobs):
    """An exception is a value like any other."""
    return Careless()


def does_nothing(jobs):
    """Brings back what it was given."""
    return Deep()


def waits(jobs):
    """Takes as long as it takes."""
    return Patient()


@hookimpl
def imbbench_executors():
    return [
        Executor("brings_back_values_and_exceptions", loses_exceptions),
        Executor("brings_back_values_and_exceptions/value", does_nothing),
        Executor("time_limits_are_kept", waits),
    ]


def knows_two(results, stream):
    """Statuses that it has seen."""
    for row in results:
        stream.write({"ok": "fine\n", "error": "bad\n"}[row.status])


def no_end(results, stream):
    """A prompt follows on the same line."""
    stream.write(f"{len(results)} cells")


COUNT = itertools.count()


def numbered(results, stream):
    """Of no use to a diff."""
    stream.write(f"report {next(COUNT)}, {random.random()}\n")


@hookimpl
def imbbench_reports():
    return [
        Report("writes_every_status", knows_two),
        Report("writes_every_status/end", no_end),
        Report("writes_the_same_again", numbered),
    ]
