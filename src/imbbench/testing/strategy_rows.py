"""Checks of where a strategy has its rows from."""

from __future__ import annotations

from imbbench.border import check_training_set
from imbbench.folds import HeldOut
from imbbench.guards import check_rows
from imbbench.registry import Bound
from imbbench.seal import sealed
from imbbench.testing.samples import training_part
from imbbench.testing.treated import check_within, difference, treated
from imbbench.testing.verdict import require


def no_more_than_the_training_part(bound: Bound) -> None:
    """The result follows from the training part alone: nothing is kept of one that was seen before.

    Two training parts, far from each other, are treated in turn: a result must not depend on what came
    before it, and no value may lie farther outside of its column's range than that range is wide. So much
    room is for samplers that extrapolate; a row from elsewhere, and a column in another's place, lie beyond.
    """
    here, there = training_part(draw=1), training_part(draw=2, shift=1000.0)
    first = treated(bound, here, 3)
    check_within(treated(bound, there, 3), there)
    again = treated(bound, here, 3)
    found = difference(first, again)
    require(not found, "a result that follows from the training part and the seed alone", found)
    check_within(again, here)


def test_part_stays_sealed(bound: Bound) -> None:
    """It looks for no test rows, and returns none, while those of its fold are in memory as in a run."""
    train, test = training_part(), _held_out()
    with sealed():
        after = bound.call(train, 3)
    check_rows(check_training_set(after, train, bound.who), train, test.row_hashes, {}, bound.who)


def _held_out() -> HeldOut:
    """Test rows that are nowhere else in memory."""
    rows = training_part(draw=3)
    return HeldOut(rows.X, rows.y, None)
