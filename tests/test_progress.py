from __future__ import annotations

import io
import re

import pytest

from imbbench.progress import Progress
from imbbench.result import Cell

CELLS = [
    Cell("moons", "holdout", 0, "standard", strategy, "[b]lr[/b]", 0)
    for strategy in ("none", "smote", "tomek")
]
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Ascii(Terminal):
    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "ascii"


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def run(stream: io.StringIO, cells: list[Cell] = CELLS, done: int | None = None) -> str:
    with Progress(cells, stream=stream) as progress:
        for cell in cells[:done]:
            progress.advance(cell)
    return stream.getvalue()


def test_shows_counts_and_the_running_cell() -> None:
    shown = ANSI.sub("", run(Terminal(), done=2))
    assert "2/3" in shown
    assert "ETA" in shown
    assert "moons · tomek · [b]lr[/b]" in shown


def test_vanishes_at_the_end() -> None:
    drawn = run(Terminal())
    last_line_erased = drawn.rindex("\x1b[2K")
    assert ANSI.sub("", drawn[last_line_erased:]).strip() == ""
    assert drawn.count("\x1b[?25l") == drawn.count("\x1b[?25h")  # the cursor comes back


@pytest.mark.parametrize("columns", [20, 40, 60])
def test_stays_on_one_line(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    drawn = run(Terminal(), done=2)
    assert all(len(line) <= columns for line in re.split(r"[\r\n]+", ANSI.sub("", drawn)))
    assert "\x1b[1A\x1b[2K\x1b[1A" not in drawn  # never more than one line to erase


def test_names_the_fold_where_there_are_several() -> None:
    cells = [Cell("moons", "kfold", fold, "standard", "none", "lr", 0) for fold in range(2)]
    assert "moons · none · lr [1]" in ANSI.sub("", run(Terminal(), cells, done=1))


def test_ascii_terminals_get_ascii() -> None:
    drawn = run(Ascii(), done=2)
    assert drawn.isascii()
    assert "moons - tomek" in drawn


def test_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(io.StringIO()) == ""


def test_silent_on_a_dumb_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert run(Terminal()) == ""


def test_silent_without_cells() -> None:
    assert run(Terminal(), []) == ""


def test_unknown_and_repeated_cells_do_no_harm() -> None:
    with Progress(CELLS, stream=Terminal()) as progress:
        for cell in (CELLS[0], CELLS[0], Cell("other", "holdout", 0, "standard", "none", "lr", 0)):
            progress.advance(cell)
    progress.advance(CELLS[1])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_lets_exceptions_through_and_tidies_up(error: type[BaseException]) -> None:
    stream = Terminal()
    with pytest.raises(error), Progress(CELLS, stream=stream):
        raise error
    assert stream.getvalue().count("\x1b[?25h") == 1
