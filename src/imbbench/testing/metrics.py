"""Checks of metrics."""

from __future__ import annotations

import math
from dataclasses import replace

from imbbench.bootstrap import taken, weighted
from imbbench.data import Predictions, read_only
from imbbench.registry import Bound
from imbbench.testing.guards import check_generators, check_unchanged, stir
from imbbench.testing.samples import permuted, predictions
from imbbench.testing.verdict import Declined, Nonconforming, require

#: Cases in which a figure may be undefined.
CASES = ("only 0", "only 1", "all positive", "no positive", "constant", "one row")


def _figure(bound: Bound, given: Predictions) -> float:
    return float(bound.call(given))


def has_a_direction(bound: Bound) -> bool:
    """Whether it says that greater is better, or that lower is."""
    return bound.component.greater_is_better is not None


def direction_is_true(bound: Bound) -> None:
    """Good predictions do not score worse than bad ones, as `greater_is_better` says."""
    good, bad = _figure(bound, predictions("good")), _figure(bound, predictions("bad"))
    if math.isnan(good) and math.isnan(bad):
        told = "specs can name parameters under which it is"
        raise Declined(f"it is not defined on the 200 rows of this check, 20 of them positive; {told}")
    greater = bound.component.greater_is_better
    order = "not below" if greater else "not above"
    expected = f"greater_is_better={greater}: nine rows in ten right {order} nine in ten wrong"
    require(good >= bad if greater else good <= bad, expected, f"{good:.4g} for right, {bad:.4g} for wrong")


def undefined_is_nan(bound: Bound) -> None:
    """Where it is not defined (one class, nothing called positive) it is NaN: no error, never infinite."""
    for case in CASES:
        try:
            figure = _figure(bound, predictions(case))
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
            raise Nonconforming("NaN where it is not defined", f"{case}: raised {found}") from error
        require(not math.isinf(figure), "NaN where it is not defined", f"{case}: {figure}")


def order_of_rows_does_not_matter(bound: Bound) -> None:
    """The same rows in another order have the same figure, also where scores are equal."""
    expected = "a figure that no order changes, nor that of rows with equal scores"
    for scores, kind in (("different", "good"), ("rounded", "rounded"), ("equal", "constant")):
        given = predictions(kind)
        one, other = _figure(bound, given), _figure(bound, permuted(given))
        agree = math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12) or (
            math.isnan(one) and math.isnan(other)
        )
        require(agree, expected, f"{one!r} and {other!r}, with {scores} scores")


def same_figure_again(bound: Bound) -> None:
    """The same predictions have the same figure, to the last bit."""
    stir(1)
    one = _figure(bound, predictions())
    stir(2)
    other = _figure(bound, predictions())
    require(repr(one) == repr(other), "the same figure again", f"{one!r} and {other!r}")


def predictions_not_modified(bound: Bound) -> None:
    """Labels, scores and amounts stay as they are: all metrics see the same ones."""
    import numpy as np

    given = predictions()
    y, score, amount = (np.array(values) for values in (given.y, given.score, given.amount))
    seen = replace(given, y=read_only(y), score=read_only(score), amount=read_only(amount))
    check_unchanged({"y": y, "score": score, "amount": amount}, lambda: bound.call(seen))


def global_generators_untouched(bound: Bound) -> None:
    """`score` neither draws from nor seeds the generators of random, numpy and torch."""
    bound.call(predictions())
    check_generators(lambda: bound.call(predictions()))


def weighted_is_the_figure_of_repeated_rows(bound: Bound) -> None:
    """`weighted` gives what `score` gives for the rows repeated, and NaN where that is NaN."""
    import numpy as np

    expected = "weighted(predictions, weights) is, for each row of weights, score of the rows so often"
    for kind in ("good", "rounded", *CASES):
        given = predictions(kind)
        given = taken(given, np.argsort(-given.score, kind="stable"))
        weights = np.random.default_rng(2024).integers(0, 3, size=(6, len(given.y))).astype(np.float64)
        weights[0] = 1
        weights[1] = (np.arange(len(given.y)) == len(given.y) // 2) * 1.0
        figures = weighted(bound, given, weights)
        for figure, counts in zip(figures, weights.astype(np.intp), strict=True):
            if counts.any():
                one = _figure(bound, taken(given, np.repeat(np.arange(len(given.y)), counts)))
                agree = math.isclose(figure, one, rel_tol=1e-7, abs_tol=1e-9) or (
                    math.isnan(figure) and math.isnan(one)
                )
                require(agree, expected, f"{kind}: {figure:.10g} for {one:.10g}")
