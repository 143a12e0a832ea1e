"""What imbbench asks of every component."""

from __future__ import annotations

from imbbench.testing import parametrize_components

test_component = parametrize_components("imbbench_keel")
