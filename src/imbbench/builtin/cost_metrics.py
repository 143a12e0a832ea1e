"""What errors cost, in the units of the costs that are given."""

from __future__ import annotations

import math

from imbbench import Predictions, UsageError


def expected_cost(p: Predictions, *, fp: float = 1.0, fn: float = 100.0) -> float:
    """Mean cost of a row: `fp` for each false positive, `fn` for each false negative (Elkan, 2001)."""
    _check_cost("fp", fp)
    _check_cost("fn", fn)
    _, false_positives, false_negatives, _ = p.counts
    return (fp * false_positives + fn * false_negatives) / len(p.y)


def amount_cost(p: Predictions, *, case: float = 5.0) -> float:
    """Money lost on the test part: the amount of each positive that is missed, and `case` for each row called
    positive, rightly or not, since somebody has to look into it (Correa Bahnsen et al., 2013, Cost Sensitive
    Credit Card Fraud Detection Using Bayes Minimum Risk). Undefined without amounts."""
    _check_cost("case", case)
    if p.amount is None:
        return math.nan
    missed = float(p.amount[(p.y == 1) & ~p.positive].sum(dtype=float))
    return missed + case * int(p.positive.sum())


def savings(p: Predictions, *, case: float = 5.0) -> float:
    """1 - `amount_cost` / that of calling nothing positive, or everything, whichever is cheaper (Correa
    Bahnsen et al., 2014, Example-Dependent Cost-Sensitive Logistic Regression for Credit Scoring). Undefined
    without amounts and where nothing is at stake."""
    cost = amount_cost(p, case=case)
    if p.amount is None:
        return math.nan
    cheaper = min(float(p.amount[p.y == 1].sum(dtype=float)), case * len(p.y))
    return 1 - cost / cheaper if cheaper else math.nan


def _check_cost(name: str, value: float) -> None:
    if not 0 <= value < math.inf:
        raise UsageError(f"{name} is {value:g}; expected a cost, 0 or more")
