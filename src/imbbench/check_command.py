"""`imbbench check`: from a baseline to a verdict, a report and an exit code."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import click

from imbbench import baseline_file
from imbbench.benchfile import read_check
from imbbench.check import Checked, checked
from imbbench.check_run import registry_for, results_now
from imbbench.check_table import plain_data, tables_of
from imbbench.check_text import cautions, summary
from imbbench.cli import (
    FAILED_PLUGIN,
    FAILURE,
    INTERRUPTED,
    NOTHING,
    REGRESSED,
)
from imbbench.compare import FAILING
from imbbench.errors import ImbbenchError, UsageError
from imbbench.execute import INTERRUPTED as INTERRUPTED_REASON
from imbbench.json_form import plain
from imbbench.output import check_output, replace_file, stop_output
from imbbench.result import SKIPPED
from imbbench.results import Results
from imbbench.rules import from_options, merged, rules_of
from imbbench.suggest import did_you_mean


def execute_check(path: Path, plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Do what the options say and return the exit code. On GitHub also a check that cannot be made shows."""
    on_github = os.environ.get("GITHUB_ACTIONS") == "true"
    try:
        return _check(path, plugin, given, on_github)
    except ImbbenchError as error:
        if on_github:
            from imbbench.github import complain

            complain(error, path, sys.stderr)
        raise


def _check(path: Path, plugin: tuple[str, ...], given: Mapping[str, Any], on_github: bool) -> int:
    baseline = baseline_file.read(path)
    table = merged(
        read_check(given["config"]) if given["config"] else {},
        from_options(given["tolerance"], given["significance"]),
    )
    rules_of(merged(baseline.check, table), baseline.plan.metrics)
    form = _form(given["format"])
    check_output(given["junit"], "--junit")
    if given["junit"] and given["junit"].resolve() == path.resolve():
        raise UsageError(f"--junit {path} is the baseline; name another file")
    registry = registry_for(baseline, plugin)
    if given["strict"] and registry.failures:
        return FAILED_PLUGIN
    results = results_now(baseline, registry, given)
    found = checked(baseline, results, registry, table)
    code = exit_code(found, results, strict=given["strict"])

    def write() -> None:
        form(found, sys.stdout, given["verbose"])
        if form is show and (line := advice(found, path, code)):
            click.echo(line)

    if on_github:
        from imbbench.github import annotate, summarise

        summarise(found, path)
        annotate(found, path, sys.stderr)
    saved = _junit(found, given["junit"])
    printed = write_out(write)
    return code if saved and printed else code or FAILURE


def _junit(found: Checked, file: Path | None) -> bool:
    """Write the JUnit report, if one is asked for; False if that failed."""
    if file is None:
        return True
    from imbbench.junit import write_junit

    try:
        replace_file(file.absolute(), lambda stream: write_junit(found, stream))
    except OSError as error:
        click.echo(f"Error: --junit {file} cannot be written: {error}", err=True)
        return False
    return True


def write_out(write: Callable[[], None]) -> bool:
    """Have something written to standard output; False if there is none. Where its reader has gone, as `head`
    does, that is no failure, and what follows is done all the same."""
    if sys.stdout is None:
        click.echo("Error: standard output is closed", err=True)
        return False
    try:
        write()
        sys.stdout.flush()
    except BrokenPipeError:
        stop_output()
    return True


def advice(found: Checked, path: Path, code: int) -> str:
    """What to do next, where there is something."""
    verdicts = {finding.verdict for finding in found.findings}
    update = f"imbbench baseline update {shlex.quote(str(path))} --only NAME"
    if code == REGRESSED and verdicts & (FAILING - {"failed"}):
        return f"To accept it on purpose: {update}"
    if code == FAILURE:
        return "cells were skipped, which fails under --strict"
    return f"To hold what is better or new: {update}" if not code and verdicts & {"better", "new"} else ""


def exit_code(found: Checked, results: Results, *, strict: bool) -> int:
    """130 interrupted, 5 nothing ran or could be compared, 1 the check failed, 3 (under strict) a cell was
    skipped, else 0."""
    if any(row.reason == INTERRUPTED_REASON for row in results):
        return INTERRUPTED
    if not found.ran:
        return NOTHING
    if not found.passed:
        return REGRESSED
    if not found.compared:
        return NOTHING
    return FAILURE if strict and any(row.status in SKIPPED for row in results) else 0


def show(found: Checked, stream: IO[str], verbose: bool) -> None:
    """Tables for a terminal of what changed, and how many cells have which verdict."""
    from imbbench.builtin.report_text import speller
    from imbbench.builtin.rich_report import print_tables

    print_tables(tables_of(found, verbose=verbose), stream)
    spell = speller(stream)
    for line in (*cautions(found), summary(found)):
        stream.write(spell(line) + "\n")


def show_markdown(found: Checked, stream: IO[str], verbose: bool) -> None:
    """The same in Markdown."""
    from imbbench.builtin.reports import as_markdown, in_markdown

    as_markdown(tables_of(found, verbose=verbose), stream)
    for line in (*cautions(found), summary(found)):
        stream.write(in_markdown(line) + "\n\n")


def show_json(found: Checked, stream: IO[str], verbose: bool) -> None:  # noqa: ARG001 - it is always all
    """All findings as JSON; NaN is null."""
    import json

    stream.write(json.dumps(plain(plain_data(found)), indent=1, allow_nan=False) + "\n")


_FORMS = {"rich": show, "markdown": show_markdown, "json": show_json}


def _form(name: str | None) -> Any:
    if (name or "rich") not in _FORMS:
        hint = f"{did_you_mean(str(name), _FORMS)}; formats are {', '.join(_FORMS)}"
        raise UsageError(f"check has no format {name!r}{hint}")
    return _FORMS[name or "rich"]
