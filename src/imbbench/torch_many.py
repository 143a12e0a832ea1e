"""Which replicates of a torch model are trained together, and what becomes of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from imbbench.data import TrainingSet
from imbbench.errors import ImbbenchError, Unsupported
from imbbench.torch_group import train_together
from imbbench.torch_loop import Schedule
from imbbench.torch_parts import isolated, rows_on
from imbbench.torch_stack import SMALLEST, check_stack, stack_size

#: Folds differ by a row, balanced training parts by one of each class.
NEAR = 2
#: Rows on which a stack is compared with its modules.
COMPARED = 32

if TYPE_CHECKING:
    import torch

    from imbbench.torch_classifier import TorchClassifier

    Outcome = torch.Tensor | Exception


def fit_together(
    classifiers: Sequence[TorchClassifier], trains: Sequence[TrainingSet]
) -> Iterator[TorchClassifier | Exception]:
    """Each classifier, fitted, or why it is not; `Unsupported` where it is better fitted alone.

    What can be trained together is trained before the first is returned.
    """
    outcomes: dict[int, Outcome] = {}
    for schedule, members in _alike(classifiers, trains):
        outcomes |= _train(classifiers, trains, schedule, members)
    return (
        _finished(classifier, outcomes[number], len(train.y))
        for number, (classifier, train) in enumerate(zip(classifiers, trains, strict=True))
    )


def _alike(
    classifiers: Sequence[TorchClassifier], trains: Sequence[TrainingSet]
) -> Iterator[tuple[Schedule, list[int]]]:
    """Those with equal columns, steps and settings whose row counts are near."""
    same: dict[tuple[int, Schedule], list[int]] = defaultdict(list)
    schedules = [c.schedule(len(train.y)) for c, train in zip(classifiers, trains, strict=True)]
    for number, (schedule, train) in enumerate(zip(schedules, trains, strict=True)):
        same[train.X.shape[1], schedule].append(number)
    for (_, schedule), members in same.items():
        by_rows = sorted(members, key=lambda number: len(trains[number].y))
        while by_rows:
            fewest = len(trains[by_rows[0]].y)
            near = [number for number in by_rows if len(trains[number].y) <= fewest + NEAR]
            by_rows = by_rows[len(near) :]
            yield schedule, near


def _train(
    classifiers: Sequence[TorchClassifier],
    trains: Sequence[TrainingSet],
    schedule: Schedule,
    members: Sequence[int],
) -> dict[int, Outcome]:
    """The losses of each member's steps, or why it was not trained."""
    outcomes: dict[int, Outcome] = {}
    modules = {}
    for number in members:
        try:
            with isolated(classifiers[number].context):
                modules[number] = classifiers[number].new_module(trains[number].X.shape[1])
        except Exception as error:
            outcomes[number] = error
    try:
        with isolated(context := classifiers[members[0]].context):
            stacks = _stacks(modules, rows_on(context.device, trains[members[0]].X[: schedule.batch_size]))
    except Unsupported as why:
        return outcomes | dict.fromkeys(modules, why)
    for stack in stacks:
        contexts = [classifiers[number].context for number in stack]
        with isolated(contexts[0]):
            replicates = [modules[number] for number in stack]
            losses = train_together(replicates, [trains[number] for number in stack], schedule, contexts)
        for number, loss in zip(stack, losses, strict=True):
            classifiers[number].module_ = modules[number]
            outcomes[number] = loss
    return outcomes


def _stacks(modules: dict[int, torch.nn.Module], batch: torch.Tensor) -> list[list[int]]:
    """The replicates in stacks of nearly equal size. Raises Unsupported."""
    if len(modules) < SMALLEST:
        raise Unsupported(f"a group has at least {SMALLEST} cells with the same steps and as many rows")
    import numpy as np

    check_stack(list(modules.values()), batch[:COMPARED])
    size = stack_size(next(iter(modules.values())), batch)
    count = min(-(-len(modules) // size), len(modules) // SMALLEST)
    return [stack.tolist() for stack in np.array_split(list(modules), count)]


def _finished(classifier: TorchClassifier, outcome: Outcome, rows: int) -> TorchClassifier | Exception:
    if isinstance(outcome, Exception):
        return outcome
    try:
        return classifier.report(outcome, rows)
    except ImbbenchError as error:
        return error
