from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

import imbbench
from imbbench import ImbbenchError, Report, UsageError, from_json
from imbbench.cli import main
from imbbench.output import SUFFIXES, check_output, replace_file, report_for, write_report

#: What each format begins with, or holds.
SIGNS = {
    "rich": "moons[n_samples=200] · holdout\n",
    "plain": "moons[n_samples=200] · holdout\n",
    "markdown": "### moons[n_samples=200] · holdout\n",
    "latex": "\\begin{tabular}",
    "csv": "dataset,split,fold,scale,strategy,model,threshold,",
    "json": '"schema_version": 1',
}


@pytest.fixture(scope="module")
def results():
    return imbbench.run("moons[n_samples=200]", ["none", "class_weight"], "sklearn-lr", executor="serial")


def half(results, stream):
    stream.write("half a table")
    raise RuntimeError("no more ink")


def leaving(results, stream):
    raise SystemExit(7)


@pytest.fixture
def failing(registry):
    """Reports that fail, by name."""
    joined = registry.with_components([Report("half", half), Report("leaving", leaving)])
    return lambda name: joined.resolve("report", name)


def same(found, expected):
    return repr(found.rows[0].metrics) == repr(expected.rows[0].metrics) and len(found) == len(expected)


def written(report, results, output=None):
    """(what went to standard output, what write_report said)."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        worked = write_report(report, results, output)
    return out.getvalue(), worked


@pytest.mark.parametrize("name", SIGNS)
def test_each_format_on_standard_output_and_in_a_file(registry, results, tmp_path, name):
    report = report_for(registry, name, None)
    text, worked = written(report, results)
    assert worked
    assert SIGNS[name] in text
    assert "\x1b" not in text
    output = tmp_path / "out"
    assert written(report, results, output) == ("", True)
    assert output.read_text(encoding="utf-8") == text
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "nothing else is left there"


def test_json_and_csv_hold_every_row(registry, results):
    text, _ = written(report_for(registry, "json", None), results)
    assert same(from_json(text), results)
    text, _ = written(report_for(registry, "csv", None), results)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["strategy"] for row in rows] == ["none", "class_weight"]
    assert [float(row["roc_auc"]) for row in rows] == [row.metrics[0.5]["roc_auc"] for row in results]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("a.json", "json"), ("a.JSON", "json"), ("a.csv", "csv"), ("a.md", "markdown"), ("a.tex", "latex"),
        ("a.txt", "plain"), ("a", "plain"), (None, "rich"),
    ],
)  # fmt: skip
def test_the_file_decides_on_the_format_and_a_name_on_both(registry, file, name):
    output = None if file is None else Path(file)
    assert report_for(registry, None, output).name == name
    assert report_for(registry, "latex", output).name == "latex"


def test_an_unknown_suffix(registry):
    with pytest.raises(UsageError, match=r"--output a\.xml: no format has the suffix \.xml; use \.json"):
        report_for(registry, None, Path("a.xml"))
    assert report_for(registry, "plain", Path("a.xml")).name == "plain"


def test_a_page_has_a_command_of_its_own(registry):
    with pytest.raises(
        UsageError, match=r"--output a\.html: imbbench report --html a\.html writes that page"
    ):
        report_for(registry, None, Path("a.html"))


def test_all_suffixes_stand_for_a_report(registry):
    assert set(SUFFIXES.values()) <= set(registry.components["report"])


def test_an_unknown_format(registry):
    with pytest.raises(UsageError, match=r"no report named 'jsn' .did you mean 'json'"):
        report_for(registry, "jsn", None)


def test_a_place_where_nothing_can_be_written_is_known_before(tmp_path):
    check_output(None)
    check_output(tmp_path / "new.csv")
    with pytest.raises(UsageError, match="is a folder; give the path of a file in an existing folder"):
        check_output(tmp_path)
    with pytest.raises(UsageError, match=r"has no folder '.*nowhere' to go to"):
        check_output(tmp_path / "nowhere" / "new.csv")
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="has no folder"):
        check_output(tmp_path / "file" / "new.csv")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no folder where nobody can write")
def test_a_folder_that_takes_no_file_is_told():
    with pytest.raises(ImbbenchError, match=r"^/proc/new.svg cannot be written .*choose another place"):
        replace_file(Path("/proc/new.svg"), lambda stream: stream.write("picture"))


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() == 0, reason="root may write anywhere")
def test_a_read_only_folder_or_file(tmp_path):
    old = tmp_path / "old.csv"
    old.touch(mode=0o444)
    with pytest.raises(UsageError, match="cannot be written"):
        check_output(old)
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(UsageError, match="cannot be written"):
            check_output(tmp_path / "new.csv")
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.usefixtures("elsewhere")
def test_nothing_runs_when_the_output_cannot_be_written(tmp_path, local_plugin):
    name = local_plugin(
        "touching",
        f"""
