"""Metrics and thresholds that a run did not have, computed from its stored scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from imbbench.compared import joined
from imbbench.confidence import single, with_intervals
from imbbench.desk import Desk
from imbbench.errors import ImbbenchError
from imbbench.keys import scoring_digest
from imbbench.options import check_level
from imbbench.options_given import read_anew
from imbbench.orders import rescoring
from imbbench.plan import Choice
from imbbench.progress import Progress
from imbbench.readings import USED, Threshold, reading, threshold_text
from imbbench.registry import Registry
from imbbench.result import Result
from imbbench.results import Results, directions
from imbbench.settings import Settings
from imbbench.store import DEFAULT, Store
from imbbench.store_read import Reader

NO_SCORES = "no scores are stored of this cell (--no-scores), so that nothing new can be computed"


def rescored(
    registry: Registry, store: Reader, run: int, metrics: Sequence[str], thresholds: Sequence[Threshold]
) -> Iterator[tuple[int, Result]]:
    """(number of the stored cell, its result with these metrics at these thresholds) of every cell of a
    run that has scores. A metric that fails is the cell's error."""
    settings = Settings(tuple(thresholds), tuple(metrics), tuple(metrics))
    desk = Desk(registry, settings)
    for number, result, record in store.scored_rows(run):
        answer = desk.do(rescoring(result, record))
        if answer.status == "ok":
            yield number, replace(result, metrics=answer.value, notes=_with(result.notes, answer.notes))
        else:
            yield number, replace(result, status=answer.status, reason=answer.reason, metrics={})


def _with(notes: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*notes, *more)))


def shown_as(
    registry: Registry, store: Reader, run: int, metrics: Sequence[Choice], thresholds: Sequence[Threshold]
) -> Results:
    """A stored run with other columns or at other thresholds; what was not asked for is as it was."""
    results = store.results(run)
    bounds = registry.select("metric", metrics)
    columns = tuple(bound.spec for bound in bounds) or results.columns
    chosen = tuple(thresholds) or results.thresholds
    known = {name: getattr(results, name) | found for name, found in directions(bounds).items()}
    results = replace(results, columns=columns, thresholds=chosen, **known)
    used = [USED] if any(reading(key).rule != "fixed" for key in chosen) else []
    needed = tuple(dict.fromkeys((*columns, *used)))
    if all(_has(row, needed, chosen) for row in results if row.status == "ok"):
        return results
    new = {result.cell: result for _, result in rescored(registry, store, run, needed, chosen)}
    if reasons := {result.reason for result in new.values() if result.status != "ok"}:
        raise ImbbenchError("; ".join(sorted(reasons)))
    rows = tuple(new.get(row.cell) or _without(row, columns, chosen) for row in results)
    return replace(results, rows=rows)


def _has(row: Result, columns: Sequence[str], thresholds: Sequence[Threshold]) -> bool:
    return all(set(columns) <= set(row.metrics.get(threshold, ())) for threshold in thresholds)


def _without(row: Result, columns: Sequence[str], thresholds: Sequence[Threshold]) -> Result:
    """A row as it is; one without scores says so where something is missing."""
    missing = row.status == "ok" and not _has(row, columns, thresholds)
    return replace(row, notes=(*row.notes, NO_SCORES)) if missing else row


def rescore(registry: Registry, store: Store, run: int, given: Mapping[str, Any]) -> tuple[int, int]:
    """Compute metrics of a run anew and store them; returns of how many cells, and how many metrics.

    Parameters
    ----------
    given : what --metrics, --threshold and --calibrate say.

    Raises ImbbenchError for a run without any stored scores.
    """
    known = store.results(run).thresholds
    chosen = read_anew(given, known) or known
    bounds = registry.select("metric", given["metrics"] or ["all"])
    scoring = {bound.spec: scoring_digest(bound) for bound in bounds}
    _check_readable(store, run, chosen)
    done = 0
    for number, result in rescored(registry, store, run, list(scoring), chosen):
        if result.status != "ok":
            raise ImbbenchError(f"{result.cell.strategy}, {result.cell.model}: {result.reason}")
        store.update_metrics(number, result.metrics, scoring, result.notes)
        done += 1
    if not done:
        ok = sum(row.status == "ok" for row in store.results(run))
        found = f"{ok} ended ok, and --no-scores left their scores out" if ok else "none ended ok"
        raise ImbbenchError(f"run {run} has no cell with stored scores: {found}; run it again (--fresh)")
    return done, len(scoring)


def _check_readable(store: Store, run: int, keys: Sequence[Threshold]) -> None:
    """Raise ImbbenchError for a threshold or calibration whose scores are not stored: a dash that was stored
    for it would be taken for its figure."""
    for _, result, record in store.scored_rows(run):
        there = {"has_inner": record.inner is not None, "has_shift": result.shift is not None}
        for key in keys:
            if not reading(key).is_there(**there):
                text = f"{threshold_text(key)} is fitted on scores that run {run} has not stored"
                raise ImbbenchError(f"{text}; say it to `imbbench run`, which fits them")


def plugins_of(path: Path | None, run: int | None) -> tuple[str, ...]:
    """The local plugins that a stored run (None for the latest) was made with."""
    with Reader.read(path or DEFAULT) as reader:
        return tuple(reader.results(reader.about(run).number).environment.get("plugins", ()))


def stored_results(
    registry: Registry, path: Path | None, run: int | None, given: Mapping[str, Any]
) -> Results:
    """The rows of a stored run (None for the latest), with what --metrics, --threshold, --calibrate and --ci
    of `given` ask for; says so on standard error if they are not all that were planned."""
    with Reader.read(path or DEFAULT) as reader:
        about = reader.about(run)
        results = reader.results(about.number)
        thresholds = read_anew(given, results.thresholds)
        if given["metrics"] or thresholds:
            results = shown_as(registry, reader, about.number, given["metrics"], thresholds)
        if given.get("ci") is not None:
            cells = [row.cell for row in single(results)]
            with Progress(cells) as progress:
                level = check_level(given["ci"])
                results = with_intervals(registry, reader, about.number, results, level, progress.advance)
    if about.done < about.planned:
        click.echo(f"Run {about.number} was not finished: {about.done} of {about.planned} cells", err=True)
    return results


def joined_results(registry: Registry, runs: Sequence[int], given: Mapping[str, Any]) -> Results:
    """The rows of these runs (of the latest for none) in the store of `given`, read alike, with what it asks
    for as in `stored_results`; of equal cells that of the later run."""
    numbers: Sequence[int | None] = sorted(set(runs)) or [None]
    parts = [stored_results(registry, given["store"], run, given) for run in numbers]
    if len({part.thresholds for part in parts}) > 1:
        every = dict.fromkeys(threshold_text(key) for part in parts for key in part.thresholds)
        alike = {**given, "threshold": tuple(every), "calibrate": ()}
        parts = [stored_results(registry, given["store"], run, alike) for run in numbers]
    return joined(parts)
