"""Where a report goes: to the terminal or, whole or not at all, to a file."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import click

from imbbench.errors import ImbbenchError, UsageError
from imbbench.registry import Bound, Registry
from imbbench.results import Results

SUFFIXES = {".json": "json", ".csv": "csv", ".md": "markdown", ".tex": "latex", ".txt": "plain"}


def report_for(registry: Registry, name: str | None, output: Path | None) -> Bound:
    """The report named, else the one that the file's suffix stands for (its name, for a plugin's),
    else rich; plain for a file without a suffix."""
    if name is None and output is not None:
        suffix = output.suffix.lower()
        name = SUFFIXES.get(suffix, suffix.removeprefix(".") or "plain")
        if name not in registry.components["report"] and suffix in (".html", ".htm"):
            raise UsageError(f"--output {output.name}: imbbench report --html {output.name} writes that page")
        if name not in registry.components["report"]:
            known = f"use {', '.join(SUFFIXES)}, or say --format"
            raise UsageError(f"--output {output.name}: no format has the suffix {suffix}; {known}")
    return registry.resolve("report", name or "rich")


def check_output(output: Path | None, name: str = "--output") -> None:
    """Raise UsageError now rather than after hours of work if the file cannot be written; `name` is what
    it was given as."""
    if output is None:
        return
    if output.is_dir() or not output.parent.is_dir():
        found = "is a folder" if output.is_dir() else f"has no folder {str(output.parent)!r} to go to"
        raise UsageError(f"{name} {output} {found}; give the path of a file in an existing folder")
    places = [output] if _is_special(output) else [output.parent, *([output] if output.exists() else [])]
    if not all(os.access(place, os.W_OK) for place in places):
        raise UsageError(f"{name} {output} cannot be written; choose another place")


def write_report(report: Bound, results: Results, output: Path | None, *, only_footer: bool = False) -> bool:
    """Write the report, or what of it is not printed yet; False if it failed, after saving the rows as
    JSON on standard output, if that can be written."""
    try:
        if output is None:
            show = report.component.write_footer if only_footer else report.component.write
            show(results, sys.stdout, **report.params)
            sys.stdout.flush()
        else:
            replace_file(output, lambda stream: report.component.write(results, stream, **report.params))
            click.echo(f"Wrote {output}", err=True)
    except (Exception, SystemExit) as error:
        if output is None and isinstance(error, BrokenPipeError):
            stop_output()
            return True
        _save(results, f"{report.who} raised {type(error).__name__}: {error}")
        return False
    return True


def _save(results: Results, failure: str) -> None:
    """Print the rows as JSON, as far as standard output takes them, and then say why."""
    from imbbench.json_form import to_json

    try:
        click.echo(to_json(results))
    except OSError as error:
        if str(error) not in failure:  # the report's own mistake
            click.echo(f"Error: {failure}", err=True)
        refuse_output(error)
    else:
        click.echo(f"Error: {failure}; its rows were printed as JSON", err=True)


def refuse_output(error: OSError) -> None:
    """Say that standard output cannot be written, and where the rows are."""
    stop_output()
    advice = "`imbbench show` prints the rows of a run that was stored"
    click.echo(f"Error: standard output cannot be written ({error}); {advice}", err=True)


def output_error() -> OSError | None:
    """Why standard output cannot be written, if so. Python keeps no trace of it: one newline more tells."""
    try:
        click.echo()
    except OSError as error:
        return error
    return None


def stop_output() -> None:
    """Standard output takes no more, as when `head` has seen enough; Python must not complain of it when
    it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())  # type: ignore[union-attr]


def _is_special(output: Path) -> bool:
    """Whether it is a pipe or a device such as /dev/null: written to, never replaced."""
    return output.exists() and not output.is_file()


def replace_file(output: Path, write: Callable[[IO[str]], object]) -> None:
    """Have `write` write beside the file and rename, so that a failure leaves the old one."""
    if _is_special(output):
        with output.open("w", encoding="utf-8", newline="") as special:
            write(special)
        return
    output = output.resolve()  # a link stays one
    with _beside(output) as stream:
        try:
            write(stream)
            stream.flush()  # a full disk is found out here
        except BaseException:
            Path(stream.name).unlink()
            raise
    umask = os.umask(0)
    os.umask(umask)
    Path(stream.name).chmod(0o666 & ~umask)
    Path(stream.name).replace(output)


def _beside(output: Path) -> IO[str]:
    """A new file in the same folder. Raises ImbbenchError where there can be none."""
    options: dict[str, Any] = {"encoding": "utf-8", "newline": "", "delete": False}
    try:
        return tempfile.NamedTemporaryFile("w", dir=output.parent, prefix=f".{output.name}.", **options)
    except OSError as error:
        raise ImbbenchError(f"{output} cannot be written ({error}); choose another place") from None