from pathlib import Path
from imbbench import Strategy, hookimpl
def apply(train, seed):
    Path({str(tmp_path / "ran")!r}).touch()
    return train
@hookimpl
def imbbench_strategies():
    return [Strategy("touching", apply)]
""",
    )
    select = ["-p", name, "-d", "moons[n_samples=200]", "-s", "touching", "-m", "sklearn-lr"]
    result = CliRunner().invoke(main, [*select, "--output", str(tmp_path / "nowhere" / "x.csv")])
    assert result.exit_code == 2
    assert "has no folder" in result.stderr
    assert not (tmp_path / "ran").exists()
    result = CliRunner().invoke(main, [*select, "--output", str(tmp_path / "x.csv")])
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"Wrote {tmp_path / 'x.csv'}" in result.stderr
    assert (tmp_path / "ran").exists()
    assert (tmp_path / "x.csv").read_text().startswith(SIGNS["csv"])


@pytest.mark.parametrize("name", ["half", "leaving"])
def test_a_failing_report_leaves_the_old_file_and_prints_the_rows(failing, results, tmp_path, name):
    output = tmp_path / "table.txt"
    output.write_text("old")
    text, worked = written(failing(name), results, output)
    assert not worked
    assert same(from_json(text), results)
    assert output.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["table.txt"]


def test_a_failing_report_on_standard_output_prints_the_rows_and_says_who(failing, results, capsys):
    assert not write_report(failing("half"), results, None)
    out, err = capsys.readouterr()
    assert same(from_json(out.removeprefix("half a table")), results)
    assert (
        err
        == "Error: report 'half' of plugin 'run()' raised RuntimeError: no more ink; its rows were printed as JSON\n"
    )


@pytest.mark.usefixtures("elsewhere")
def test_a_failing_report_ends_with_3(local_plugin):
    source = """
from imbbench import Report, hookimpl
def write(results, stream):
    raise OSError("no more ink")
@hookimpl
def imbbench_reports():
    return [Report("inkless", write)]
