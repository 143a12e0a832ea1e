"""What every component of imbbench must do."""

from __future__ import annotations

from imbbench.testing import parametrize_components

test_component = parametrize_components("imbbench_dask")
