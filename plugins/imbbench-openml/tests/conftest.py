"""A server of OpenML's routes for each test, an empty cache, and no other machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openml_server import Server, serving


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where the cache is to be."""
    return tmp_path / "cache" / "imbbench" / "openml"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A running server which the package takes for OpenML, and which waits for nobody."""
    with serving() as running:
        monkeypatch.setenv("IMBBENCH_OPENML_SERVER", running.address)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("IMBBENCH_OFFLINE", raising=False)
        monkeypatch.setattr("imbbench_openml.download.PAUSES", (0.0, 0.0))
        yield running