"""
    arguments = ["-d", "moons[n_samples=200]", "-s", "none", "-m", "sklearn-lr", "--format", "inkless"]
    arguments += ["--executor", "serial"]
    result = CliRunner().invoke(main, ["-p", local_plugin("inkless_plugin", source), *arguments])
    assert result.exit_code == 3
    assert json.loads(result.stdout)["cells"][0]["status"] == "ok"
    assert "report 'inkless' of plugin 'inkless_plugin' raised OSError: no more ink" in result.stderr


def test_a_new_file_has_the_usual_permissions_and_a_link_stays_one(registry, results, tmp_path):
    report = report_for(registry, "csv", None)
    plain, real, link = tmp_path / "plain", tmp_path / "real", tmp_path / "link"
    plain.touch()
    real.write_text("old")
    link.symlink_to(real)
    assert written(report, results, link)[1]
    assert link.is_symlink()
    assert real.read_text().startswith(SIGNS["csv"])
    assert stat.S_IMODE(real.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to_and_not_replaced(registry, results, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_output(pipe)
    received = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()), daemon=True)
    reader.start()
    assert written(report_for(registry, "csv", None), results, pipe)[1]
    reader.join(timeout=30)
    assert received[0].startswith(SIGNS["csv"])
    assert pipe.is_fifo()


def test_piped_tables_are_unwrapped_and_plain_whatever_the_environment_says(imbbench_command):
    """A name of 300 characters, in a process that is told to colour and to be narrow."""
    long = f"undersample[random_state={'1' * 300}]"
    arguments = ["-d", "moons[n_samples=200]", "-s", f"none,{long}", "-m", "sklearn-lr[C=1]"]
    done = imbbench_command(*arguments, FORCE_COLOR="1", COLUMNS="40", TTY_COMPATIBLE="1")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert f"undersample: random_state={'1' * 300}\n" in done.stdout, "in one line"
    (heading,) = [line for line in done.stdout.splitlines() if line.startswith("strategy ")]
    assert heading.endswith("status"), "no column is dropped"
    assert re.fullmatch(r"2 cells, about \d+ s\n", done.stderr), "no progress bar where there is no terminal"


@pytest.mark.parametrize("rows", [1, 1000], ids=["found out at the end", "found out on the way"])
@pytest.mark.parametrize("name", ["rich", "json"])
def test_a_reader_that_goes_away_is_no_error(name, rows):
    """`imbbench ... | head -1`: no traceback, and the exit code is still that of the cells."""
    script = f"""
import imbbench, sys
from imbbench.output import report_for, write_report
from imbbench.plugins import load_plugins
from imbbench.result import Cell, Result
from imbbench.results import Results
cell = Cell("moons", "holdout", 0, "standard", "none", "sklearn-lr", 0)
results = Results(tuple(Result(cell, "error", "x" * 1000) for _ in range({rows})))
sys.stdin.read()
sys.exit(0 if write_report(report_for(load_plugins(), {name!r}, None), results, None) else 9)
"""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], env=env, **pipes) as process:
        process.stdout.close()  # before a single word is written
        process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")


def to_full(cwd, *arguments, **environment):
    """The command line in a process of its own, its standard output on a full disk."""
    with Path("/dev/full").open("w") as disk:
        return subprocess.run(
            [sys.executable, "-m", "imbbench", *arguments], cwd=cwd, stdout=disk, stderr=subprocess.PIPE,
            env={**os.environ, **environment}, text=True, timeout=60, check=False,
        )  # fmt: skip


@full
@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "unbuffered"])
def test_a_full_disk_is_told_in_one_line(tmp_path, buffered):
    run = ["-d", "moons[n_samples=200]", "-s", "none", "-m", "sklearn-lr", "--executor", "serial"]
    for arguments in ([*run, "--format", "json"], ["show"], ["list"]):
        done = to_full(tmp_path, *arguments, PYTHONUNBUFFERED=buffered)
        (told,) = [line for line in done.stderr.splitlines() if not line.startswith("1 cell, about")]
        assert told == (
            "Error: standard output cannot be written ([Errno 28] No space left on device); "
            "`imbbench show` prints the rows of a run that was stored"
        )
        assert done.returncode == 3


@full
def test_a_report_that_fails_and_a_full_disk_are_both_told(tmp_path):
    (tmp_path / "inkless_plugin.py").write_text("""
from imbbench import Report, hookimpl
def write(results, stream):
    raise OSError("no more ink")
@hookimpl
def imbbench_reports():
    return [Report("inkless", write)]
""")
    run = ["-d", "moons[n_samples=200]", "-s", "none", "-m", "sklearn-lr", "--executor", "serial"]
    done = to_full(tmp_path, *run, "-p", "inkless_plugin", "--format", "inkless")
    *_, report, disk = done.stderr.splitlines()
    assert report == "Error: report 'inkless' of plugin 'inkless_plugin' raised OSError: no more ink"
    assert disk.startswith("Error: standard output cannot be written ([Errno 28]")
    assert "Traceback" not in done.stderr
    assert done.returncode == 3
