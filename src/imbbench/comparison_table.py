"""A comparison as tables of text: one for each metric on each data set, and one for each over data sets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from imbbench.aggregate import COUNTS, DASH, clean
from imbbench.check_text import figure
from imbbench.comparison import Comparison, Difference, Overall, Ranking
from imbbench.comparison_figures import label_of, labels, p_text, share, signed
from imbbench.evidence import Contrast
from imbbench.labels import shorten
from imbbench.table import Column, Entry, Table, numbered

Item = TypeVar("Item", bound=Difference | Overall)
_VERDICT = Column("verdict", "text")
#: That are told of a comparison without figures; they may differ from fold to fold.
_REASONS = 3


def dataset_tables(comparison: Comparison) -> tuple[Table, ...]:
    """A table for each data set, metric and threshold."""
    return _tables(comparison, comparison.differences, _dataset_table)


def overall_tables(comparison: Comparison) -> tuple[Table, ...]:
    """A table over data sets for each metric and threshold."""
    return _tables(comparison, comparison.overall, _overall_table)


def _tables(
    comparison: Comparison,
    items: Sequence[Item],
    table: Callable[[Comparison, str, Sequence[Item]], Table],
) -> tuple[Table, ...]:
    known = labels(comparison)
    groups: dict[tuple[str, ...], list[Item]] = {}
    for one in items:
        title = (*one.where, label_of(known, one.contrast.metric, one.contrast.threshold))
        groups.setdefault(title, []).append(one)
    return tuple(table(comparison, " · ".join(map(clean, title)), group) for title, group in groups.items())


def _dataset_table(comparison: Comparison, title: str, group: Sequence[Difference]) -> Table:
    names, naming, shared = _naming(comparison, [one.contrast for one in group])
    against = _references(comparison)
    columns = (
        *names, Column(clean(against[0]) if len(against) == 1 else "reference"), Column("difference"),
        Column("p"), Column("P(=)"), _VERDICT,
    )  # fmt: skip
    rows = []
    for one in group:
        whole = one.contrast.metric in COUNTS
        width = figure((one.high - one.low) / 2, whole)
        difference = signed(one.difference, whole) + (f" ± {width}" if width != DASH else "")
        cells = [
            *naming(one.contrast), figure(one.reference, whole), difference, p_text(one.evidence.p_adjusted),
            share(one.evidence.p_equivalent), one.verdict or DASH,
        ]  # fmt: skip
        rows.append([Entry(text) for text in cells])
    notes, footnotes = numbered(rows, [[*map(clean, one.remarks)] for one in group])
    folds = {one.folds for one in group if one.folds}
    caption = [f"{max(folds)} fold{'s' if max(folds) > 1 else ''}"] if folds else []
    return Table(title, (*caption, *shared), columns, tuple(map(tuple, rows)), notes, footnotes)


def _overall_table(comparison: Comparison, title: str, group: Sequence[Overall]) -> Table:
    names, naming, shared = _naming(comparison, [one.contrast for one in group])
    most = max(one.datasets for one in group)
    tested = any(one.verdict for one in group)
    tests = [Column(heading) for heading in ("p", "P(<)", "P(=)", "P(>)")] if tested else []
    columns = (*names, Column("wins / ties / losses"), Column("pseudo median diff."), *tests, _VERDICT)
    rows = []
    for one in group:
        known = one.evidence
        chances = map(share, (known.p_worse, known.p_equivalent, known.p_better))
        cells = [
            *naming(one.contrast), f"{one.wins}/{one.ties}/{one.losses}" if one.datasets else DASH,
            signed(one.difference, one.contrast.metric in COUNTS),
            *([p_text(known.p_adjusted), *chances] if tested else []), one.verdict or DASH,
        ]  # fmt: skip
        rows.append([Entry(text) for text in cells])
    said = [_remarks(one, most) for one in group]
    notes, footnotes = numbered(rows, said)
    figures = (group[0].protocol, group[0].contrast.metric, group[0].contrast.threshold)
    ranks = [
        _ranks(one, most)
        for one in comparison.rankings
        if (one.protocol, one.metric, one.threshold) == figures
    ]
    caption = (f"{most} data sets", *shared)
    return Table(title, caption, columns, tuple(map(tuple, rows)), (*notes, *ranks), footnotes)


def _references(comparison: Comparison) -> list[str]:
    """All that others are compared with."""
    return list(dict.fromkeys(one.contrast.against for one in comparison.differences))


def _naming(
    comparison: Comparison, contrasts: Sequence[Contrast]
) -> tuple[list[Column], Callable[[Contrast], list[str]], list[str]]:
    """(columns that say who is compared, what stands in them, lines on parameters that all share). Who all
    are compared with has a column only where there are several."""
    compared, shared = shorten(name for one in contrasts for name in (one.name, one.against))
    others, shared_by_others = shorten(one.beside for one in contrasts)
    columns = [Column(comparison.by, "name"), Column(comparison.other_axis, "name")]
    several = len(_references(comparison)) > 1
    if several:
        columns.append(Column("against", "text"))

    def naming(one: Contrast) -> list[str]:
        shown = [compared[one.name], others[one.beside], *([compared[one.against]] if several else [])]
        return [clean(text) for text in shown]

    return columns, naming, [*map(clean, (*shared, *shared_by_others))]


def _remarks(one: Overall, most: int) -> list[str]:
    """On how many data sets it is, where others are on more; on none, why."""
    if one.datasets:
        number = f"{one.datasets} data set{'s' if one.datasets > 1 else ''}"
        return [number] if one.datasets < most else []
    shown, more = [*map(clean, one.remarks[:_REASONS])], len(one.remarks) - _REASONS
    return ["; ".join(["no data set has both", *shown, *([f"and {more} more"] if more > 0 else [])])]


def _ranks(ranking: Ranking, most: int) -> str:
    """Mean ranks in a line: "sklearn-lr: mean ranks smote 1.80, none 2.10 (Friedman p 0.030, ...)"."""
    shown = ", ".join(f"{clean(name)} {rank:.2f}" for name, rank in ranking.ranks.items())
    more = [f"{ranking.datasets} data sets"] if ranking.datasets < most else []
    if not math.isnan(ranking.p):
        more.append(f"Friedman p {p_text(ranking.p)}")
    if not math.isnan(ranking.critical_difference):
        more.append(f"critical difference {ranking.critical_difference:.2f}")
    if ranking.unranked:
        more.append(f"without {', '.join(map(clean, ranking.unranked))}")
    told = f" ({', '.join(more)})" if more else ""
    return f"{clean(ranking.beside)}: mean ranks {shown}{told}"
