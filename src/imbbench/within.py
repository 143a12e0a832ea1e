"""Strategies compared on each data set by itself, fold with fold."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from imbbench.comparison import Difference, Overall
from imbbench.evidence import Contrast, Evidence
from imbbench.paired import Paired, paired
from imbbench.pairing import Names, Protocol, Side, pairs
from imbbench.readings import Threshold
from imbbench.ttest import holm

Item = TypeVar("Item", Difference, Overall)
CONSTANT = "the same difference in every fold"


@dataclass(frozen=True)
class Task:
    """What is to be compared.

    Parameters
    ----------
    by : "strategy" or "model".
    names : those of what is compared, in order.
    against : one of them, or "all" for every pair.
    figures : each (metric, threshold).
    lower_is_better : metrics of which smaller values are better.
    rope : half the width of the region of practical equivalence.
    """

    by: str
    names: tuple[str, ...]
    against: str
    figures: tuple[tuple[str, Threshold], ...]
    lower_is_better: frozenset[str]
    rope: float

    @property
    def couples(self) -> list[tuple[str, str]]:
        """(name, against) of every comparison."""
        if self.against == "all":
            return [(name, against) for against, name in combinations(self.names, 2)]
        return [(name, self.against) for name in self.names if name != self.against]

    def sign(self, metric: str) -> int:
        """1 where larger is better, else -1."""
        return -1 if metric in self.lower_is_better else 1

    def split(self, names: Names) -> tuple[str, str]:
        """(who is compared, beside whom) of a strategy and a model."""
        return names if self.by == "strategy" else names[::-1]


def by_beside(task: Task, members: Mapping[Names, Side]) -> dict[str, dict[str, Side]]:
    """What all have that are compared -> each of them with its side."""
    found: dict[str, dict[str, Side]] = {}
    for names, side in members.items():
        name, beside = task.split(names)
        found.setdefault(beside, {})[name] = side
    return found


def differences(
    task: Task, protocol: Protocol, members: Mapping[Names, Side]
) -> tuple[list[Difference], list[str]]:
    """(every comparison on one data set, what could not be compared)."""
    groups = by_beside(task, members)
    notes = []
    if task.against != "all":
        where = " · ".join(protocol)
        alone = [beside for beside, found in groups.items() if task.against not in found]
        notes = [f"{where}: {beside} has no {task.against} to compare with" for beside in alone]
    told: list[Difference] = []
    for figure in task.figures:
        told += adjusted(list(_differences(task, protocol, groups, *figure)))
    return told, notes


def _differences(
    task: Task,
    protocol: Protocol,
    groups: Mapping[str, Mapping[str, Side]],
    metric: str,
    threshold: Threshold,
) -> Iterator[Difference]:
    for name, against in task.couples:
        for beside, found in groups.items():
            if name in found and against in found:
                contrast = Contrast(name, against, beside, metric, threshold)
                yield _difference(task, contrast, protocol, found[name], found[against])


def _difference(task: Task, contrast: Contrast, protocol: Protocol, one: Side, other: Side) -> Difference:
    known = pairs(one, other, contrast.metric, contrast.threshold)
    told = Difference(contrast, protocol[0], protocol[1:], len(known.values), remarks=known.remarks)
    if not known.values:
        return told
    found = paired(known.differences, one.test_share, task.rope)
    sign = task.sign(contrast.metric)
    remarks = known.remarks
    if found.half_width == 0 and any(known.differences):
        remarks = (*remarks, CONSTANT)
    return replace(
        told,
        reference=statistics.fmean(against for _, against in known.values),
        difference=found.mean,
        low=found.mean - found.half_width,
        high=found.mean + found.half_width,
        gain=sign * found.mean,
        evidence=_evidence(found, sign),
        remarks=remarks,
    )


def _evidence(found: Paired, sign: int) -> Evidence:
    worse, better = (found.below, found.above)[::sign]
    return Evidence(found.p, p_worse=worse, p_equivalent=found.within, p_better=better)


def adjusted(family: Sequence[Item]) -> list[Item]:
    """The same with p-values adjusted for the number of tests."""
    tested = [index for index, one in enumerate(family) if not math.isnan(one.evidence.p)]
    known = dict(zip(tested, holm([family[index].evidence.p for index in tested]), strict=True))
    return [
        replace(one, evidence=replace(one.evidence, p_adjusted=known.get(index, math.nan)))
        for index, one in enumerate(family)
    ]
