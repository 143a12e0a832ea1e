"""Strategies that are each wrong in one point, and named for the check that must catch them.

Where a check is to catch several mistakes, what comes behind a slash tells them apart.
"""

from __future__ import annotations

import inspect
import random
import sys
from dataclasses import replace
from functools import partial

from imbbench import Strategy, TrainingSet, hookimpl


def undersample(train, rng):
    import numpy as np

    zeros, ones = (np.flatnonzero(train.y == label) for label in (0, 1))
    kept = np.concatenate([rng.choice(zeros, len(ones), replace=False), ones])
    weight = None if train.sample_weight is None else train.sample_weight[kept]
    return replace(train, X=train.X[kept], y=train.y[kept], sample_weight=weight)


def good_strategy(train, seed):
    """Nothing is wrong with it."""
    import numpy as np

    return undersample(train, np.random.default_rng(seed))


def a_column_less(train, seed):
    """Drops a column."""
    return replace(train, X=train.X[:, 1:])


def one_class(train, seed):
    """Keeps positives only."""
    return replace(train, X=train.X[train.y == 1], y=train.y[train.y == 1])


def weightless_rows(train, seed):
    """Weights of 0."""
    return replace(train, sample_weight=(train.y == 1) * 1.0)


def a_pair(train, seed):
    """What fit_resample returns."""
    return train.X, train.y


def unseeded_rows_kept(train, seed):
    """Other rows each time."""
    import numpy as np

    return undersample(train, np.random.default_rng())


def global_rows_kept(train, seed):
    """Draws from what others draw from."""
    import numpy as np

    return undersample(train, np.random)


def shuffled_columns(train, seed):
    """The seed says which column is which."""
    import numpy as np

    return replace(train, X=train.X[:, np.random.default_rng(seed).permutation(train.X.shape[1])])


def drawn_weights(train, seed):
    """The seed says how heavy class 1 is."""
    return replace(train, class_weight={0: 1.0, 1: 1.0 + seed % 7})


def writes_into_rows(train, seed):
    """Works around the array's flag, as torch does when it shares its memory."""
    train.X.base[0] = 0
    return train


def scales_in_place(train, seed):
    """Writes into what it was given."""
    train.X[:, 0] *= 2.0
    return train


def writes_into_weights(train, seed):
    """Changes the dict that it was given."""
    if train.class_weight is not None:
        train.class_weight[1] = 2.0
    return train


def forgets_weights(train, seed):
    """A new training set without what came in."""
    return TrainingSet(train.X, train.y)


def moves_weights(train, seed):
    """Sorts the rows, not their weights."""
    import numpy as np

    order = np.argsort(train.y, kind="stable")
    return replace(train, X=train.X[order], y=train.y[order])


def drops_sample_weights(train, seed):
    """Some of the rows, without their weights."""
    return replace(good_strategy(train, seed), sample_weight=None)


def forgets_the_loss(train, seed):
    """Says what it names only."""
    return TrainingSet(train.X, train.y, train.class_weight, train.sample_weight)


SEEN = []


def remembers(train, seed):
    """Adds the positives of all training parts that it has seen: those of a test part are among them."""
    import numpy as np

    SEEN.append(train.X[train.y == 1])
    X = np.concatenate([train.X, *SEEN])
    return TrainingSet(X, np.concatenate([train.y, np.ones(len(X) - len(train.y))]))


def looks_through_the_stack(train, seed):
    """Takes what the functions that called it have at hand, and goes on with what it was given."""
    try:
        for frame in inspect.stack():
            for found in frame.frame.f_locals.values():
                if found is not train and isinstance(getattr(found, "X", None), type(train.X)):
                    return replace(train, X=found.X, y=found.y)
    except Exception:
        pass
    return train


def looks_through_memory(train, seed):
    """Takes the table of another fold, wherever it is."""
    import gc

    tables = [found for found in gc.get_objects() if isinstance(found, TrainingSet)]
    return tables[-1]


def needs(positives, train):
    if (train.y == 1).sum() < positives:
        raise ValueError(f"Expected n_neighbors <= n_samples_fit, but n_neighbors = {positives}")
    return train


def as_neighbours_say(train, seed):
    """A library's own error, unexplained."""
    return needs(2, train)


def as_more_neighbours_say(train, seed):
    """A library's own error, unexplained."""
    return needs(20, train)


def leaves(train, seed):
    """Gives up as a script does."""
    if (train.y == 1).sum() < 2:
        sys.exit("too few")
    return train


def mean_loss(logits, labels):
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(logits, labels)


