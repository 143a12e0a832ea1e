"""The checks of every plugin, on rows that are in the cache; the large data sets of CLIMB are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from imbbench.testing import parametrize_components

from imbbench_openml.climb import DATASETS
from imbbench_openml.datasets import load, load_task
from openml_server import serving

SMALL = ("climb/mc2", "climb-rarest/ecoli")


@pytest.fixture(autouse=True, scope="module")
def filled_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with serving() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMBBENCH_OPENML_SERVER", server.address)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.delenv("IMBBENCH_OFFLINE", raising=False)
        for each in DATASETS:
            if each.name in SMALL:
                each.load()
        load(id=1)
        with pytest.warns(UserWarning, match="class 1 is"):
            load(id=6)
        load_task(id=1)
        yield


test_component = parametrize_components(
    "imbbench_openml", specs=["openml[id=1]", "openml[id=6]", "openml-task[id=1]"]
)
