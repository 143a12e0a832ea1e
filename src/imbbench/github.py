"""What a check found, on GitHub: annotations of a step, and a summary of the job in Markdown."""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO

import click

from imbbench.aggregate import clean
from imbbench.check import Checked
from imbbench.check_table import tables_of
from imbbench.check_text import cautions, cell_name, summary, told
from imbbench.compare import FAILING, Finding

#: GitHub shows no more errors of a step.
_ANNOTATIONS = 10
#: Characters of a message. GitHub cuts it at 4096; the log of the job has the rest.
_MESSAGE = 3000
#: Bytes of a summary. GitHub refuses all that a step wrote if it is more than 1 MiB.
_SUMMARY = 250_000
#: Findings in a summary, at most.
_FINDINGS = 1000
#: Behind an @, so that nobody whose name follows is told: a backslash does not help there.
_ZERO_WIDTH = "&#8203;"


def annotate(found: Checked, baseline: Path, stream: IO[str]) -> None:
    """Write a workflow command that makes an error of each failing finding, the worst first.

    As many as GitHub shows; where there are more, the last one says how many.
    """
    from imbbench.builtin.report_text import speller

    failing = [finding for finding in found.findings if finding.verdict in FAILING]
    shown = failing if len(failing) <= _ANNOTATIONS else failing[: _ANNOTATIONS - 1]
    errors = [(finding.verdict, _message(finding)) for finding in shown]
    if more := len(failing) - len(shown):
        errors.append((f"{more} more", f"{more} more are in the log of the job; {summary(found)}"))
    spell = speller(stream)
    file = _property(_in_repository(baseline))
    for verdict, message in errors:
        title = _property(f"imbbench check: {verdict}")
        stream.write(spell(f"::error file={file},title={title}::{_data(message)}\n"))


def _message(finding: Finding) -> str:
    where = clean(f"{finding.dataset} · {finding.cells[0].split} · {cell_name(finding)}")
    text = f"{where}: " + "\n".join(told(finding))
    return text if len(text) <= _MESSAGE else f"{text[:_MESSAGE]} [...]"


def _in_repository(path: Path) -> str:
    """The path as GitHub knows the file, relative to the root of the repository."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    absolute = path.resolve()
    return (absolute.relative_to(root) if absolute.is_relative_to(root) else path).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def complain(error: Exception, baseline: Path, stream: IO[str]) -> None:
    """Show a check that could not be made as an error, and in the summary."""
    from imbbench.builtin.report_text import speller
    from imbbench.builtin.reports import in_markdown

    title = f"file={_property(_in_repository(baseline))},title={_property('imbbench check')}"
    stream.write(speller(stream)(f"::error {title}::{_data(str(error))}\n"))
    _append(f"## imbbench check could not be made\n\n{in_markdown(clean(str(error)))}\n\n")


def summarise(found: Checked, baseline: Path) -> None:
    """Append what changed, in Markdown, to the file that GITHUB_STEP_SUMMARY names, if it names one."""
    _append(_fitting(found, baseline))


def _append(text: str) -> None:
    """To the summary. If it cannot be written there is a warning: the verdict is the exit code."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        click.echo(f"Warning: GITHUB_STEP_SUMMARY cannot be written, the log has it all: {error}", err=True)


def _fitting(found: Checked, baseline: Path) -> str:
    """The summary of as many findings, the worst ones, as it may have."""
    changed = [finding for finding in found.findings if finding.verdict != "same"]
    count = min(len(changed), _FINDINGS)
    while len((text := _page(found, changed[:count], len(changed) - count, baseline)).encode()) > _SUMMARY:
        if not count:
            return text
        count //= 2
    return text


def _page(found: Checked, shown: Sequence[Finding], more: int, baseline: Path) -> str:
    from imbbench.builtin.reports import as_markdown, in_markdown

    page = io.StringIO()
    heading = f"imbbench check of {baseline}: {'passed' if found.passed else 'failed'}"
    lines = (summary(found), *cautions(found))
    page.write("\n\n".join([f"## {in_markdown(clean(heading))}", *map(in_markdown, lines)]) + "\n\n")
    as_markdown(tables_of(replace(found, findings=tuple(shown))), page)
    if more:
        page.write(f"{more} more that changed are left out here; the log of the job has them.\n\n")
    text = page.getvalue().replace("@", f"@{_ZERO_WIDTH}")
    return text + (_advice(baseline) if any(finding.verdict != "failed" for finding in shown) else "")


def _advice(baseline: Path) -> str:
    """Indented code, since a path may hold whatever ends a code span."""
    command = f"imbbench baseline update {shlex.quote(clean(str(baseline)))} --only NAME"
    names = "NAME is a dataset, split, strategy or model"
    return f"To accept a change on purpose ({names}; `--all` is for every change):\n\n    {command}\n\n"
