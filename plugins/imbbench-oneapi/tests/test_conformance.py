"""What imbbench asks of every component."""

from __future__ import annotations

import pytest
from imbbench.testing import parametrize_components

test_component = parametrize_components(
    "imbbench_oneapi",
    specs=["onedal-rf[n_estimators=20]", "onedal-rf[n_estimators=20,oob_score=false]", "onedal-lr"],
)


@pytest.fixture(scope="module", autouse=True)
def _threads_at_rest():
    """oneDAL on one thread before each fit, too. Where it was on more, its other threads wake when it is told
    their number, and look for work for a millisecond: half of what the kit's fits of 2 ms take."""
    daal4py = pytest.importorskip("daal4py", exc_type=ImportError)
    before = daal4py.num_threads()
    daal4py.daalinit(1)
    yield
    daal4py.daalinit(before)
