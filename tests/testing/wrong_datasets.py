"""Datasets and splits that are each wrong in one point, and named for the check that must catch them.

Where a check is to catch several mistakes, what comes behind a slash tells them apart.
"""

from __future__ import annotations

import random
import socket
from dataclasses import replace
from functools import cache
from pathlib import Path

from imbbench import Card, Data, Dataset, Split, hookimpl

CARD = Card("Rows.", "drawn", "none", "nobody", rows=100, prevalence=0.1)


def rows(labels=(0, 1), positives=10, names=("a", "b"), rng=None):
    import numpy as np
    import pandas as pd

    values = (rng or np.random.default_rng(0)).standard_normal((100, len(names)))
    return Data(
        pd.DataFrame(values, columns=list(names)), np.repeat(np.array(labels), [100 - positives, positives])
    )


def labels_1_and_2():
    """Labels as the file has them."""
    return rows(labels=(1, 2))


def uneven_lengths():
    """A label too few."""
    data = rows()
    return replace(data, y=data.y[1:])


def mostly_positive():
    """Class 1 is the common one."""
    return rows(positives=70)


def unseeded_rows():
    """Other rows each time."""
    import numpy as np

    return rows(rng=np.random.default_rng())


def in_the_order_of_a_set():
    """Columns in the order in which a set has them, which each process chooses."""
    return rows(names=list({f"column {number}" for number in range(8)}))


def tries_a_server():
    """Looks for a file, and makes do without it."""
    try:
        socket.create_connection(("imbbench.invalid", 443), timeout=0.1)
    except OSError:
        return rows()


def tries_an_address():
    """As above, with a socket of its own and a number."""
    with socket.socket() as mine:
        mine.settimeout(0.1)
        mine.connect_ex(("192.0.2.1", 80))
    return rows()


@cache
def tries_once():
    """As above, and remembers what it got instead."""
    return tries_a_server()


def seeds_numpy():
    """Seeds what others draw from."""
    import numpy as np

    np.random.seed(0)
    return rows()


def good_rows():
    """Nothing is wrong with these."""
    return rows()


def no_files():
    return ()


def absent_files():
    return [Path("absent.csv")]


@hookimpl
def imbbench_datasets():
    return [
        Dataset("data_are_valid", labels_1_and_2, CARD),
        Dataset("data_are_valid/lengths", uneven_lengths, CARD),
        Dataset("class_1_is_the_minority", mostly_positive, CARD),
        Dataset("loads_the_same_rows_again", unseeded_rows, CARD),
        Dataset("fingerprint_is_stable", in_the_order_of_a_set, CARD),
        Dataset("offline_it_stays_offline", tries_a_server, CARD),
        Dataset("offline_it_stays_offline/address", tries_an_address, CARD),
        Dataset("offline_it_stays_offline/once", tries_once, CARD),
        Dataset("global_generators_untouched", seeds_numpy, CARD),
        Dataset("files_exist", good_rows, CARD, files=absent_files),
        Dataset("card_is_complete", good_rows, replace(CARD, licence=" ")),
        Dataset("card_is_complete/prevalence", good_rows, replace(CARD, prevalence=None)),
        Dataset("card_agrees_with_the_rows", good_rows, replace(CARD, rows=99)),
        Dataset("card_agrees_with_the_rows/prevalence", good_rows, replace(CARD, prevalence=0.11)),
    ]


def shuffled(data, rng):
    import numpy as np

    from imbbench.builtin.splits import holdout

    (pair,) = holdout(data, int(rng.integers(2**31)))
    return tuple(map(np.asarray, pair))


def seeded(data, seed):
    import numpy as np

    return shuffled(data, np.random.default_rng(seed))


def good_split(data, seed):
    """Nothing is wrong with it."""
    return [seeded(data, seed)]


def overlapping(data, seed):
    """A row in both parts."""
    train, test = seeded(data, seed)
    return [([*train, test[0]], test)]


def as_masks(data, seed):
    """Booleans instead of row numbers."""
    train, test = seeded(data, seed)
    return [([row in train for row in range(len(data.y))], test)]


def without_positives(data, seed):
    """One class to learn from."""
    train, test = seeded(data, seed)
    return [(train[data.y[train] == 0], test)]


def unseeded_split(data, seed):
    """Another split each time."""
    import numpy as np

    return [shuffled(data, np.random.default_rng())]


def global_split(data, seed):
    """Draws from what others draw from."""
    return [seeded(data, random.getrandbits(31))]


def as_sklearn_says(data, seed):
    """A library's own error, unexplained."""
    if (data.y == 1).sum() < 5:
        raise ValueError("n_splits=5 cannot be greater than the number of members in each class.")
    return good_split(data, seed)


def needs_groups(data, seed):
    """Takes for granted what most data do not have."""
    if len(set(data.groups)) < 2:
        raise ValueError("no groups")
    return good_split(data, seed)


def absent_column(data):
    return ["Time"]


def deaf_split(data, seed, *, random_state: int | None = None):
    """The seed wins."""
    return [seeded(data, seed)]


def once(**_):
    return 1


def twice(**_):
    return 2


@hookimpl
def imbbench_splits():
    return [
        Split("folds_are_valid", overlapping, once),
        Split("folds_are_valid/number", good_split, twice),
        Split("folds_are_valid/masks", as_masks, once),
        Split("folds_are_valid/one-class", without_positives, once),
        Split("same_seed_same_folds", unseeded_split, once),
        Split("same_seed_same_folds/global", global_split, once),
        Split("works_with_few_positives", as_sklearn_says, once),
        Split("global_generators_untouched", global_split, once),
        Split("random_state_wins", deaf_split, once),
        Split("needs_no_more_than_labels", needs_groups, once),
        Split("features_are_columns", good_split, once, features=absent_column),
        Split("files_exist", good_split, once, files=absent_files),
    ]
