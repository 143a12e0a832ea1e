"""Models that are each wrong in one point, and named for the check that must catch them.

Where a check is to catch several mistakes, what comes behind a slash tells them apart.
"""

from __future__ import annotations

from dataclasses import replace

from imbbench import Model, SklearnClassifier, TorchClassifier, Unsupported, hookimpl


class Logistic:
    """Nothing is wrong with it: logistic regression, in float64."""

    def fit(self, train):
        from sklearn.linear_model import LogisticRegression

        self.fitted = SklearnClassifier(LogisticRegression(), dtype="float64").fit(train)
        return self

    def decision_function(self, X):
        return self.fitted.decision_function(X)


def good_model(context):
    """Nothing is wrong with it."""
    return Logistic()


def forest(context, **settings):
    from sklearn.ensemble import RandomForestClassifier

    return SklearnClassifier(
        RandomForestClassifier(**{"n_estimators": 20, "random_state": context.seed, **settings})
    )


class Column(Logistic):
    def decision_function(self, X):
        return super().decision_function(X)[:, None]


def scores_in_a_column(context):
    """Two dimensions."""
    return Column()


class Probabilities(Logistic):
    def decision_function(self, X):
        return self.fitted.estimator_.predict_proba(X.astype("float64"))[:, 1]


def probabilities(context):
    """No log-odds."""
    return Probabilities()


class Certain(Logistic):
    def decision_function(self, X):
        import numpy as np

        return np.where(super().decision_function(X) > 0, np.inf, -1.0)


def infinite_scores(context):
    """Quite sure."""
    return Certain()


class AsSklearnDoes(Logistic):
    def fit(self, X, y):
        raise NotImplementedError


def fit_of_two(context):
    """Looks like scikit-learn's, and is not."""
    return AsSklearnDoes()


class InPlace(Logistic):
    def decision_function(self, X):
        X -= X.mean(axis=0)
        return super().decision_function(X)


def centres_in_place(context):
    """Writes into what it was given."""
    return InPlace()


def small_seeds(context):
    """A library that takes 31 bits."""
    if context.seed >= 2**31:
        raise ValueError("seed must be a 32-bit integer")
    return Logistic()


class OfClass0(Logistic):
    def fit(self, train):
        if train.class_weight is not None or train.sample_weight is not None:
            raise Unsupported("no weights")
        return super().fit(train)

    def decision_function(self, X):
        return -super().decision_function(X)


def of_class_0(context):
    """The first column of predict_proba."""
    return OfClass0()


class Standardised(Logistic):
    def decision_function(self, X):
        score = super().decision_function(X)
        return score - score.mean()


def compares_rows(context):
    """Scores depend on their neighbours."""
    return Standardised()


def unseeded(context):
    """Another forest each time."""
    return forest(context, random_state=None)


class Global(Logistic):
    def decision_function(self, X):
        import numpy as np

        return super().decision_function(X) + np.random.standard_normal(len(X)) / 1e6


def global_noise(context):
    """Draws from what others draw from."""
    return Global()


class Deaf(Logistic):
    """Leaves out a part of the training set."""

    def __init__(self, *left_out):
        self.left_out = left_out

    def fit(self, train):
        return super().fit(replace(train, **dict.fromkeys(self.left_out)))


def no_class_weight(context):
    """Does not look at them."""
    return Deaf("class_weight")


def no_sample_weight(context):
    """Does not look at them."""
    return Deaf("sample_weight")


class Ratio(Logistic):
    """Knows how heavy class 1 is, and nothing of class 0."""

    def fit(self, train):
        if train.class_weight is not None:
            train = replace(train, class_weight={0: 1.0, 1: train.class_weight[1]})
        return super().fit(train)


def ignores_w0(context):
    """As scale_pos_weight is often set."""
    return Ratio()


class Spread(Logistic):
    """Weighs classes instead of rows."""

    def __init__(self, *classes):
        self.classes = classes

    def fit(self, train):
        import numpy as np

        weight = np.ones(len(train.y))
        if train.sample_weight is not None:
            for label in self.classes:
                weight[train.y == label] = train.sample_weight[train.y == label].mean()
        return super().fit(replace(train, sample_weight=weight))


def weighs_class_1_alone(context):
    """Has no eye for rows of class 0."""
    return Spread(1)


def spreads_weights(context):
    """All rows of a class weigh the same."""
    return Spread(0, 1)


class OneOfTwo(Logistic):
    def fit(self, train):
        if train.class_weight is not None:
            train = replace(train, sample_weight=None)
        return super().fit(train)


def one_weight_of_two(context):
    """Class weights replace sample weights."""
    return OneOfTwo()


class SaysItTakesLoss(Logistic):
    takes_loss = True


def no_loss(context):
    """Says that it takes a loss, and does not."""
    return SaysItTakesLoss()


