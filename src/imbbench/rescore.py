"""Metrics and thresholds that a run did not have, computed from its stored scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from imbbench.desk import Desk
from imbbench.errors import ImbbenchError
from imbbench.keys import component_digest
from imbbench.orders import Rescore
from imbbench.plan import Choice
from imbbench.registry import Registry
from imbbench.results import Result, Results
from imbbench.settings import Settings
from imbbench.store import DEFAULT, Store
from imbbench.store_read import Reader

NO_SCORES = "no scores are stored of this cell (--no-scores), so that nothing new can be computed"


def rescored(
    registry: Registry, store: Reader, run: int, metrics: Sequence[str], thresholds: Sequence[float]
) -> Iterator[tuple[int, Result]]:
    """(number of the stored cell, its result with these metrics at these thresholds) of every cell of a
    run that has scores. A metric that fails is the cell's error."""
    settings = Settings(tuple(thresholds), tuple(metrics), tuple(metrics))
    desk = Desk(registry, settings)
    for number, result, scores, fold in store.scored_rows(run):
        n0, n1 = result.counts["train"]
        answer = desk.do(Rescore(scores, fold.y, fold.amount, n1 / (n0 + n1)))
        if answer.status == "ok":
            yield number, replace(result, metrics=answer.value, notes=(*result.notes, *answer.notes))
        else:
            yield number, replace(result, status=answer.status, reason=answer.reason, metrics={})


def shown_as(
    registry: Registry, store: Reader, run: int, metrics: Sequence[Choice], thresholds: Sequence[float]
) -> Results:
    """A stored run with other columns or at other thresholds; what was not asked for is as it was."""
    results = store.results(run)
    columns = tuple(bound.spec for bound in registry.select("metric", metrics)) or results.columns
    chosen = tuple(thresholds) or results.thresholds
    if all(_has(row, columns, chosen) for row in results if row.status == "ok"):
        return replace(results, columns=columns, thresholds=chosen)
    lower = {
        bound.spec for bound in registry.select("metric", columns) if not bound.component.greater_is_better
    }
    new = {result.cell: result for _, result in rescored(registry, store, run, columns, chosen)}
    rows = tuple(new.get(row.cell) or _without(row, columns, chosen) for row in results)
    return replace(
        results, rows=rows, columns=columns, thresholds=chosen,
        lower_is_better=results.lower_is_better | lower,
    )  # fmt: skip


def _has(row: Result, columns: Sequence[str], thresholds: Sequence[float]) -> bool:
    return all(set(columns) <= set(row.metrics.get(threshold, ())) for threshold in thresholds)


def _without(row: Result, columns: Sequence[str], thresholds: Sequence[float]) -> Result:
    """A row as it is; one without scores says so where something is missing."""
    missing = row.status == "ok" and not _has(row, columns, thresholds)
    return replace(row, notes=(*row.notes, NO_SCORES)) if missing else row


def rescore(
    registry: Registry, store: Store, run: int, metrics: Sequence[Choice], thresholds: Sequence[float]
) -> tuple[int, int]:
    """Compute metrics of a run anew and store them; returns of how many cells, and how many metrics.

    Raises ImbbenchError for a run without any stored scores.
    """
    chosen = tuple(thresholds) or store.results(run).thresholds
    bounds = registry.select("metric", metrics or ["all"])
    scoring = {bound.spec: component_digest(bound) for bound in bounds}
    done = 0
    for number, result in rescored(registry, store, run, list(scoring), chosen):
        if result.status != "ok":
            raise ImbbenchError(f"{result.cell.strategy}, {result.cell.model}: {result.reason}")
        store.update_metrics(number, result.metrics, scoring)
        done += 1
    if not done:
        ok = sum(row.status == "ok" for row in store.results(run))
        found = f"{ok} ended ok, and --no-scores left their scores out" if ok else "none ended ok"
        raise ImbbenchError(f"run {run} has no cell with stored scores: {found}; run it again (--fresh)")
    return done, len(scoring)


def plugins_of(path: Path | None, run: int | None) -> tuple[str, ...]:
    """The local plugins that a stored run (None for the latest) was made with."""
    with Reader.read(path or DEFAULT) as reader:
        return tuple(reader.results(reader.about(run).number).environment.get("plugins", ()))


def stored_results(
    registry: Registry,
    path: Path | None,
    run: int | None,
    metrics: Sequence[Choice] = (),
    thresholds: Sequence[float] = (),
) -> Results:
    """The rows of a stored run (None for the latest), as `shown_as`; says so on standard error if they are
    not all that were planned."""
    with Reader.read(path or DEFAULT) as reader:
        about = reader.about(run)
        if metrics or thresholds:
            results = shown_as(registry, reader, about.number, metrics, thresholds)
        else:
            results = reader.results(about.number)
    if about.done < about.planned:
        click.echo(f"Run {about.number} was not finished: {about.done} of {about.planned} cells", err=True)
    return results
