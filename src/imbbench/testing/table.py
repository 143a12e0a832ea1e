"""Which checks there are of each kind of component."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imbbench.components import KINDS
from imbbench.testing import (
    components,
    cores,
    datasets,
    executors,
    metrics,
    model_weights,
    models,
    plugin,
    reports,
    splits,
    strategies,
    strategy_rows,
)


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True)
class Check:
    """A function that raises `Nonconforming` for a component that breaks one point of the contract.

    Parameters
    ----------
    run : takes a `Bound`; the name of a module where the check is of a plugin as a whole.
    section : heading of the guide that explains it.
    applies : (bound) -> whether it is asked of this component.
    """

    run: Callable[[Any], None]
    section: str
    applies: Callable[[Any], bool] = _always

    @property
    def name(self) -> str:
        """As in the ids of tests."""
        return self.run.__name__

    @property
    def about(self) -> str:
        """The first paragraph of its docstring, in one line."""
        return " ".join((self.run.__doc__ or "").split("\n\n")[0].split())


def _of(section: str, *functions: Callable[[Any], None]) -> list[Check]:
    return [Check(function, section) for function in functions]


_random_state = components.takes_random_state
#: Of every component.
COMMON = (
    *_of("Parameters", components.has_a_docstring, components.parameters_are_typed),
    Check(components.requires_are_distributions, "Imports"),
)
#: kind -> its own checks, in the order in which they are run.
CHECKS: Mapping[str, Sequence[Check]] = {
    "plugin": _of("Imports", plugin.importing_it_is_light),
    "dataset": [
        *_of(
            "Datasets",
            datasets.data_are_valid,
            datasets.class_1_is_the_minority,
            datasets.loads_the_same_rows_again,
            datasets.fingerprint_is_stable,
            datasets.offline_it_stays_offline,
            datasets.card_is_complete,
            datasets.global_generators_untouched,
        ),
        Check(datasets.card_agrees_with_the_rows, "Datasets", datasets.is_on_the_card),
        Check(datasets.files_exist, "Datasets", lambda bound: bound.component.files is not None),
    ],
    "split": [
        *_of(
            "Splits",
            splits.folds_are_valid,
            splits.same_seed_same_folds,
            splits.works_with_few_positives,
            splits.needs_no_more_than_labels,
            splits.global_generators_untouched,
        ),
        Check(splits.random_state_wins, "Splits", _random_state),
        Check(splits.features_are_columns, "Splits", lambda bound: bound.component.features is not None),
        Check(splits.files_exist, "Splits", lambda bound: bound.component.files is not None),
    ],
    "strategy": [
        *_of(
            "Strategies",
            strategies.training_set_is_valid,
            strategies.same_seed_same_rows,
            strategies.another_seed_changes_rows_only,
            strategies.input_not_modified,
            strategies.weights_are_carried_on,
            strategy_rows.no_more_than_the_training_part,
            strategy_rows.test_part_stays_sealed,
            strategies.works_with_1_positive,
            strategies.works_with_10_positives,
            strategies.loss_is_one_value_a_row,
            strategies.can_be_pickled,
            strategies.global_generators_untouched,
        ),
        Check(strategies.random_state_wins, "Strategies", _random_state),
        Check(strategies.deterministic_is_true, "Strategies", lambda bound: bound.deterministic),
    ],
    "model": [
        *_of(
            "Models",
            models.scores_are_valid,
            models.class_1_scores_higher,
            models.a_row_scores_the_same_alone,
            models.same_seed_same_scores,
            model_weights.heavier_class_weight_is_felt,
            model_weights.heavier_sample_weight_is_felt,
            model_weights.each_row_has_its_weight,
            model_weights.weights_multiply,
            model_weights.loss_is_minimised,
            models.can_be_pickled,
            models.training_set_not_modified,
            models.global_generators_untouched,
        ),
        Check(models.random_state_wins, "Models", _random_state),
        Check(models.deterministic_is_true, "Models", lambda bound: bound.deterministic),
        Check(models.threads_are_respected, "Models", lambda bound: cores.can_watch()),  # noqa: ARG005
        Check(models.parallel_changes_no_score, "Models", lambda bound: bound.component.parallel),
        Check(
            models.fit_many_is_the_single_fit, "Models", lambda bound: bound.component.fit_many is not None
        ),
    ],
    "metric": [
        *_of(
            "Metrics",
            metrics.undefined_is_nan,
            metrics.order_of_rows_does_not_matter,
            metrics.same_figure_again,
            metrics.predictions_not_modified,
            metrics.global_generators_untouched,
        ),
        Check(metrics.direction_is_true, "Metrics", metrics.has_a_direction),
        Check(
            metrics.weighted_is_the_figure_of_repeated_rows,
            "Metrics",
            lambda bound: bound.component.weighted is not None,
        ),
    ],
    "executor": [
        *_of("Executors", executors.brings_back_values_and_exceptions),
        Check(executors.time_limits_are_kept, "Executors", lambda bound: not bound.component.in_process),
    ],
    "report": _of("Reports", reports.writes_every_status, reports.writes_the_same_again),
}


def of_kind(kind: str) -> list[Check]:
    """All checks of a kind, those of every component first."""
    return [*(COMMON if kind in KINDS else ()), *CHECKS[kind]]


def checks() -> dict[str, list[tuple[str, str]]]:
    """Kind ("plugin" for a package as a whole) -> (name, what it asks for) of each of its checks."""
    return {kind: [(check.name, check.about) for check in of_kind(kind)] for kind in CHECKS}
