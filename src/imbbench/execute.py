"""Driving a crew through a plan: one row per cell, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from imbbench.board import Board
from imbbench.crew import Crew
from imbbench.job import Row
from imbbench.orders import Fit
from imbbench.result import FAILED
from imbbench.supervise import LOST

STOPPED = "not run: an earlier cell failed and -x stops at the first failure"
INTERRUPTED = "stopped by the user before it was done"
#: How often a job that was lost on its way is tried again.
TRIES = 2


def execute(board: Board, crew: Crew, *, exitfirst: bool = False) -> Iterator[Row]:
    """Yield a row for every cell that the board has left, as each is done.

    Ends early after the first failure under `exitfirst`, and when the user breaks the run off: the board
    then has cells left.
    """
    crew.start(board)
    while crew.busy:
        over = crew.wait()
        if over is None:
            return
        job, answer = over
        if isinstance(job.order, Fit) and not (crew.in_process or exitfirst):
            crew.start(board, job.seconds)  # first: its core must not wait for what follows
        if answer.status == LOST and job.tries < TRIES:
            board.again(job)
        else:
            ended = replace(answer, status="crashed") if answer.status == LOST else answer
            failed = False
            for row in board.done(job, ended):
                yield row
                failed |= row.result.status in FAILED
            if exitfirst and failed:
                return
        crew.start(board)
    if (left := board.left()) and not crew.broken_off:
        raise RuntimeError(f"{len(left)} cells were never run, {left[0]} first: a mistake of imbbench's own")
