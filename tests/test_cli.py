"""What the words on the command line do; `test_run_command` holds what a run does."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

import imbbench
from imbbench.cli import main

SELECTION = ["-d", "moons[n_samples=200]", "-s", "none", "-m", "sklearn-lr"]
OK = "from imbbench import Strategy, hookimpl\n\n@hookimpl\ndef imbbench_strategies():\n    return [Strategy('mine', lambda train, seed: train)]\n"


def invoke(*arguments):
    """The result of the command line in this process; a traceback is a failure of the test."""
    result = CliRunner().invoke(main, arguments, prog_name="imbbench")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_command_alone_shows_help():
    result = invoke()
    assert "Usage: imbbench [OPTIONS] COMMAND" in result.output
    assert "imbbench --all" in result.output


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_the_commands(option):
    result = invoke(option)
    assert result.exit_code == 0
    for command in ("list", "plugins", "run"):
        assert f"\n  {command} " in result.stdout


def test_version():
    result = invoke("--version")
    assert (result.exit_code, result.stdout) == (0, f"imbbench {importlib.metadata.version('imbbench')}\n")


@pytest.mark.parametrize("arguments", [["-d", "moons", "--dry-run"], ["run", "-d", "moons", "--dry-run"]])
def test_options_without_a_command_mean_run(arguments):
    result = invoke(*arguments)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1 + 16
    assert re.fullmatch(r"16 cells, about \d+ (s|min)\n", result.stderr)


@pytest.mark.parametrize(
    ("word", "answer"),
    [("lst", "did you mean 'list'?"), ("plugin", "did you mean 'plugins'?"), ("xyzzy", "commands are "), ("xyzzy", "list, plugins, run")],
)  # fmt: skip
def test_a_misspelt_command(word, answer):
    result = invoke(word)
    assert result.exit_code == 2
    assert f"no command is named '{word}'" in result.stderr
    assert answer in result.stderr


def test_a_misspelt_option():
    result = invoke("--datset", "moons")
    assert result.exit_code == 2
    assert "--dataset" in result.stderr


@pytest.mark.parametrize("command", ["run", "list", "plugins"])
def test_common_options_read_the_same_everywhere(command):
    text = invoke(command, "--help").stdout
    assert "-p, --plugin MODULE" in text
    assert "--debug" in text


def test_list_and_plugins_print_to_standard_output():
    assert "undersample" in invoke("list").stdout
    assert "prevalence" in invoke("list", "circles").stdout
    assert "builtin.strategies" in invoke("plugins").stdout


def test_list_answers_a_misspelt_name():
    result = invoke("list", "mons")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: no component is named 'mons' (did you mean 'moons'?)")


def test_a_local_plugin_of_the_current_folder_is_found(tmp_path, imbbench_command):
    (tmp_path / "my_plugin.py").write_text(OK)
    done = imbbench_command("list", "mine", "-p", "my_plugin")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["strategy", "mine", "provider", "my_plugin"]
    assert not done.stderr


def test_a_local_plugin_that_fails_is_a_usage_error(local_plugin):
    result = invoke("list", "-p", local_plugin("failing_plugin", "1 / 0"))
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: -p failing_plugin: importing failing_plugin raised ZeroDivisionError: division by zero\n"
    )


def test_a_plugin_given_twice(local_plugin):
    name = local_plugin("given_twice", OK)
    result = invoke("plugins", "-p", name, "-p", name)
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: -p given_twice: another plugin has its name 'given_twice' or is the same module; "
        "keep one of them\n"
    )


def test_debug_shows_the_traceback_of_a_users_mistake(imbbench_command):
    done = imbbench_command("list", "mons", "--debug")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "UsageError: no component is named 'mons'" in done.stderr


@pytest.fixture(scope="module")
def with_a_run(tmp_path_factory):
    """A folder in which a run was made."""
    folder = tmp_path_factory.mktemp("with_a_run")
    cell = ("moons[n_samples=200]", "none", "sklearn-lr")
    imbbench.run(*cell, executor="serial", store=folder / ".imbbench" / "results.sqlite")
    return folder


@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    "arguments",
    [["explain", *SELECTION], ["runs"], ["show"], ["list"], ["list", "moons"], ["plugins"], [*SELECTION, "--dry-run"]],
    ids=" ".join,
)  # fmt: skip
def test_a_reader_that_has_gone_is_no_error(with_a_run, arguments, buffered):
    """`imbbench ... | head`, found out on the way or not before the end."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    command = [sys.executable, "-m", "imbbench", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": buffered}
    with subprocess.Popen(command, cwd=with_a_run, env=environment, text=True, **pipes) as process:
        process.stdout.close()  # before a single word is written
        told = process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert re.fullmatch(r"(1 cell, about .*\n)?", told)


def test_a_broken_pipe_that_is_not_standard_output_is_a_failure(tmp_path, imbbench_command):
    (tmp_path / "breaking.py").write_text("""
from imbbench import Executor, hookimpl
def create(jobs):
    raise BrokenPipeError("some other pipe")
@hookimpl
def imbbench_executors():
    return [Executor("breaking", create)]
""")
    done = imbbench_command(*SELECTION, "-p", "breaking", "--executor", "breaking")
    assert done.returncode == 3
    assert "BrokenPipeError: some other pipe" in done.stderr


@pytest.mark.parametrize(
    "before", [["-p", "no:such"], ["--debug", "--plugin", "no:such"], ["-p", "no:such", "-p", "no:such"]]
)
def test_options_of_every_command_may_stand_before_it(before):
    """The plugin is looked for by the command, and not taken for a selection of `run`."""
    done = CliRunner().invoke(main, [*before, "list"])
    assert done.exit_code == 2
    assert "no plugin has that name" in (done.stderr or str(done.exception))
    assert "Usage: imbbench run" not in done.stderr
