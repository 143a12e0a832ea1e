"""What a user sees while a run goes on."""

from __future__ import annotations

import contextlib
import io
import re

import pytest

from imbbench import Report
from imbbench.bench import bench
from imbbench.display import Display
from imbbench.options import Options
from imbbench.plan import Grid, plan

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
