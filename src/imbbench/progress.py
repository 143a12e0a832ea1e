"""The progress display: an observer of cells that draws one line on a terminal, else nothing."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Self

from imbbench.aggregate import clean
from imbbench.hookspecs import hookimpl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from imbbench.results import Cell, Result


class Progress:
    """Cells done, time left and the running cell, on one line that vanishes at the end.

    Register it with the plugin manager and use it as a context manager around the run.

    Parameters
    ----------
    cells : the plan; the first one that is not done is shown as running.
    stream : where to draw; nothing at all is written unless it is a terminal that can redraw.
    """

    def __init__(self, cells: Sequence[Cell], stream: IO[str] | None = None) -> None:
        self._waiting = dict.fromkeys(cells)
        self._folds = any(cell.fold > 0 for cell in cells)
        self._stream = stream if stream is not None else sys.stderr
        self._ascii = False
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if self._waiting and self._stream.isatty():
            self._start()
        return self

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar
        from rich.table import Column

        console = Console(file=self._stream, force_terminal=True, force_jupyter=False)
        if not console.is_interactive:  # TERM=dumb
            return
        self._ascii = not console.encoding.startswith("utf")
        running = Column(ratio=1, no_wrap=True, overflow="crop" if self._ascii else "ellipsis")
        self._bar = Bar(
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False, table_column=running),
            console=console,
            transient=True,
            expand=True,
            speed_estimate_period=float("inf"),  # cells take from milliseconds to minutes: average over all
            redirect_stderr=False,  # else each step of a download's own bar gets a line of its own
            redirect_stdout=sys.stdout.isatty(),  # piped results must not move to this stream
        )
        self._bar.start()
        self._task = self._bar.add_task(self._running(), total=len(self._waiting))
        self._bar.advance(self._task, 0)  # the first sample, so that the first cell counts in the ETA

    @hookimpl
    def imbbench_cell_done(self, result: Result) -> None:
        """Count the cell and show the next one."""
        if self._bar is not None and self._task is not None and result.cell in self._waiting:
            del self._waiting[result.cell]
            self._bar.update(self._task, advance=1, description=self._running())

    def _running(self) -> str:
        for cell in self._waiting:
            fold = f" [{cell.fold}]" if self._folds else ""
            text = clean(f"{cell.dataset} · {cell.strategy} · {cell.model}{fold}")
            return text.replace("·", "-").encode("ascii", "replace").decode() if self._ascii else text
        return ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