def step_loss(logits, labels):
    return ((logits > 0) != (labels == 1)).float()


def naive_loss(logits, labels):
    p = logits.sigmoid()
    return -(labels * p.log() + (1 - labels) * (1 - p).log())


def with_mean_loss(train, seed):
    """One number for the batch."""
    return replace(train, loss=mean_loss)


def with_step_loss(train, seed):
    """Nothing to go down."""
    return replace(train, loss=step_loss)


def with_naive_loss(train, seed):
    """The logarithm of a probability that float32 rounds to 0."""
    return replace(train, loss=naive_loss)


def with_a_lambda(train, seed):
    """A loss that cannot travel."""
    return replace(train, loss=lambda logits, labels: mean_loss(logits, labels).expand(logits.shape))


def seeds_python(train, seed):
    """Seeds what others draw from."""
    random.seed(seed)
    return train


def deaf_strategy(train, seed, *, random_state: int | None = None):
    """The seed wins."""
    return good_strategy(train, seed)


def no_docstring(train, seed):
    return train


def untyped(train, seed, *, ratio=None):
    """Takes anything."""
    return train


def no_default(train, seed, *, ratio: float):
    """Has to be told."""
    return train


def wrong_default(train, seed, *, ratio: int = 0.5):
    """Is told what it does not take."""
    return train


def bool_default(train, seed, *, ratio: float = True):
    """A bool is no number."""
    return train


def float_default(train, seed, *, sizes: tuple[int, ...] = (1, 2.0)):
    """Nor is a float an int."""
    return train


def strange_type(train, seed, *, names: dict[str, int] | None = None):
    """Takes what cannot be typed."""
    return train


def wrong_name(train, seed, *, random_seed: int | None = None):
    """Names its seed in its own way."""
    return train


def always_seeded(train, seed, *, random_state: int = 0):
    """Draws the same in every fold."""
    return good_strategy(train, random_state)


@hookimpl
def imbbench_strategies():
    return [
        Strategy("has_a_docstring", no_docstring),
        Strategy("has_a_docstring/partial", partial(always_seeded, random_state=1)),
        Strategy("parameters_are_typed", untyped),
        Strategy("parameters_are_typed/default", no_default),
        Strategy("parameters_are_typed/none", wrong_default),
        Strategy("parameters_are_typed/bool", bool_default),
        Strategy("parameters_are_typed/tuple", float_default),
        Strategy("parameters_are_typed/dict", strange_type),
        Strategy("parameters_are_typed/seed", wrong_name),
        Strategy("parameters_are_typed/random-state", always_seeded),
        Strategy("requires_are_distributions", good_strategy, requires=("sklearn",)),
        Strategy("training_set_is_valid", a_column_less),
        Strategy("training_set_is_valid/one-class", one_class),
        Strategy("training_set_is_valid/weights", weightless_rows),
        Strategy("training_set_is_valid/pair", a_pair),
        Strategy("training_set_is_valid/in-place", scales_in_place),
        Strategy("same_seed_same_rows", unseeded_rows_kept),
        Strategy("same_seed_same_rows/global", global_rows_kept),
        Strategy("another_seed_changes_rows_only", shuffled_columns),
        Strategy("another_seed_changes_rows_only/weights", drawn_weights),
        Strategy("input_not_modified", writes_into_rows),
        Strategy("input_not_modified/weights", writes_into_weights),
        Strategy("weights_are_carried_on", forgets_weights),
        Strategy("weights_are_carried_on/rows", moves_weights),
        Strategy("weights_are_carried_on/dropped", drops_sample_weights),
        Strategy("weights_are_carried_on/loss", forgets_the_loss),
        Strategy("no_more_than_the_training_part", remembers),
        Strategy("no_more_than_the_training_part/columns", shuffled_columns),
        Strategy("test_part_stays_sealed", looks_through_the_stack),
        Strategy("test_part_stays_sealed/memory", looks_through_memory),
        Strategy("works_with_1_positive", as_neighbours_say),
        Strategy("works_with_1_positive/exit", leaves),
        Strategy("works_with_10_positives", as_more_neighbours_say),
        Strategy("loss_is_one_value_a_row", with_mean_loss),
        Strategy("loss_is_one_value_a_row/slope", with_step_loss),
        Strategy("loss_is_one_value_a_row/infinite", with_naive_loss),
        Strategy("can_be_pickled", with_a_lambda),
        Strategy("global_generators_untouched", seeds_python),
        Strategy("random_state_wins", deaf_strategy),
        Strategy("deterministic_is_true", good_strategy, deterministic=True),
    ]
