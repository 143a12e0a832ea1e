"""`imbbench report`: from stored runs to a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from imbbench.cli import registry_of
from imbbench.compared import joined
from imbbench.errors import ImbbenchError, UsageError
from imbbench.output import check_output, replace_file
from imbbench.page import page
from imbbench.page.data import defined
from imbbench.registry import Registry
from imbbench.rescore import joined_results
from imbbench.results import Results
from imbbench.store import DEFAULT
from imbbench.store_read import Reader


def execute_report(runs: Sequence[int], plugin: tuple[str, ...], given: Mapping[str, Any]) -> int:
    """Do what the options say and return the exit code."""
    output = given["html"].absolute()
    check_output(output, "--html")
    results = _results(registry_of(plugin), runs, given)
    if not len(results):
        which = f"run {', '.join(map(str, results.runs))} has"
        raise ImbbenchError(
            f"there is nothing to report: {which} no cell that is done; say the number of another "
            "(imbbench runs lists them), or run it again"
        )
    text = page(results)
    replace_file(output, lambda stream: stream.write(text))
    cells = f"{len(results):,} cell{'' if len(results) == 1 else 's'}"
    click.echo(f"Wrote {given['html']}: {cells}, {len(text.encode()) / 1e6:.1f} MB", err=True)
    return 0


def _results(registry: Registry, runs: Sequence[int], given: Mapping[str, Any]) -> Results:
    """The rows with all the metrics that are stored of them, also where they are read anew; --metrics are the
    columns."""
    numbers: Sequence[int | None] = sorted(set(runs)) or [None]
    with Reader.read(given["store"] or DEFAULT) as store:
        stored = joined([store.results(run) for run in numbers])
    asked = tuple(bound.spec for bound in registry.select("metric", given["metrics"]))
    every = (*asked, *(name for name in defined(stored) if _is_installed(registry, name)))
    results = joined_results(registry, runs, {**given, "metrics": every})
    return replace(results, columns=asked or stored.columns)


def _is_installed(registry: Registry, metric: str) -> bool:
    try:
        registry.resolve("metric", metric)
    except UsageError:  # it is gone, or takes other parameters now
        return False
    return True
