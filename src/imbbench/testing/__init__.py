"""The conformance kit: what every component must do, as pytest tests of the package that provides it.

    from imbbench.testing import parametrize_components

    test_component = parametrize_components("my_plugin")

yields a test per component and check. `checks()` lists them. It needs pytest.
"""

from __future__ import annotations

from imbbench.testing.parametrize import parametrize_components
from imbbench.testing.table import checks
from imbbench.testing.verdict import Nonconforming

__all__ = ["Nonconforming", "checks", "parametrize_components"]
