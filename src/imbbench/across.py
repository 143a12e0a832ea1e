"""Strategies compared over data sets: one figure for each data set."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from imbbench.comparison import Difference, Overall, Ranking
from imbbench.evidence import Contrast, Evidence
from imbbench.pairing import Names, Protocol, Side, together
from imbbench.ranks import FEWEST, critical_difference, friedman, mean_ranks, pseudo_median, wilcoxon
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
    """Every comparison, with p-values adjusted for those of the same metric, threshold and part, where any of
    these was made on two data sets or more; so that one without figures is seen."""
    families: dict[tuple[object, ...], dict[Contrast, list[Difference]]] = {}
    for one in told:
        contrast = one.contrast
        family = families.setdefault((parts[one.where], contrast.metric, contrast.threshold), {})
        family.setdefault(contrast, []).append(one)
    found: list[Overall] = []
    for family in families.values():
        part = parts[next(iter(family.values()))[0].where]
        counted = [_overall(task, part, contrast, group) for contrast, group in family.items()]
        if any(one.datasets > 1 for one in counted):
            found += adjusted(counted)
    return found


def _overall(task: Task, part: Protocol, contrast: Contrast, group: Sequence[Difference]) -> Overall:
    known = [one.difference for one in group if not math.isnan(one.difference)]
    if not known:
        return Overall(
            contrast, part, 0, remarks=tuple(dict.fromkeys(r for one in group for r in one.remarks))
        )
    values = [0.0 if abs(value) <= NOISE else value for value in known]
    sign = task.sign(contrast.metric)
    gains = [sign * value for value in values]
    wins, losses = (sum(side * gain > task.rope for gain in gains) for side in (1, -1))
    evidence = Evidence()
    if len(values) >= FEWEST:
        probabilities = signed_rank_probabilities(gains, task.rope)
        evidence = Evidence(wilcoxon(values), math.nan, *probabilities)
    middle = pseudo_median(values)
    return Overall(
        contrast, part, len(values), wins, len(values) - wins - losses, losses,
        difference=middle, gain=sign * middle, evidence=evidence,
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
    """None for fewer than two strategies, or for two without two data sets on which both have figures.

    Of more, those with figures on the fewest data sets are left out until all others share two.
    """
    sign = task.sign(metric)
    known = {
        name: sum(bool(_means([named[name]], metric, threshold)) for named in datasets if name in named)
        for name in task.names
    }
    names = list(task.names)
    while len(names) > 1:
        blocks = [
            _means([named[name] for name in names], metric, threshold)
            for named in datasets
            if all(name in named for name in names)
        ]
        complete = [[sign * value for value in block] for block in blocks if block]
        if len(complete) > 1:
            break
        names.remove(min(reversed(names), key=known.__getitem__))
    else:
        return None
    rows = len(complete)
    order = sorted(zip(mean_ranks(complete).tolist(), names, strict=True))
    critical = critical_difference(len(names), rows) if rows >= FEWEST else math.nan
    ranks = {name: rank for rank, name in order}
    unranked = tuple(name for name in task.names if name not in ranks)
    return Ranking("", metric, threshold, (), rows, ranks, friedman(complete), critical, unranked)


def _means(sides: Sequence[Side], metric: str, threshold: Threshold) -> list[float]:
    """The mean of each over the folds that all have of the same rows; empty if there is none."""
    folds, _ = together(sides, metric, threshold)
    return [statistics.fmean(column) for column in zip(*folds, strict=True)]
