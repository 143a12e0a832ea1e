"""Several cells that one call of their model's `fit_many` fits together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from imbbench.cell import Ready, Worker
from imbbench.data import Classifier
from imbbench.errors import PluginError, Unsupported
from imbbench.folds import Fold
from imbbench.orders import Alone, Fit, Fitted
from imbbench.outcome import Failure, blame, recorded
from imbbench.result import Cell
from imbbench.seal import sealed

#: Bytes of training rows that are held for one call, and how many cells are not left over behind it.
STACKED, LEFT_OVER = 128 * 2**20, 4
#: A model's `fit_many` need not know of it.
OWN_LOSS = "fitted alone: a strategy's own loss is trained alone"


def run_group(worker: Worker, order: Fit, folds: Sequence[Fold]) -> list[Fitted | Alone]:
    """What became of each cell of an order, in its order; `folds` holds the fold of each.

    Cells that fail before the fit are their own rows; the others wait for as many as memory holds.
    """
    drafts = [worker.draft(cell, fold) for cell, fold in zip(order.cells, folds, strict=True)]
    waiting: list[Ready] = []
    alone: dict[Cell, str] = {}
    with worker.threads.limited():
        for left, draft in zip(range(len(drafts) - 1, -1, -1), drafts, strict=True):
            draft.known["numerics"] = "grouped"
            with draft.step():
                ready = worker.ready(draft, folds[-1 - left], order)
                # Imports its library, and finds wrong parameters, before the fit.
                classifier = worker.build(ready)
                waiting.append(worker.treated(ready, classifier))
            if left >= LEFT_OVER and sum(ready.train.X.nbytes for ready in waiting) >= STACKED:
                alone |= _fit(worker, waiting)
                waiting = []
        alone |= _fit(worker, waiting)
    return [
        Alone(draft.cell, alone[draft.cell]) if draft.cell in alone else draft.fitted() for draft in drafts
    ]


def _fit(worker: Worker, waiting: Sequence[Ready]) -> dict[Cell, str]:
    """Fit and finish, each with an equal share of the seconds; returns those to be fitted alone."""
    alone = {ready.draft.cell: OWN_LOSS for ready in waiting if ready.train.loss is not None}
    waiting = [ready for ready in waiting if ready.train.loss is None]
    start = time.perf_counter()
    answers = _answers(worker, waiting) if waiting else []
    seconds = time.perf_counter() - start
    for ready, answer in zip(waiting, answers, strict=True):
        if isinstance(answer, Unsupported):
            alone[ready.draft.cell] = f"fitted alone: {answer}"
            continue
        ready.draft.known["seconds"] = ready.seconds + seconds / len(waiting)
        with ready.draft.step():
            worker.finish(ready, _classifier(worker, ready, answer))
    return alone


def _answers(worker: Worker, waiting: Sequence[Ready]) -> list[Any]:
    """What `fit_many` answers for each cell: `Unsupported` for those that it did not come to."""
    model, answers, notes = waiting[0].parts["model"], list[Any](), list[str]()
    contexts, trains = [ready.context for ready in waiting], [ready.train for ready in waiting]
    try:
        who, debug = model.who, worker.settings.debug
        with blame(who, debug=debug), worker.threads.limited(), sealed(worker.off_limits):
            with recorded(notes):
                given = iter(model.component.fit_many(contexts, trains, **model.params))
            answers += _counted(given, waiting)
    except Failure as failure:
        why = f"its fit_many failed: {failure}" if failure.status == "error" else str(failure)
        answers = [Unsupported(why)] * len(waiting)
    for ready in waiting:
        ready.draft.notes += notes
    return answers


def _counted(given: Iterator[Any], waiting: Sequence[Ready]) -> list[Any]:
    """One answer for each cell, its warnings being the cell's notes; PluginError for another number, or
    where one classifier stands for several cells."""
    answers = []
    for ready in waiting:
        with recorded(ready.draft.notes):
            answers += [answer for answer in [next(given, given)] if answer is not given]
    answers += [answer for answer in [next(given, given)] if answer is not given]
    if len(answers) != len(waiting):
        found = f"{len(answers)} answers" if len(answers) < len(waiting) else "more answers than contexts"
        raise PluginError(f"it gave {found}; expected {len(waiting)}, one for each context in their order")
    classifiers = [id(answer) for answer in answers if not isinstance(answer, Exception)]
    if len(set(classifiers)) < len(classifiers):
        raise PluginError("it gave one classifier for several contexts; expected one for each")
    return answers


def _classifier(worker: Worker, ready: Ready, answer: Any) -> Classifier:
    """The fitted classifier; the exception in its place is raised."""
    with blame(ready.parts["model"].who, debug=worker.settings.debug):
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, type) or not isinstance(answer, Classifier):
            raise PluginError(
                f"fit_many answered with a {type(answer).__name__}; expected a fitted classifier with "
                "fit(train) and decision_function(X), or an exception"
            )
    return answer
