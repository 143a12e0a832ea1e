"""What a check found, in words, and figures as text."""

from __future__ import annotations

import math

from imbbench.aggregate import COUNTS, DASH, clean, heading
from imbbench.check import Checked
from imbbench.compare import Finding, counted
from imbbench.judge import Change
from imbbench.labels import place, places, protocol
from imbbench.readings import threshold_text
from imbbench.rules import noise


def summary(checked: Checked) -> str:
    """How many cells have which verdict: "48 cells: 2 worse, 45 same, 1 unsupported as before"."""
    counts = counted(checked.findings)
    cells = [cell for finding in checked.findings for cell in finding.cells]
    total, fits = sum(counts.values()), "fits" if any(cell.seed for cell in cells) else "folds"
    skipped = sum(finding.verdict == "same" and not finding.changes for finding in checked.findings)
    if skipped:
        counts["same"] -= skipped
    told = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    told += [f"{skipped} unsupported as before"] if skipped else []
    together = f" ({len(cells)} {fits}, judged together)" if len(cells) > total else ""
    number = f"{total} cell{'' if total == 1 else 's'}"
    return f"{number}{together}: {', '.join(told)}" if told else "nothing was compared"


def cautions(checked: Checked) -> list[str]:
    """What a reader of the tables must know."""
    lines = [other_machine(checked)]
    if checked.rules.significance is not None:
        changes = [change for finding in checked.findings for change in finding.changes]
        unsure = sum(change.verdict == "same" and change.loss > change.allowed for change in changes)
        judged = [change for change in changes if not math.isnan(change.loss)]
        torn = sum(change.verdict == "same" and bool(change.reason) for change in judged)
        if torn:
            lines.append(f"{torn} undefined now in some folds, judged on the others (see --verbose)")
        if unsure:
            fell = "figure fell" if unsure == 1 else "figures fell"
            lines.append(f"{unsure} {fell} by more than the tolerance, which may be luck (see --verbose)")
        judged_cells = [finding.cells for finding in checked.findings if finding.changes]
        if any(len({cell.fold for cell in cells}) == 1 for cells in judged_cells):
            lines.append("one fold has no spread: such cells were held against the tolerance alone")
    return [line for line in lines if line]


def other_machine(checked: Checked) -> str:
    """Said where figures differ and the processors do, too."""
    before, now = map(clean, checked.cpus)
    if before == now or not any(finding.verdict in ("worse", "better") for finding in checked.findings):
        return ""
    return f"the baseline was made on another processor ({before or 'unknown'}; this is {now or 'unknown'})"


def cell_name(finding: Finding) -> str:
    """Which cell of its dataset and split it is: "none, sklearn-lr, fold 3"."""
    cell, *others = finding.cells
    fits = places(finding.cells) if others else place(cell)
    return clean(", ".join((cell.strategy, cell.model, *protocol(cell, "")[2:], fits)))


def told(finding: Finding) -> list[str]:
    """Lines on what became of it: every metric that changed, the worst first, or the reason; then the
    versions. Empty where there is nothing to say."""
    several = len({change.threshold for change in finding.changes}) > 1
    lines = [_told(change, several) for change in changed(finding)] or [clean(finding.reason)]
    return [line for line in (*lines, versions(finding)) if line]


def _told(change: Change, several: bool) -> str:
    """Such as: roc_auc 0.9314 -> 0.9214 (-0.0100, tolerance 0.0050)."""
    known = texts(change)
    where = f" at threshold {known['threshold']}:" if several else ""
    said = [change.reason] if change.reason else [known["difference"], f"tolerance {known['allowed']}"]
    if not math.isnan(change.p):
        said.append(f"p {known['p']}")
    return clean(f"{change.metric}{where} {known['before']} -> {known['now']} ({', '.join(said)})")


def changed(finding: Finding) -> list[Change]:
    """What is not the same, the worst first."""
    changes = [change for change in finding.changes if change.verdict != "same"]
    return sorted(changes, key=lambda change: -change.badness)


def versions(finding: Finding) -> str:
    """The libraries that changed, in a sentence; empty if none did."""
    return clean(f"changed since the baseline: {finding.versions}") if finding.versions else ""


def texts(change: Change) -> dict[str, str]:
    """What stands in the columns about a metric."""
    whole = change.metric in COUNTS
    difference = change.now - change.before
    if abs(difference) <= noise(change.before):
        difference = 0.0
    return {
        "threshold": threshold_text(change.threshold),
        "metric": heading(change.metric),
        "before": figure(change.before, whole),
        "now": figure(change.now, whole),
        "difference": ("+" if difference > 0 else "") + figure(difference, whole),
        "allowed": figure(change.allowed, whole),
        "p": DASH if math.isnan(change.p) else f"{change.p:.3f}" if change.p >= 0.001 else "<0.001",
    }


def figure(value: float, whole: bool) -> str:
    """A figure with 4 decimals (1 from 1000 on), a count without (a mean of counts with 2), and never a 0
    for what is none."""
    if not math.isfinite(value):
        return DASH
    if whole and float(value).is_integer():
        return f"{value:z.0f}"
    text = f"{value:z.{2 if whole else 4 if abs(value) < 1000 else 1}f}"
    return f"{value:.1e}" if value and not float(text) else text
