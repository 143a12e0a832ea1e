"""The command line, with the default executor, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from openml_server import Server

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(server: Server, tmp_path: Path) -> Run:
    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "imbbench", *arguments]
        return subprocess.run(line, cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=False)

    return command


SELECTION = ("-s", "none", "-m", "sklearn-lr")


def cells(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return json.loads(done.stdout)["cells"]


def test_figures_come_from_the_server_once(run: Run, server: Server) -> None:
    """The first run downloads, the second finds the files, the third need not even read them."""
    options = ("-d", "openml[id=1],openml-task[id=1]", *SELECTION, "--format", "json")
    first = run(*options)
    assert first.returncode == 0, first.stderr
    by_id, by_task = cells(first)
    assert by_id["status"] == by_task["status"] == "ok"
    counts = by_id["metrics"]
    held_out = {name: counts[name] for name in ("tn", "fp", "fn", "tp")}
    assert sum(held_out.values()) == 60 * 0.3  # as the split's default says
    assert counts["tp"] + counts["fn"] == 3  # of 9
    assert len(server.requests) >= 3
    server.requests.clear()
    for _ in range(2):
        again = run(*options)
        assert [cell["cached"] for cell in cells(again)] == [True, True]
        assert [cell["metrics"] for cell in cells(again)] == [by_id["metrics"], by_task["metrics"]]
    assert server.requests == []
    offline = run(*options, "--offline", "--store", "other.sqlite")
    assert [cell["status"] for cell in cells(offline)] == ["ok", "ok"]


def test_a_data_set_that_cannot_be_had_is_a_row_with_the_next_step(run: Run, server: Server) -> None:
    done = run("-d", "openml[id=1]", *SELECTION, "--format", "json", "--offline")
    (cell,) = cells(done)
    assert cell["status"] == "missing-data"
    assert "run once without --offline" in cell["reason"]
    assert server.requests == []


def test_the_suite_runs_by_name(run: Run, server: Server) -> None:
    done = run("-d", "climb/*[max_rows=200],climb-rarest/ecoli,climb/phoneme", *SELECTION, "--format", "json")
    statuses = {cell["dataset"]: cell["status"] for cell in cells(done)}
    assert statuses.pop("climb/phoneme") == "error"  # too large to be made up, hence unknown here
    assert set(statuses) == {"climb/mc2", "climb/planning-relax", "climb-rarest/ecoli"}
    assert set(statuses.values()) == {"ok"}
    assert "Unknown dataset (code 111)" in done.stdout