def linear(columns):
    from torch import nn

    return nn.Linear(columns, 1)


class LossAlone(TorchClassifier):
    """Leaves out a weight where there is a loss."""

    takes_loss = True
    left_out = "sample_weight"

    def fit(self, train):
        return super().fit(replace(train, **({self.left_out: None} if train.loss else {})))


class LossAndSampleWeight(LossAlone):
    left_out = "class_weight"


def of(cls, context):
    return cls(linear, context, epochs=60, min_steps=0, lr=0.05)


def trained(context):
    """Nothing is wrong with it."""
    return of(TorchClassifier, context)


def loss_without_sample_weight(context):
    """Multiplies a loss by class weights only."""
    return of(LossAlone, context)


def loss_without_class_weight(context):
    """Multiplies a loss by sample weights only."""
    return of(LossAndSampleWeight, context)


class Unpicklable(Logistic):
    def fit(self, train):
        self.again = lambda: self.fit(train)
        return super().fit(train)


def with_a_lambda(context):
    """Cannot travel."""
    return Unpicklable()


class WritesInto(Logistic):
    def fit(self, train):
        super().fit(train)
        train.X.base[0] = 0
        return self


def writes_into_rows(context):
    """Works around the array's flag, as torch does when it shares its memory."""
    return WritesInto()


def seeds_numpy(context):
    """Seeds what others draw from."""
    import numpy as np

    np.random.seed(context.seed)
    return Logistic()


def deaf(context, *, random_state: int | None = None):
    """The seed wins."""
    return forest(context)


def seeded(context):
    """Another forest with another seed."""
    return forest(context)


def four_threads(context):
    """As many threads as it likes."""
    return forest(context, n_estimators=100, n_jobs=4)


class Busy(Logistic):
    def decision_function(self, X):
        import numpy as np
        from threadpoolctl import threadpool_limits

        with threadpool_limits(4):
            square = np.ones((1200, 1200))
            for _ in range(3):
                square @ square
        return super().decision_function(X)


def four_threads_to_score(context):
    """Fits on one."""
    return Busy()


class Wide(Logistic):
    def fit(self, train):
        import torch

        torch.set_num_threads(3)
        return super().fit(train)


def a_wider_pool(context):
    """Sets what is set for it."""
    return Wide()


def by_jobs(context):
    """Other trees with other jobs."""
    return forest(context, random_state=context.n_jobs)


def in_another_order(contexts, trains):
    return [Logistic().fit(train) for train in reversed(trains)]


def without_weights(contexts, trains):
    return [Deaf("class_weight", "sample_weight").fit(train) for train in trains]


def one_answer(contexts, trains):
    return [Logistic().fit(trains[0])]


@hookimpl
def imbbench_models():
    return [
        Model("scores_are_valid", scores_in_a_column),
        Model("scores_are_valid/probabilities", probabilities),
        Model("scores_are_valid/infinite", infinite_scores),
        Model("scores_are_valid/seed", small_seeds),
        Model("scores_are_valid/fit", fit_of_two),
        Model("scores_are_valid/in-place", centres_in_place),
        Model("class_1_scores_higher", of_class_0),
        Model("a_row_scores_the_same_alone", compares_rows),
        Model("same_seed_same_scores", unseeded),
        Model("same_seed_same_scores/global", global_noise),
        Model("heavier_class_weight_is_felt", no_class_weight),
        Model("heavier_class_weight_is_felt/zero", ignores_w0),
        Model("heavier_sample_weight_is_felt", no_sample_weight),
        Model("heavier_sample_weight_is_felt/zero", weighs_class_1_alone),
        Model("each_row_has_its_weight", spreads_weights),
        Model("weights_multiply", one_weight_of_two),
        Model("loss_is_minimised", no_loss),
        Model("loss_is_minimised/sample-weight", loss_without_sample_weight),
        Model("loss_is_minimised/class-weight", loss_without_class_weight),
        Model("can_be_pickled", with_a_lambda),
        Model("can_be_pickled/build", lambda context: Logistic()),
        Model("training_set_not_modified", writes_into_rows),
        Model("global_generators_untouched", seeds_numpy),
        Model("random_state_wins", deaf),
        Model("deterministic_is_true", seeded, deterministic=True),
        Model("deterministic_is_true/parameters", seeded, deterministic=lambda: True),
        Model("threads_are_respected", four_threads),
        Model("threads_are_respected/pool", a_wider_pool),
        Model("threads_are_respected/scoring", four_threads_to_score),
        Model("parallel_changes_no_score", by_jobs, parallel=True),
        Model("fit_many_is_the_single_fit", good_model, fit_many=in_another_order),
        Model("fit_many_is_the_single_fit/weights", good_model, fit_many=without_weights),
        Model("fit_many_is_the_single_fit/number", good_model, fit_many=one_answer),
    ]
