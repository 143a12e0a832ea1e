"""The page in sentences: what ran, what is best, what is undecided, what failed."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from imbbench.aggregate import DASH, clean, heading
from imbbench.builtin.report_text import footer
from imbbench.labels import places, shorten
from imbbench.page.evidence import comparison_of, told
from imbbench.page.origin import without_folders
from imbbench.readings import threshold_text
from imbbench.result import Result
from imbbench.results import Results
from imbbench.table import Entry
from imbbench.tabulation import Line, by_protocol, entries, lines

#: How many of many are told: names in a sentence, data sets one by one, sentences on differences, reasons.
_NAMES, _PROTOCOLS, _SENTENCES, _REASONS = 6, 6, 12, 12


@dataclass(frozen=True)
class Summary:
    """Sentences, under their headings.

    Parameters
    ----------
    ran : which cells there are, and how they ended.
    best : which strategy and model has the best figure on each data set, and which differences are real.
    undecided : which differences may be luck.
    failed : why cells have no figures, and which.
    """

    ran: tuple[str, ...]
    best: tuple[str, ...]
    undecided: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """The lines of a protocol that have all their fits, the best first."""

    title: tuple[str, ...]
    ranked: tuple[tuple[Line, Entry], ...]

    @property
    def name(self) -> str:
        return " · ".join(map(clean, self.title))

    @property
    def best(self) -> Entry:
        return self.ranked[0][1]

    @property
    def winners(self) -> list[Line]:
        """Those that show the best figure."""
        return [line for line, entry in self.ranked if entry.text == self.best.text]

    def first(self, strategies: Collection[str]) -> tuple[Line, Entry] | None:
        """The best line of these strategies."""
        return next((one for one in self.ranked if one[0].fits[0].cell.strategy in strategies), None)


def summary_of(results: Results) -> Summary:
    """What a person would say of the results; figures and names are those of the tables."""
    comparison = comparison_of(results)
    decided, undecided = told(comparison) if comparison else ((), ())
    best = (*_best(results), *_first(decided, _SENTENCES, "sentences; imbbench compare has all"))
    undecided = _first(undecided, _SENTENCES, "sentences; imbbench compare has all")
    failed = _first(tuple(_failed(results)), _REASONS, "reasons; the table of all cells has them")
    told_of = (tuple(_ran(results)), best, undecided, failed)
    return Summary(*(tuple(map(without_folders, sentences)) for sentences in told_of))


def _ran(results: Results) -> Iterator[str]:
    yield f"{footer(results)}."
    cells = [row.cell for row in results]
    axes = {
        "data set": dict.fromkeys(row.dataset for row in results),
        "strategy": shorten(cell.strategy for cell in cells)[0].values(),
        "model": shorten(cell.model for cell in cells)[0].values(),
    }
    for axis, names in axes.items():
        plural = axis.removesuffix("y") + "ies" if axis.endswith("y") else f"{axis}s"
        yield f"{len(names)} {axis if len(names) == 1 else plural}: {_listed(names)}."
    for split in dict.fromkeys(cell.split for cell in cells):
        fits = places({cell for cell in cells if cell.split == split}) or "one fold"
        yield f"Split by {clean(split)}: {fits}."
    for label in dict.fromkeys(row.dataset for row in results if row.source):
        yield f"{clean(label)} stands in for the real rows."


def _best(results: Results) -> Iterator[str]:
    """Which strategy and model has the best figure on each data set; of many, how often each is best."""
    there = {name for row in results for figures in row.metrics.values() for name in figures}
    directed = [name for name in results.columns if name not in results.undirected]
    metric = next((name for name in ("average_precision", *directed) if name in there), None)
    if metric is None:
        return
    groups = by_protocol(results).items()
    found = [_place(title, rows, metric, results) for title, rows in groups]
    found = [place for place in found if place.ranked]
    several = metric != "average_precision" and len(results.thresholds) > 1
    label = heading(metric) + (f" at {threshold_text(results.thresholds[0])}" if several else "")
    if len(found) > _PROTOCOLS:
        yield from _over_many(found, label)
    else:
        yield from (f"{place.name}: {_lead(place, label)}." for place in found)


def _place(title: tuple[str, ...], rows: Sequence[Result], metric: str, results: Results) -> _Place:
    """Of lines that are read in several ways those of the run's first."""
    read = [line for line in lines(rows, results)[0] if line.threshold == results.thresholds[0]]
    both = zip(read, entries(read, metric, results), strict=True)
    known = [(line, entry) for line, entry in both if line.is_whole and entry.text != DASH]
    lower = metric in results.lower_is_better
    known.sort(key=lambda one: float(one[1].text), reverse=not lower)
    return _Place(title, tuple(known))


