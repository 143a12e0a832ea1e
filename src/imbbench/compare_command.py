"""`imbbench compare`: from stored runs to a comparison and a report."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from imbbench.check_command import write_out
from imbbench.cli import FAILURE, registry_of
from imbbench.comparison_report import FORMS, SUFFIXES
from imbbench.diagram import check_diagram, draw
from imbbench.errors import UsageError
from imbbench.output import check_output, replace_file
from imbbench.rescore import joined_results
from imbbench.results import COMPARED
from imbbench.suggest import did_you_mean


def execute_compare(runs: Sequence[int], plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Do what the options say and return the exit code."""
    output = given["output"].absolute() if given["output"] else None
    check_output(output)
    write = FORMS[_form(given["format"], output)]
    if given["diagram"]:
        check_output(given["diagram"], "--diagram")
        check_diagram(given["diagram"])
    registry = registry_of(plugin)
    results = joined_results(registry, runs, {**given, "metrics": given["metrics"] or COMPARED})
    comparison = results.compare(given["against"], results.columns, by=given["by"], rope=given["rope"])
    if given["diagram"]:
        draw(comparison, given["diagram"])
        click.echo(f"Wrote {given['diagram']}", err=True)
    if output is None:
        return 0 if write_out(lambda: write(comparison, sys.stdout, verbose=given["verbose"])) else FAILURE
    replace_file(output, lambda stream: write(comparison, stream, verbose=given["verbose"]))
    click.echo(f"Wrote {output}", err=True)
    return 0


def _form(name: str | None, output: Path | None) -> str:
    """The format that is named, else that of the file's suffix."""
    if name is None and output is not None:
        suffix = output.suffix.lower()
        if suffix not in SUFFIXES:
            known = f"use {', '.join(SUFFIXES)}, or say --format"
            raise UsageError(f"--output {output.name}: no format has the suffix {suffix!r}; {known}")
        return SUFFIXES[suffix]
    if (name or "rich") not in FORMS:
        hint = f"{did_you_mean(str(name), FORMS)}; formats are {', '.join(FORMS)}"
        raise UsageError(f"compare has no format {name!r}{hint}")
    return name or "rich"
