"""Curves are thinned by less than can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.test_curve import ROWS

from imbbench import Predictions
from imbbench.page.drawn import thinned


def rates(fp, tp):
    """(recall, false positive rate, precision), each (k,), of counts that begin with (0, 0)."""
    precision = np.append(1.0, tp[1:] / (tp + fp)[1:])
    return np.stack([tp / max(tp[-1], 1), fp / max(fp[-1], 1), precision])


def away(points, start, end):
    """How far points (2, k) are from the lines between (2, k) and (2, k): the larger of both coordinates."""
    along = end - start
    behind = points - start
    with np.errstate(divide="ignore", invalid="ignore"):
        near = [behind[0] / along[0], behind[1] / along[1]]  # where the one or the other is 0
        near += [(behind[0] + side * behind[1]) / (along[0] + side * along[1]) for side in (1, -1)]
    places = [np.clip(np.nan_to_num(place), 0, 1) for place in (*near, np.ones(points.shape[1]))]
    return np.min([np.abs(behind - place * along).max(axis=0) for place in places], axis=0)


def check_thinned(y, score):
    """No point of the curve is further than 1/1000 from the lines that are left, in both diagrams."""
    curve = Predictions(y, score).curve
    fp, tp = thinned(curve)
    whole = [np.append(0, counts) for counts in (curve.fp, curve.tp)]
    assert (fp[0], tp[0], fp[-1], tp[-1]) == (0, 0, whole[0][-1], whole[1][-1])
    before = np.searchsorted(fp + tp, whole[0] + whole[1], side="right") - 1
    after = np.minimum(before + 1, len(fp) - 1)
    every, left = rates(*whole), rates(fp, tp)
    for diagram in ([0, 1], [0, 2]):
        assert away(every[diagram], left[diagram][:, before], left[diagram][:, after]).max() < 1e-3 + 1e-12
    return len(fp), len(whole[0])


@given(ROWS)
def test_thinning_leaves_out_nothing_that_can_be_seen(rows):
    check_thinned(np.array([row[0] for row in rows], dtype="int8"), np.array([row[1] for row in rows]))


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.001, 0.1, 0.5, 1.0]), st.integers(0, 4))
@settings(max_examples=25, deadline=None)
def test_many_rows_are_thinned_to_what_can_be_seen(seed, prevalence, digits):
    """Rows without ties and with many, without positives and with nothing else."""
    rng = np.random.default_rng(seed)
    y = (rng.random(20_000) < prevalence).astype("int8")
    check_thinned(y, np.round(rng.normal(y * 2.0), digits))


@pytest.mark.parametrize("positives", [100, 50_000])
def test_few_of_100000_rows_are_left(positives):
    rng = np.random.default_rng(0)
    y = (np.arange(100_000) < positives).astype("int8")
    left, there = check_thinned(y, rng.normal(y * 1.5))
    assert there == 100_001
    assert left < 3_000
