"""Which strategy and model is best, in sentences."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imbbench.aggregate import DASH, clean, heading
from imbbench.page.names import Names
from imbbench.readings import threshold_text
from imbbench.results import Results
from imbbench.table import Entry
from imbbench.tabulation import Line, by_protocol, entries

#: How many names a sentence has of many, and how many data sets are told one by one.
_NAMES, _PLACES = 6, 6


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


def best(results: Results, names: Names) -> Iterator[str]:
    """Which strategy and model has the best figure on each data set; of many, how often each is best."""
    there = {name for row in results for figures in row.metrics.values() for name in figures}
    directed = [name for name in results.columns if name not in results.undirected]
    metric = next((name for name in ("average_precision", *directed) if name in there), None)
    if metric is None:
        return
    groups = by_protocol(results).items()
    found = [_place(title, names.lines(rows, results), metric, results) for title, rows in groups]
    found = [place for place in found if place.ranked]
    several = metric != "average_precision" and len(results.thresholds) > 1
    label = heading(metric) + (f" at {threshold_text(results.thresholds[0])}" if several else "")
    if len(found) > _PLACES:
        yield from _over_many(found, label, names.strategies)
    else:
        yield from (f"{place.name}: {_lead(place, label)}." for place in found)


def _place(title: tuple[str, ...], lines: Sequence[Line], metric: str, results: Results) -> _Place:
    """Of lines that are read in several ways those of the run's first."""
    read = [line for line in lines if line.threshold == results.thresholds[0]]
    both = zip(read, entries(read, metric, results), strict=True)
    known = [(line, entry) for line, entry in both if line.is_whole and entry.text != DASH]
    lower = metric in results.lower_is_better
    known.sort(key=lambda one: float(one[1].text), reverse=not lower)
    return _Place(title, tuple(known))


def _lead(place: _Place, label: str) -> str:
    """Who is best, and how far behind are the best of the other strategies and of none."""
    winners = place.winners
    verb = "has" if len(winners) == 1 else "share"
    figure = place.best if len(winners) == 1 else place.best.text
    said = [f"{listed(map(_name, winners))} {verb} the best {label}, {figure}"]
    others = {line.fits[0].cell.strategy for line, _ in place.ranked}
    others -= {line.fits[0].cell.strategy for line in winners}
    rival, none = place.first(others), place.first(others & {"none"})
    if rival:
        said.append(f"next of the other strategies is {_behind(place, *rival)}")
    if none and none != rival:
        said.append(f"the best without a strategy is {_behind(place, *none)}")
    return "; ".join(said)


def _behind(place: _Place, line: Line, entry: Entry) -> str:
    return f"{_name(line)}, {entry}, behind by {_gap(place, entry)}"


def _gap(place: _Place, entry: Entry) -> str:
    """To as many decimals as the figures are shown with."""
    decimals = len(place.best.text.partition(".")[2])
    return f"{abs(float(place.best.text) - float(entry.text)):.{decimals}f}"


def _over_many(found: Sequence[_Place], label: str, labels: Mapping[str, str]) -> Iterator[str]:
    sets = [{line.fits[0].cell.strategy for line in place.winners} for place in found]
    wins = Counter(labels[next(iter(one))] for one in sets if len(one) == 1)
    shared = sum(len(one) > 1 for one in sets)
    often = [f"{name} on {number}" for name, number in wins.most_common()]
    often += [f"several strategies on {shared}"] if shared else []
    once = len({place.title[0] for place in found}) == len(found)
    yield f"The best {label} of {len(found)} data sets{'' if once else ' and splits'}: {listed(often)}."
    plain = [(place, rival[1]) for place in found if (rival := place.first({"none"}))]
    behind = [(float(_gap(place, none)), place.name) for place, none in plain if none.text != place.best.text]
    if plain and len({line.fits[0].cell.strategy for place in found for line, _ in place.ranked}) > 1:
        level = f"{len(plain) - len(behind)} of {len(plain)}"
        middle = statistics.median(gap for gap, _ in behind) if behind else 0
        most, where = max(behind, default=(0, ""))
        far = f"; elsewhere it is behind by {middle:.4g} at the median, by {most:.4g} at most ({where})"
        yield f"Doing nothing (none) is best, or level with the best, on {level}{far if behind else ''}."


def _name(line: Line) -> str:
    return f"{line.strategy} with {line.model}"


def listed(names: Iterable[str]) -> str:
    """In a row: "a and b"; the first of many, and how many more there are."""
    every = [*map(clean, names)]
    shown = every if len(every) <= _NAMES + 1 else [*every[:_NAMES], f"{len(every) - _NAMES} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
