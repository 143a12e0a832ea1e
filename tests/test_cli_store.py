"""`imbbench runs` and `imbbench show`, on stores that were filled by hand."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from imbbench.cli import main
from imbbench.json_form import from_json, to_json
from imbbench.store import DEFAULT, Store
from tests.stores import begin, put


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A working folder with two runs in its store."""
    monkeypatch.chdir(tmp_path)
    with Store.open(DEFAULT) as store:
        run = begin(store, 3)
        numbers = [put(store, run, number) for number in (0, 1)]
        put(store, run, 2, "crashed")
        store.finish(run)
        run = begin(store, 4)
        store.link(run, [(position, number, None) for position, number in enumerate(numbers)])
    return tmp_path


def invoke(*arguments):
    """The result of the command line in this process; a traceback is a failure of the test."""
    result = CliRunner().invoke(main, arguments, prog_name="imbbench")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_runs_lists_them():
    result = invoke("runs")
    heading, first, second = result.stdout.splitlines()
    assert heading.split() == ["run", "started", "seconds", "cells", "status", "command"]
    started = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    assert re.fullmatch(rf"1 +{started} +\d+\.\d +3 of 3 +1 crashed, 2 ok +imbbench --all", first)
    assert re.fullmatch(rf"2 +{started} +not finished +2 of 4 +2 ok \(2 cached\) +imbbench --all", second)
    assert (result.exit_code, result.stderr) == (0, "")


def test_show_prints_the_latest_run_and_says_what_is_missing():
    result = invoke("show", "--format", "csv")
    assert [line.split(",")[0] for line in result.stdout.splitlines()] == ["dataset", "data0", "data1"]
    assert (result.exit_code, result.stderr) == (0, "Run 2 was not finished: 2 of 4 cells\n")


def test_metrics_that_came_later_have_their_direction():
    """As after `imbbench rescore`: rows have them, and what is known of the run is from before."""
    with Store.open(DEFAULT) as store:
        run = begin(store, 1)
        put(store, run, 0, metrics={0.5: {"recall": 0.5, "ece": 0.1, "calibration_slope": 0.9}})
    shown = from_json(invoke("show", "--metrics", "recall,ece,calibration_slope", "--format", "json").stdout)
    assert shown.lower_is_better == {"fp", "ece"}
    assert shown.undirected == {"calibration_slope"}
    assert from_json(invoke("show", "--format", "json").stdout).undirected == frozenset()


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "latex", "csv", "json"])
def test_show_prints_any_run_in_every_format(form):
    result = invoke("show", "1", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "crashed" in result.stdout


def test_what_is_shown_is_what_is_stored():
    text = invoke("show", "1", "--format", "json").stdout
    with Store.read(DEFAULT) as store:
        assert text == to_json(store.results(1)) + "\n"
    assert [row.status for row in from_json(text)] == ["ok", "ok", "crashed"]
    assert json.loads(text)["environment"]["command"] == "imbbench --all"


def test_show_writes_to_a_file(folder):
    result = invoke("show", "1", "--output", "table.md")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"Wrote {folder / 'table.md'}\n")
    assert "| none" in (folder / "table.md").read_text()


def test_another_store_is_named(folder):
    with Store.open(folder / "other.sqlite") as store:
        put(store, begin(store), 5)
    assert "data2" in invoke("show", "--store", "other.sqlite").stdout
    assert len(invoke("runs", "--store", "other.sqlite").stdout.splitlines()) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "7"], "no run 7 is stored in .*; there is 1, 2; see imbbench runs"),
        (["show", "latest"], "'latest' is not a valid integer"),
        (
            ["show", "--store", "none.sqlite"],
            r"no run is stored in none\.sqlite; start one with imbbench run",
        ),
        (
            ["runs", "--store", "none.sqlite"],
            r"no run is stored in none\.sqlite; start one with imbbench run",
        ),
        (["show", "--store", "notes.txt"], r"store notes\.txt is no SQLite database"),
        (["show", "--format", "word"], "no report named 'word'"),
        (
            ["show", "--output", "nowhere/x.csv"],
            "has no folder 'nowhere' to go to|has no folder '.*nowhere' to go to",
        ),
    ],
)
def test_mistakes_are_told(folder, arguments, message):
    (folder / "notes.txt").write_text("These are notes, not a store.\n" * 50)
    result = invoke(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(message, result.stderr)
    assert not (folder / "none.sqlite").exists()


@pytest.mark.parametrize("command", ["runs", "show"])
def test_help_names_the_file_that_is_taken(command):
    text = " ".join(invoke(command, "--help").stdout.split())
    assert f"--store FILE Where runs are kept. [default: {DEFAULT}]" in text


@pytest.mark.parametrize("arguments", [["runs"], ["show", "--format", "csv"]])
def test_neither_loads_what_it_does_not_need(imbbench_command, folder, arguments):
    result = imbbench_command(*arguments, cwd=folder, PYTHONPROFILEIMPORTTIME="1")
    assert result.returncode == 0
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in result.stderr.splitlines()}
    assert "sqlite3" in imported
    assert not {"numpy", "pandas", "sklearn", "torch", "scipy"} & imported
