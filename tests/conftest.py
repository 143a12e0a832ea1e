"""What tests share: registries of their own, plugins of their own, the command line as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from imbbench import Cell, Folder, Result, Results
from imbbench.desk import Desk
from imbbench.orders import Fit, Load, Prepare
from imbbench.plugins import load_plugins
from imbbench.registry import Registry
from imbbench.settings import Settings
from tests.browser import browser as browser

ROOT = Path(__file__).resolve().parents[1]


def figures(results: Results) -> dict[Cell, str]:
    """cell -> all that must not change: what it says of itself but its seconds. As text, where NaN is NaN."""
    return {
        row.cell: repr((row.status, row.metrics, row.key, row.counts, row.notes, row.info)) for row in results
    }


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Built-ins only."""
    return load_plugins()


@pytest.fixture
def shared() -> Path:
    """The development data beside the repository; the test is skipped where there is none."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared folder beside the repository")
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own to work in: a command leaves its store there."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def fit_cell(registry: Registry, tmp_path: Path) -> Callable[..., Result]:
    """Load, prepare and fit one cell in this process; keywords are those of `Settings`."""

    def fit(cell: Cell, *, known: Registry = registry, n_jobs: int = 2, **settings: Any) -> Result:
        desk = Desk(known, Settings(**settings))
        place = tempfile.mkdtemp(dir=tmp_path)
        data, fold = Folder(f"{place}/data"), Folder(f"{place}/fold")
        loaded = desk.do(Load(cell.dataset), data)
        assert loaded.status == "ok", loaded.reason
        prepared = desk.do(Prepare(cell, loaded.notes), data, fold)
        assert prepared.status == "ok", prepared.reason
        (fitted,) = desk.do(Fit((cell,), (0,), n_jobs=n_jobs), fold).value
        return fitted.result

    return fit


@pytest.fixture
def local_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], str]]:
    """Write a real module and make it importable: local_plugin(name, source) -> name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, source: str) -> str:
        (tmp_path / f"{name}.py").write_text(source)
        return name

    before = set(sys.modules)
    yield write
    for name in set(sys.modules) - before:
        module: ModuleType | None = sys.modules.get(name)
        if str(tmp_path) in str(getattr(module, "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def imbbench_command(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in a process of its own, in an empty folder, offline."""

    def run(*arguments: str, cwd: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith("IMBBENCH")}
        env |= {"IMBBENCH_OFFLINE": "1", "XDG_CACHE_HOME": str(tmp_path / "cache"), **environment}
        command = [sys.executable, "-m", "imbbench", *arguments]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)

    return run
