"""Strategies compared over data sets: one figure for each data set."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from imbbench.comparison import Difference, Overall, Ranking
from imbbench.evidence import Contrast, Evidence
from imbbench.pairing import Names, Protocol, Side
from imbbench.ranks import FEWEST, critical_difference, friedman, mean_ranks, wilcoxon
from imbbench.readings import Threshold
from imbbench.rope import signed_rank_probabilities
from imbbench.rules import NOISE
from imbbench.within import Task, adjusted, by_beside


def shared(protocols: Iterable[Protocol]) -> dict[Protocol, Protocol]:
    """protocol -> under which part of it data sets are counted together: all of them where each has one
    protocol, else those of the same split, preprocessing and random state. No data set counts twice."""
    every = list(protocols)
    once = len({protocol[0] for protocol in every}) == len(every)
    same = len({protocol[1:] for protocol in every}) == 1
    return {protocol: () if once and not same else protocol[1:] for protocol in every}


def overall(task: Task, told: Sequence[Difference], parts: Mapping[Protocol, Protocol]) -> list[Overall]:
    """Every comparison that was made on two data sets or more, with p-values adjusted for those of the same
    metric, threshold and part."""
    groups: dict[tuple[Protocol, Contrast], list[Difference]] = {}
    for one in told:
        if not math.isnan(one.difference):
            groups.setdefault((parts[one.where], one.contrast), []).append(one)
    families: dict[tuple[object, ...], list[Overall]] = {}
    for (part, contrast), group in groups.items():
        if len(group) > 1:
            family = families.setdefault((part, contrast.metric, contrast.threshold), [])
            family.append(_overall(task, part, contrast, group))
    return [one for family in families.values() for one in adjusted(family)]


def _overall(task: Task, part: Protocol, contrast: Contrast, group: Sequence[Difference]) -> Overall:
    values = [0.0 if abs(one.difference) <= NOISE else one.difference for one in group]
    gains = [task.sign(contrast.metric) * value for value in values]
    wins, losses = (sum(side * gain > task.rope for gain in gains) for side in (1, -1))
    evidence = Evidence()
    if len(group) >= FEWEST:
        probabilities = signed_rank_probabilities(gains, task.rope)
        evidence = Evidence(wilcoxon(values), math.nan, *probabilities)
    return Overall(
        contrast, part, len(group), wins, len(group) - wins - losses, losses,
        difference=statistics.median(values), gain=statistics.median(gains), evidence=evidence,
    )  # fmt: skip


def rankings(
    task: Task, members: Mapping[Protocol, Mapping[Names, Side]], parts: Mapping[Protocol, Protocol]
) -> Iterator[Ranking]:
    """Mean ranks of all that are compared, for each of what they have beside them."""
    groups: dict[Protocol, dict[str, list[dict[str, Side]]]] = {}
    for protocol, found in members.items():
        for beside, named in by_beside(task, found).items():
            groups.setdefault(parts[protocol], {}).setdefault(beside, []).append(named)
    for part, besides in groups.items():
        for metric, threshold in task.figures:
            for beside, datasets in besides.items():
                ranking = _ranking(task, datasets, metric, threshold)
                if ranking is not None:
                    yield replace(ranking, beside=beside, protocol=part)


def _ranking(
    task: Task, datasets: Sequence[Mapping[str, Side]], metric: str, threshold: Threshold
) -> Ranking | None:
    """None for fewer than two strategies or two data sets on which all of them have figures."""
    names = [name for name in task.names if any(name in named for named in datasets)]
    blocks = [
        _means([named[name] for name in names], metric, threshold)
        for named in datasets
        if all(name in named for name in names)
    ]
    complete = [[task.sign(metric) * value for value in block] for block in blocks if block]
    rows = len(complete)
    if rows < 2 or len(names) < 2:
        return None
    order = sorted(zip(mean_ranks(complete).tolist(), names, strict=True))
    critical = critical_difference(len(names), rows) if rows >= FEWEST else math.nan
    ranks = {name: rank for rank, name in order}
    return Ranking("", metric, threshold, (), rows, ranks, friedman(complete), critical)


def _means(sides: Sequence[Side], metric: str, threshold: Threshold) -> list[float]:
    """The mean of each over the folds in which all are defined; empty if there is none."""
    folds = set.intersection(*(set(side.rows) for side in sides))
    values = [[side.value(fold, metric, threshold) for side in sides] for fold in sorted(folds)]
    defined = [fold for fold in values if all(map(math.isfinite, fold))]
    return [statistics.fmean(column) for column in zip(*defined, strict=True)]
