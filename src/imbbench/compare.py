"""A run held against a baseline: cell with cell, fold with fold, metric by metric."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from imbbench.baseline import Baseline
from imbbench.errors import ImbbenchError
from imbbench.judge import Change, Pair, judged
from imbbench.lookup import KINDS
from imbbench.registry import Registry
from imbbench.result import FAILED, SKIPPED, Cell, Result
from imbbench.results import Results
from imbbench.rules import Rules

#: Every verdict, those that fail a check first.
VERDICTS = ("failed", "missing", "not comparable", "worse", "better", "new", "same")
FAILING = frozenset(VERDICTS[:4])
#: What every figure passes through.
_CORE = ("python", "imbbench", "numpy", "pandas", "scikit-learn", "scipy")


@dataclass(frozen=True)
class Finding:
    """What became of a cell since the baseline; of all its folds and seeds where they are judged together.

    Parameters
    ----------
    cells : the cell; its folds and seeds where these were judged together.
    dataset : as it must be shown (`Result.dataset`).
    verdict : one of `VERDICTS`.
    reason : in words, where it is not told by the changes.
    changes : every metric at every threshold; empty where none was compared.
    versions : libraries that the cell depends on and that changed: "scikit-learn 1.8.0 -> 1.9.1".
    seconds : of the fits; NaN where there was none.
    """

    cells: tuple[Cell, ...]
    dataset: str
    verdict: str
    reason: str = ""
    changes: tuple[Change, ...] = ()
    versions: str = ""
    seconds: float = math.nan


def compare(baseline: Baseline, now: Results, rules: Rules, registry: Registry) -> tuple[Finding, ...]:
    """A finding for every cell of either side, the worst first.

    Parameters
    ----------
    now : rows with the baseline's metrics and thresholds.
    registry : says why a cell is gone, and which libraries it depends on.
    """
    before, after = _by_cell(baseline.results), _by_cell(now)
    findings, comparable = [], {}
    for cell in dict.fromkeys([*before, *after]):
        obstacle = _obstacle(before.get(cell), after.get(cell), cell, registry)
        if obstacle is None:
            comparable[cell] = Pair(before[cell], after[cell])
        else:
            row = after.get(cell) or before[cell]
            findings.append(Finding((cell,), row.dataset, *obstacle, seconds=row.seconds))
    groups = (
        _together(comparable.values()) if rules.significance else [(pair,) for pair in comparable.values()]
    )
    changes = judged(groups, baseline.plan, baseline.results.lower_is_better, rules)
    findings += [_finding(group, told) for group, told in zip(groups, changes, strict=True)]
    known = now.environment.get("versions", {})
    explained = (_explained(finding, baseline, known, registry) for finding in findings)
    return tuple(sorted(explained, key=_badness))


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """Verdict -> how many cells have it, those that fail a check first."""
    counts = Counter(finding.verdict for finding in findings)
    return {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}


def _by_cell(results: Results) -> dict[Cell, Result]:
    return {row.cell: row for row in results}


def _obstacle(
    before: Result | None, now: Result | None, cell: Cell, registry: Registry
) -> tuple[str, str] | None:
    """(verdict, reason) of a cell whose figures cannot be compared; None where they can."""
    if now is None:
        return "missing", _why_missing(cell, registry)
    if now.status in FAILED or now.status == "interrupted":
        return "failed", f"{now.status}: {now.reason}"
    if before is None:
        return "new", f"{now.status}: {now.reason}" if now.reason else ""
    if now.status in SKIPPED:
        return ("same" if before.status in SKIPPED else "missing"), f"{now.status}: {now.reason}"
    if before.status in SKIPPED:
        return "new", f"was {before.status}"
    other = _other_rows(before, now)
    return ("not comparable", other) if other else None


def _why_missing(cell: Cell, registry: Registry) -> str:
    for kind in KINDS:
        try:
            registry.resolve(kind, getattr(cell, kind))
        except ImbbenchError as error:
            return str(error)
    return "the run has no such cell"


def _other_rows(before: Result, now: Result) -> str:
    """In which way a cell was scored on other rows, in words; empty if it was on the same."""
    if now.hashes and before.positive != now.positive:
        return f"the positive label differs: class 1 was {before.positive!r}, is {now.positive!r}"
    shared = before.hashes.keys() & now.hashes.keys()  # older rows have no hash of both parts
    changed = {part for part in shared if before.hashes[part] != now.hashes[part]}
    if before.hashes == now.hashes or (shared >= {"data", "test"} and not changed):
        return ""
    if not now.hashes:
        return "the run was stored before hashes of rows were; run it again (--fresh)"
    (b0, b1), (n0, n1) = (row.counts.get("data", (0, 0)) for row in (before, now))
    if before.hashes.get("data") == now.hashes["data"]:
        part = "test" if "test" in changed else "training"
        return f"the split differs: of the same data other rows are in the {part} part"
    if (b0, b1) == (n1, n0) and n0 != n1:
        return f"the positive label differs: {b1:,} of {b0 + b1:,} rows were positive, now {n1:,} are"
    names = (f"{before.source or 'real'} rows", f"{now.source or 'real'} ones")
    other = f"{names[0]} before, {names[1]} now; " if before.source != now.source else ""
    was, is_ = (
        f"{positive:,} of {rows:,} rows positive" for positive, rows in ((b1, b0 + b1), (n1, n0 + n1))
    )
    counts = f"{was}, now {is_}" if was != is_ else f"{was} as before, other values"
    fingerprints = f"fingerprint {before.hashes.get('data')}, now {now.hashes['data']}"
    return f"the data differ ({fingerprints}): {other}{counts}"


def _together(pairs: Iterable[Pair]) -> list[tuple[Pair, ...]]:
    """The folds of each cell, with all their seeds. Those fitted alone and those fitted in groups are never
    averaged."""
    groups: dict[object, list[Pair]] = {}
    for pair in pairs:
        which = replace(pair.now.cell, fold=0, seed=0), pair.before.numerics, pair.now.numerics
        groups.setdefault(which, []).append(pair)
    return [tuple(group) for group in groups.values()]


def _finding(group: Sequence[Pair], changes: tuple[Change, ...]) -> Finding:
    verdicts = {change.verdict for change in changes}
    verdict = next(verdict for verdict in VERDICTS if verdict in verdicts or verdict == "same")
    rows = [pair.now for pair in group]
    reason = "; ".join(dict.fromkeys(change.reason for change in changes if change.reason))
    cells, seconds = tuple(row.cell for row in rows), sum(row.seconds for row in rows)
    return Finding(cells, rows[0].dataset, verdict, reason, changes, seconds=seconds)


def _explained(
    finding: Finding, baseline: Baseline, now: Mapping[str, str | None], registry: Registry
) -> Finding:
    """With the versions that changed, if the cell did."""
    if finding.verdict in ("same", "new"):
        return finding
    before = baseline.versions_of(finding.cells[0])
    changed = [
        f"{name} {before.get(name) or 'not installed'} -> {now.get(name) or 'not installed'}"
        for name in _distributions(finding, registry)
        if before.get(name) != now.get(name)
    ]
    return replace(finding, versions=", ".join(changed))


def _distributions(finding: Finding, registry: Registry) -> dict[str, None]:
    """What the figures of a cell depend on, as far as it is installed."""
    cell = finding.cells[0]
    named = [(kind, getattr(cell, kind)) for kind in KINDS]
    named += [("metric", change.metric) for change in finding.changes if change.verdict != "same"]
    names = list(_CORE)
    for kind, spec in named:
        try:
            bound = registry.resolve(kind, spec)
        except ImbbenchError:
            continue  # the reason of the finding tells of it
        names += [*bound.component.requires, bound.provider.distribution]
    return dict.fromkeys(filter(None, names))


def _badness(finding: Finding) -> tuple[float, ...]:
    worst = max((change.badness for change in finding.changes), default=0.0)
    return VERDICTS.index(finding.verdict), -worst
