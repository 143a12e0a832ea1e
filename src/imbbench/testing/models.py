"""Checks of models, but for what they make of weights."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace

from imbbench.border import check_telling
from imbbench.data import TrainingSet, read_only
from imbbench.errors import Unsupported
from imbbench.registry import Bound
from imbbench.testing.components import with_random_state
from imbbench.testing.cores import check_cores
from imbbench.testing.fits import THREADS, build, context, fit, fit_scores, probability, scores_of
from imbbench.testing.guards import check_generators, check_unchanged, same, stir
from imbbench.testing.model_weights import HEAVY, weighted
from imbbench.testing.samples import SEEDS, cloud, lattice
from imbbench.testing.verdict import Nonconforming, require

#: Probabilities of one fit that may differ by rounding.
CLOSE = 1e-3


def scores_are_valid(bound: Bound) -> None:
    """Scores are one finite number a row, and log-odds rather than probabilities, with whatever seed."""
    train = lattice()
    for seed in SEEDS:
        classifier = fit(bound, train, seed)
        check_telling(classifier)
        scores = scores_of(bound, classifier, train.X)
        low, high = scores.min(), scores.max()
        # Where class 1 is rarest it is one row in 15: log-odds below 0, even of a model that balances.
        found = f"scores from {low:.3g} to {high:.3g}"
        require(low < 0 or high > 1, "log-odds of class 1; logit(p) of a probability", found)


def class_1_scores_higher(bound: Bound) -> None:
    """Rows of class 1 score higher on average than rows of class 0."""
    train = lattice()
    scores = fit_scores(bound, train)
    ones, zeros = scores[train.y == 1].mean(), scores[train.y == 0].mean()
    found = f"a mean score of {ones:.3g} for class 1 and {zeros:.3g} for class 0"
    require(ones > zeros, "log-odds of class 1, learned from the rows", found)


def a_row_scores_the_same_alone(bound: Bound) -> None:
    """A row's score does not depend on which rows are scored with it; a single row can be scored."""
    train = lattice()
    classifier = fit(bound, train)
    together = probability(scores_of(bound, classifier, train.X))
    for row in (0, len(train.y) - 1):
        alone = probability(scores_of(bound, classifier, train.X[row : row + 1]))[0]
        found = f"row {row} has probability {alone:.4f} alone, {together[row]:.4f} among others"
        require(abs(alone - together[row]) <= CLOSE, "a score of each row by itself", found)


def same_seed_same_scores(bound: Bound) -> None:
    """The same rows and seed give the same scores to the last bit, whatever was fitted in between."""
    train = lattice()
    stir(1)
    first = fit_scores(bound, train, 3)
    fit_scores(bound, train, 4)
    stir(2)
    again = fit_scores(bound, train, 3)
    expected = "equal scores from equal rows and context.seed"
    require(same(first, again), expected, f"scores that differ by up to {abs(first - again).max():.3g}")


def random_state_wins(bound: Bound) -> None:
    """With a `random_state`, the seed of the context changes nothing."""
    bound, train = with_random_state(bound), lattice()
    agree = same(fit_scores(bound, train, 3), fit_scores(bound, train, 4))
    require(agree, "random_state wins over context.seed", "another seed gave other scores")


def deterministic_is_true(bound: Bound) -> None:
    """A model that says `deterministic` scores the same, to the last bit, with any seed."""
    for train in (lattice(), cloud()):
        one, other = (fit_scores(bound, train, seed) for seed in (3, 4))
        found = f"scores that differ by up to {abs(one - other).max():.3g}"
        require(same(one, other), "deterministic=True only where the seed changes no score", found)


def can_be_pickled(bound: Bound) -> None:
    """`build` and the fitted classifier can be pickled, and score as before afterwards."""
    train = lattice()
    classifier = fit(bound, train)
    try:
        pickle.dumps(bound.component.build)
        copy = pickle.loads(pickle.dumps(classifier))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        expected = "classes and functions at the top of a module, which pickle finds by name"
        raise Nonconforming(expected, str(error)) from None
    scores = scores_of(bound, classifier, train.X), scores_of(bound, copy, train.X)
    require(same(*scores), "the same scores after pickling", "other scores")


def training_set_not_modified(bound: Bound) -> None:
    """`fit` and `decision_function` leave the rows that they are given as they are."""
    X, y = lattice().X.copy(), lattice().y.copy()
    train = TrainingSet(read_only(X), read_only(y))
    check_unchanged({"X": X, "y": y}, lambda: fit_scores(bound, train))


def global_generators_untouched(bound: Bound) -> None:
    """Building, fitting and scoring neither draw from nor seed the generators of random, numpy and torch."""
    train = lattice()
    fit_scores(bound, train)
    check_generators(lambda: fit_scores(bound, train))


def threads_are_respected(bound: Bound) -> None:
    """With n_jobs=1 and threads=1, fit and scoring keep one core busy, and thread pools keep their sizes."""
    train = cloud()

    def run() -> None:
        classifier = build(bound, train)
        classifier.fit(train)
        classifier.decision_function(train.X)

    fit_scores(bound, lattice())  # what it imports starts pools of its own
    with THREADS.limited():
        check_cores(run)


def parallel_changes_no_score(bound: Bound) -> None:
    """A model that says `parallel` scores the same, to the last bit, with n_jobs=1 and n_jobs=2."""
    train = lattice()
    one, two = (fit_scores(bound, train, n_jobs=n_jobs) for n_jobs in (1, 2))
    found = f"scores that differ by up to {abs(one - two).max():.3g}"
    require(same(one, two), "parallel=True only where n_jobs changes no score", found)


def fit_many_is_the_single_fit(bound: Bound) -> None:
    """What `fit_many` fits together scores as each fitted alone; `Unsupported` is a right answer for any."""
    trains = _replicates()
    contexts = [context(train, seed) for seed, train in enumerate(trains)]
    try:
        with THREADS.limited():
            answers = list(bound.component.fit_many(contexts, trains, **bound.params))
    except Unsupported:
        return
    require(len(answers) == len(trains), f"{len(trains)} answers, one a context", f"{len(answers)} answers")
    for seed, (answer, train) in enumerate(zip(answers, trains, strict=True)):
        if isinstance(answer, Unsupported):
            continue
        if isinstance(answer, Exception):
            raise answer
        alone = probability(fit_scores(bound, train, seed))
        together = probability(scores_of(bound, answer, train.X))
        found = f"replicate {seed} has probabilities that differ by up to {abs(alone - together).max():.2g}"
        require(abs(alone - together).max() <= CLOSE, "the same fit, up to rounding", found)


def _replicates() -> Sequence[TrainingSet]:
    """Training sets of one size that differ in rows and weights; one with a loss is never fitted together."""
    train = lattice()
    kept = len(train.y) - 90
    parts = [slice(start, start + kept) for start in range(0, 90, 15)]
    trains = [TrainingSet(train.X[part], train.y[part]) for part in parts]
    trains[1] = replace(trains[1], class_weight={0: 0.5, 1: HEAVY})
    trains[2] = weighted(trains[2], 1, HEAVY)
    return trains
