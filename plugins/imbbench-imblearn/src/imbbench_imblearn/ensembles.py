"""Ensembles whose members each see a balanced sample of the training part."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

from imbbench import Context, ImbbenchError, Model, SklearnClassifier, TrainingSet, Unsupported

from imbbench_imblearn.resample import REQUIRES, UnderSampling, rows

if TYPE_CHECKING:
    from imbbench import Classifier


class Ensemble(SklearnClassifier):
    """Grows its members in threads: joblib's processes would outlive a cell that is killed."""

    def fit(self, train: TrainingSet) -> Ensemble:
        """Fit on (n, d) rows; what the library cannot fit is an ImbbenchError with the numbers of rows."""
        from joblib import parallel_config

        try:
            with parallel_config(backend="threading"):
                super().fit(train)
        except ValueError as error:
            name = type(self.estimator).__name__
            raise ImbbenchError(f"{name} failed on {rows(train)}: {error}") from error
        return self


class BalancedForest(Ensemble):
    """Refuses weights where the library would take them and turn them around.

    Without a bootstrap, weights only choose the splits of trees whose leaves are pure: a heavier class 1
    is then found in less of the space, not more. With it they drive the draw.
    """

    def fit(self, train: TrainingSet) -> BalancedForest:
        """Fit on (n, d) rows; weights need `bootstrap`."""
        weighted = train.class_weight is not None or train.sample_weight is not None
        if weighted and not self.estimator.bootstrap:
            raise Unsupported(
                "BalancedRandomForestClassifier without bootstrap takes weights into its splits only, which "
                "lowers the probability of the heavier class; set bootstrap=true"
            )
        super().fit(train)
        return self


class Boosted(Ensemble):
    """Says how many rounds there were, where boosting broke off."""

    def fit(self, train: TrainingSet) -> Boosted:
        """Fit on (n, d) rows."""
        super().fit(train)
        rounds, asked = len(self.estimator_.estimators_), self.estimator_.n_estimators
        if rounds < asked and self.estimator_.estimator_errors_[rounds - 1] > 0:  # not a perfect fit
            text = f"RUSBoostClassifier ended after round {rounds} of {asked}: the next was worse than chance"
            warnings.warn(text, UserWarning, stacklevel=2)
        return self


def balanced_random_forest(
    context: Context,
    *,
    n_estimators: int = 100,
    criterion: Literal["gini", "entropy", "log_loss"] = "gini",
    max_depth: int | None = None,
    min_samples_leaf: int = 1,
    max_features: Literal["sqrt", "log2"] | int | float | None = "sqrt",
    bootstrap: bool = False,
    sampling_strategy: UnderSampling = "all",
    replacement: bool = True,
    random_state: int | None = None,
) -> Classifier:
    """Random forest, each tree on a balanced bootstrap (Chen et al., 2004); weights need bootstrap=true."""
    from imblearn.ensemble import BalancedRandomForestClassifier

    return BalancedForest(
        BalancedRandomForestClassifier(
            n_estimators=n_estimators,
            criterion=criterion,
            max_depth=max_depth,
            min_samples_leaf=min_samples_leaf,
            max_features=max_features,
            bootstrap=bootstrap,
            sampling_strategy=sampling_strategy,
            replacement=replacement,
            n_jobs=context.n_jobs,
            random_state=context.seed if random_state is None else random_state,
        )
    )


def easy_ensemble(
    context: Context,
    *,
    n_estimators: int = 10,
    sampling_strategy: UnderSampling = "auto",
    replacement: bool = False,
    random_state: int | None = None,
) -> Classifier:
    """AdaBoost on each of `n_estimators` balanced samples (Liu et al., 2009); takes no weights."""
    from imblearn.ensemble import EasyEnsembleClassifier

    return Ensemble(
        EasyEnsembleClassifier(
            n_estimators=n_estimators,
            sampling_strategy=sampling_strategy,
            replacement=replacement,
            n_jobs=context.n_jobs,
            random_state=context.seed if random_state is None else random_state,
        )
    )


def rusboost(
    context: Context,
    *,
    n_estimators: int = 50,
    learning_rate: float = 1.0,
    sampling_strategy: UnderSampling = "auto",
    replacement: bool = False,
    random_state: int | None = None,
) -> Classifier:
    """AdaBoost, each round on a balanced sample (Seiffert et al., 2010); weights are its first weights."""
    from imblearn.ensemble import RUSBoostClassifier

    return Boosted(
        RUSBoostClassifier(
            n_estimators=n_estimators,
            learning_rate=learning_rate,
            sampling_strategy=sampling_strategy,
            replacement=replacement,
            random_state=context.seed if random_state is None else random_state,
        )
    )


def balanced_bagging(
    context: Context,
    *,
    n_estimators: int = 10,
    max_samples: int | float = 1.0,
    max_features: int | float = 1.0,
    bootstrap: bool = True,
    bootstrap_features: bool = False,
    sampling_strategy: UnderSampling = "auto",
    replacement: bool = False,
    random_state: int | None = None,
) -> Classifier:
    """Trees on bootstraps that are balanced afterwards (Maclin & Opitz, 1997); takes no weights."""
    from imblearn.ensemble import BalancedBaggingClassifier

    return Ensemble(
        BalancedBaggingClassifier(
            n_estimators=n_estimators,
            max_samples=max_samples,
            max_features=max_features,
            bootstrap=bootstrap,
            bootstrap_features=bootstrap_features,
            sampling_strategy=sampling_strategy,
            replacement=replacement,
            n_jobs=context.n_jobs,
            random_state=context.seed if random_state is None else random_state,
        )
    )


# How long a fit takes depends on the number of the rarer rows; these are for one row in twenty.
MODELS = [
    Model(
        "balanced-random-forest",
        balanced_random_forest,
        requires=REQUIRES,
        parallel=True,
        seconds_per_row=6e-5,
    ),
    Model("easy-ensemble", easy_ensemble, requires=REQUIRES, parallel=True, seconds_per_row=2e-4),
    Model("rusboost", rusboost, requires=REQUIRES, seconds_per_row=2e-6),
    Model("balanced-bagging", balanced_bagging, requires=REQUIRES, parallel=True, seconds_per_row=3e-5),
]
