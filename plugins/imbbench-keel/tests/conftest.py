from __future__ import annotations

from collections.abc import Mapping

import pytest
from imbbench import Data

from imbbench_keel.catalogue import KeelSet, find_sets


@pytest.fixture(scope="session")
def loaded() -> Mapping[str, tuple[KeelSet, Data]]:
    """Every data set by its name, loaded once."""
    return {found.name: (found, found.load()) for found in find_sets()}
