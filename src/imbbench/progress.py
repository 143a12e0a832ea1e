"""The progress display: one line on a terminal, else nothing."""

from __future__ import annotations

import contextlib
import sys
from typing import IO, TYPE_CHECKING, Self

from imbbench.aggregate import clean
from imbbench.labels import place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from imbbench.estimate import Estimates
    from imbbench.result import Cell


class Progress:
    """Cells done, time left and the running cell, on one line that vanishes at the end.

    Use it as a context manager around the run.

    Parameters
    ----------
    cells : those that are to be done; the first one that is not is shown as running.
    estimates : by which the time left is told; every cell counts the same without.
    stream : where to draw; nothing at all is written unless it is a terminal that can redraw.
    """

    def __init__(
        self, cells: Sequence[Cell], estimates: Estimates | None = None, stream: IO[str] | None = None
    ) -> None:
        known = {cell: estimates.seconds(cell) if estimates else None for cell in cells}
        usual = sum(filter(None, known.values())) / max(1, len(known)) or 1.0
        self._waiting = {cell: seconds or usual for cell, seconds in known.items()}
        self._folds = any(cell.fold or cell.seed for cell in cells)
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
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar
        from rich.table import Column

        console = Console(file=self._stream, force_terminal=True, force_jupyter=False)
        if not console.is_interactive:  # TERM=dumb
            return
        self._ascii = not console.encoding.startswith("utf")
        running = Column(ratio=1, no_wrap=True, overflow="crop" if self._ascii else "ellipsis")
        self._bar = Bar(
            BarColumn(bar_width=12),
            TextColumn("{task.fields[done]}/{task.fields[planned]}"),
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
        self._task = self._bar.add_task(
            self._running(), total=sum(self._waiting.values()), done=0, planned=len(self._waiting)
        )
        self._bar.advance(self._task, 0)  # the first sample, so that the first cell counts in the ETA

    def advance(self, cell: Cell) -> None:
        """Count the cell and show the next one."""
        if self._bar is not None and self._task is not None and cell in self._waiting:
            seconds = self._waiting.pop(cell)
            done = self._bar.tasks[0].fields["done"] + 1
            self._bar.update(self._task, advance=seconds, done=done, description=self._running())

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        """Without the line, so that something can be printed."""
        if self._bar is None:
            yield
            return
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def _running(self) -> str:
        for cell in self._waiting:
            fold = f" [{place(cell).removeprefix('fold ')}]" if self._folds else ""
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
