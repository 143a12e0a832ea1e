"""What a user sees while a run goes on."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys

import pytest

from imbbench import Report
from imbbench.bench import bench
from imbbench.display import Display
from imbbench.estimate import Estimates
from imbbench.observers import notify
from imbbench.options import Options
from imbbench.plan import Grid, plan
from imbbench.result import Cell, Result
from imbbench.results import Results

CELLS = [Cell("moons", "holdout", 0, "standard", name, "sklearn-lr", 0) for name in ("none", "class_weight")]
SECONDS = {(cell.dataset, cell.strategy, cell.model): 100.0 for cell in CELLS}
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def write(results, stream, *, more: str = ""):
    stream.write(f"all {len(results)}{more}")


def write_tables(results, stream, *, more: str = ""):
    (dataset,) = {row.cell.dataset for row in results}
    stream.write(f"{dataset} {len(results)}{more}\n")


def write_footer(results, stream, *, more: str = ""):
    stream.write(f"footer {len(results)}{more}")


def fail(results, stream):
    raise RuntimeError("no ink")


REPORTS = [
    Report("by-dataset", write, write_tables=write_tables, write_footer=write_footer),
    Report("whole", write),
    Report("inkless", fail, write_tables=fail, write_footer=fail),
]


@pytest.fixture
def shown(registry, monkeypatch, tmp_path):
    """shown(report or None, stderr) -> (standard output, whether all tables are printed)."""
    known = registry.with_components(REPORTS)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    grid = Grid(("moons[n_samples=300]", "circles[n_samples=200]"), model=("sklearn-lr",))
    options = Options(device="cpu", executor="serial", store=tmp_path / "store.sqlite")

    def show(name, stderr):
        report = None if name is None else known.resolve("report", name)
        cells, out = plan(known, [grid]), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(stderr):
            display = Display(known, cells, report)
            with display:
                bench(known, cells, options, display)
        assert not known.manager.is_registered(display)
        return out.getvalue(), display.has_printed

    return show


def test_tables_come_dataset_by_dataset_the_cheapest_first(shown):
    assert shown("by-dataset", io.StringIO()) == ("circles[n_samples=200] 4\nmoons[n_samples=300] 4\n", True)


@pytest.mark.parametrize("name", ["whole", "inkless", None])
def test_what_cannot_be_printed_by_dataset_is_left_to_the_end(shown, name):
    assert shown(name, io.StringIO()) == ("", False)


def test_it_begins_with_how_many_cells_there_are_and_what_is_stored(shown):
    first, second = io.StringIO(), io.StringIO()
    shown("whole", first)
    assert re.fullmatch(r"8 cells, about \d+ s\n", first.getvalue())
    printed = shown("by-dataset", second)
    assert second.getvalue() == "8 cells, 8 of them stored\n"
    assert printed == shown("by-dataset", io.StringIO())


def test_a_cell_that_is_done_moves_the_bar(shown):
    terminal = Terminal()
    shown("by-dataset", terminal)
    drawn = ANSI.sub("", terminal.getvalue())
    assert "0/8" in drawn
    assert "circles[n_samples=200] · none · sklearn-lr" in drawn
    assert "4/8" in drawn, "drawn again when a table has been printed"
    assert terminal.getvalue().count("\x1b[?25l") == terminal.getvalue().count("\x1b[?25h")


@pytest.mark.parametrize(
    ("left", "jobs", "expected"),
    [
        (CELLS, 1, "2 cells, about 3 min\n"),
        (CELLS, 2, "2 cells, about 2 min\n"),
        (CELLS[1:], 1, "2 cells, 1 of them stored, about 2 min\n"),
        ([], 1, "2 cells, 2 of them stored\n"),
    ],
)
def test_how_long_it_takes_depends_on_what_is_left_and_on_the_jobs(registry, capsys, left, jobs, expected):
    with Display(registry, CELLS, None) as display:
        display.begun(left, Estimates(registry, SECONDS), jobs)
    assert capsys.readouterr().err == expected


def test_cells_that_were_stored_do_not_move_the_bar(registry, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(sys, "stderr", stream := Terminal())
    with Display(registry, CELLS, None) as display:
        notify(registry, "imbbench_cell_done", result=Result(CELLS[0], "ok", cached=True))
        display.begun(CELLS[1:], Estimates(registry, SECONDS), 1)
        notify(registry, "imbbench_cell_done", result=Result(CELLS[1], "ok"))
    assert "1/1" in stream.getvalue()
    assert "/2" not in stream.getvalue()


@pytest.mark.parametrize("error", [RuntimeError("torn"), SystemExit(3)])
def test_a_report_that_fails_is_tried_once_and_then_at_the_end(registry, error):
    def torn(results, stream):
        tried.append(results)
        raise error

    tried: list[Results] = []
    known = registry.with_components([Report("torn", torn, write_tables=torn, write_footer=torn)])
    display = Display(known, CELLS, known.resolve("report", "torn"))
    with contextlib.suppress(SystemExit):
        for cell in CELLS:
            display.dataset_done(Results((Result(cell, "ok"),)))
    assert len(tried) == 1
    assert not display.has_printed


def test_a_reader_that_has_seen_enough_does_not_end_the_run():
    """As `head` does: standard output is closed while the run goes on."""
    code = (
        "import sys; from imbbench.display import Display; from imbbench.plugins import load_plugins\n"
        "from imbbench import Cell, Result, Results\n"
        "registry = load_plugins()\n"
        "display = Display(registry, [], registry.resolve('report', 'plain'))\n"
        "cells = [Cell('moons', 'holdout', 0, 'standard', str(n), 'm', 0) for n in range(5000)]\n"
        "for _ in range(3):\n"
        "    display.dataset_done(Results(tuple(Result(cell, 'error', 'x' * 50) for cell in cells)))\n"
        "print('went on', file=sys.stderr)\n"
    )
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    os.read(reading, 10)
    os.close(reading)
    _, stderr = process.communicate(timeout=60)
    assert (stderr, process.returncode) == ("went on\n", 0)


def test_it_lets_go_when_the_run_fails(registry):
    before = registry.manager.get_plugins()
    with contextlib.suppress(ZeroDivisionError), Display(registry, CELLS, None):
        assert registry.manager.get_plugins() != before
        raise ZeroDivisionError
    assert registry.manager.get_plugins() == before
