"""Several cells that one call of their model's `fit_many` fits together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import repeat

from imbbench.cell import Ready, Worker
from imbbench.data import Classifier
from imbbench.errors import PluginError, Unsupported
from imbbench.outcome import Failure, blame
from imbbench.results import Result
from imbbench.tasks import Task

#: Bytes of training rows that are held for one call, and how many cells are not left over behind it.
STACKED, LEFT_OVER = 128 * 2**20, 4


def run_task(worker: Worker, task: Task) -> list[Result]:
    """A result for each cell of a task, in its order."""
    return [worker.run(task[0])] if len(task) == 1 else _run_group(worker, task)


def _run_group(worker: Worker, task: Task) -> list[Result]:
    """Cells that fail before the fit are their own rows; the others wait for as many as memory holds."""
    drafts = [worker.draft(cell) for cell in task]
    waiting: list[Ready] = []
    with worker.threads.limited():
        for left, draft in zip(range(len(drafts) - 1, -1, -1), drafts, strict=True):
            draft.known["numerics"] = "grouped"
            with draft.step():
                waiting.append(worker.treated(worker.ready(draft)))
            if left >= LEFT_OVER and sum(ready.train.X.nbytes for ready in waiting) >= STACKED:
                _fit(worker, waiting)
                waiting = []
        _fit(worker, waiting)
    return [draft.result() for draft in drafts]


def _fit(worker: Worker, waiting: Sequence[Ready]) -> None:
    """Fit and finish; each has an equal share of the seconds."""
    if not waiting:
        return
    start = time.perf_counter()
    answers = _answers(worker, waiting)
    seconds = (time.perf_counter() - start) / len(waiting)
    for ready in waiting:
        with ready.draft.step():
            with blame(ready.parts["model"].who, debug=worker.settings.debug):
                answer = next(answers, PluginError("fit_many returned fewer answers than contexts"))
                if isinstance(answer, Exception) and not isinstance(answer, Unsupported):
                    raise answer
            if isinstance(answer, Unsupported):
                _fit_alone(worker, ready, answer)
            else:
                ready.draft.known["seconds"] = ready.seconds + seconds
                worker.finish(ready, answer)


def _answers(worker: Worker, waiting: Sequence[Ready]) -> Iterator[Classifier | Exception]:
    """What `fit_many` returned, or for each cell why it is fitted alone."""
    model = waiting[0].parts["model"]
    fit_many = model.component.fit_many
    contexts, trains = [ready.context for ready in waiting], [ready.train for ready in waiting]
    try:
        with blame(model.who, debug=worker.settings.debug), worker.threads.limited():
            return iter(fit_many(contexts, trains, **model.params))
    except Failure as failure:
        return repeat(Unsupported(f"fitted alone, since its fit_many failed: {failure}"))


def _fit_alone(worker: Worker, ready: Ready, why: Unsupported) -> None:
    ready.draft.known["numerics"] = "single"
    ready.draft.notes.append(str(why))
    classifier = worker.build(ready)
    worker.fit(ready, classifier)
    worker.finish(ready, classifier)