def _lead(place: _Place, label: str) -> str:
    """Who is best, and how far behind are the best of the other strategies and of none."""
    winners = place.winners
    verb = "has" if len(winners) == 1 else "share"
    said = [f"{_listed(map(_name, winners))} {verb} the best {label}, {place.best}"]
    others = {line.fits[0].cell.strategy for line, _ in place.ranked}
    others -= {line.fits[0].cell.strategy for line in winners}
    rivals = {
        "next of the other strategies is": place.first(others),
        "best of none is": place.first(others & {"none"}),
    }
    for what, rival in rivals.items():
        if rival and all(_name(rival[0]) not in clause for clause in said):
            said.append(f"{what} {_name(rival[0])}, {rival[1]}, behind by {_gap(place, rival[1])}")
    return "; ".join(said)


def _gap(place: _Place, entry: Entry) -> str:
    """To as many decimals as the figures are shown with."""
    decimals = len(place.best.text.partition(".")[2])
    return f"{abs(float(place.best.text) - float(entry.text)):.{decimals}f}"


def _over_many(found: Sequence[_Place], label: str) -> Iterator[str]:
    labels, _ = shorten(line.fits[0].cell.strategy for place in found for line, _ in place.ranked)
    sets = [{line.fits[0].cell.strategy for line in place.winners} for place in found]
    wins = Counter(labels[next(iter(one))] for one in sets if len(one) == 1)
    shared = sum(len(one) > 1 for one in sets)
    often = [f"{name} on {number}" for name, number in wins.most_common()]
    often += [f"several strategies on {shared}"] if shared else []
    once = len({place.title[0] for place in found}) == len(found)
    yield f"The best {label} of {len(found)} data sets{'' if once else ' and splits'}: {_listed(often)}."
    plain = [(place, rival[1]) for place in found if (rival := place.first({"none"}))]
    behind = [(float(_gap(place, none)), place.name) for place, none in plain if none.text != place.best.text]
    if plain:
        level = f"{len(plain) - len(behind)} of {len(plain)}"
        middle = statistics.median(gap for gap, _ in behind) if behind else 0
        most, where = max(behind, default=(0, ""))
        far = f"; elsewhere it is behind by {middle:.4g} at the median, by {most:.4g} at most ({where})"
        yield f"Doing nothing (none) is best, or level with the best, on {level}{far if behind else ''}."


def _failed(results: Results) -> Iterator[str]:
    """Each reason once, with the cells that it concerns; one for those that differ in numbers only."""
    alike: dict[tuple[str, str], list[Result]] = {}
    for row in results:
        if row.status != "ok":
            alike.setdefault((row.status, re.sub(r"\d+", "0", row.reason)), []).append(row)
    for (status, _), rows in alike.items():
        reasons = dict.fromkeys(row.reason for row in rows)
        where = dict.fromkeys(f"{row.cell.strategy} with {row.cell.model} on {row.dataset}" for row in rows)
        others = "; others with other numbers" if len(reasons) > 1 else ""
        count = f"{len(rows)} cell{'' if len(rows) == 1 else 's'} {status}"
        yield clean(f"{count} ({_listed(where)}): {next(iter(reasons)) or 'no reason is stored'}{others}")


def _name(line: Line) -> str:
    return f"{line.strategy} with {line.model}"


def _listed(names: Iterable[str]) -> str:
    """In a row: "a and b"; the first of many, and how many more there are."""
    every = [*map(clean, names)]
    shown = every if len(every) <= _NAMES + 1 else [*every[:_NAMES], f"{len(every) - _NAMES} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def _first(sentences: Sequence[str], most: int, what: str) -> tuple[str, ...]:
    """The first sentences of many, and how many more there are."""
    more = len(sentences) - most
    return (*sentences[:most], f"And {more} more {what}.") if more > 0 else tuple(sentences)
