"""A real scheduler and real workers on loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MISSING = [name for name in ("distributed", "imbbench_dask") if find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header() -> list[str]:
    return [f"imbbench-dask is not tested, since {name} is not installed" for name in MISSING]


class Cluster:
    """A scheduler, and workers as they are added, started by the commands that a user would give."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self._started = ExitStack()
        file = folder / "scheduler.json"
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
        self._command("scheduler", *options, "--scheduler-file", str(file), **variables)
        until(lambda: file.exists() and "tcp://" in file.read_text())
        self.address = str(json.loads(file.read_text())["address"])

    def add(self, *options: str, daemon: bool = False) -> None:
        """A worker, of one thread, with a nanny unless the options say otherwise; returns once the
        scheduler knows it."""
        common = ["--host", "127.0.0.1", "--no-dashboard", "--nthreads", "1", "--memory-limit", "0"]
        common += ["--local-directory", str(self.folder)]
        before = len(self.pids())
        variable = {"DASK_DISTRIBUTED__WORKER__DAEMON": str(daemon)}
        self._command("worker", *common, *options, self.address, **variable)
        until(lambda: len(self.pids()) == before + 1)

    def pids(self) -> dict[str, int]:
        """Address -> process id of the workers that answer."""
        return dict(self.ask("run", os.getpid, on_error="ignore"))

    def held(self) -> list[list[str]]:
        """For each scattered folder, the workers that hold it."""
        held: dict[Any, Any] = self.ask("who_has")
        return [list(workers) for key, workers in held.items() if str(key).startswith("Packed")]

    def ask(self, method: str, *args: Any, **options: Any) -> Any:
        """What a client's method returns."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return getattr(client, method)(*args, **options)

    def unpacked(self) -> list[Path]:
        """Folders of executors on the workers."""
        return list(self.folder.glob("dask-scratch-space/worker-*/imbbench-*"))

    def _command(self, *words: str, **variables: str) -> None:
        paths = os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])
        with (self.folder / "log.txt").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words],
                env={**os.environ, "PYTHONPATH": paths, **variables},
                stderr=log,
                start_new_session=True,
            )
        self._started.callback(kill_session, process)

    def close(self) -> None:
        """Kill all of it."""
        self._started.close()


def kill_session(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether a process is there, and more than a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers."""
    cluster = Cluster(tmp_path)
    try:
        yield cluster
    finally:
        cluster.close()


@pytest.fixture(scope="session")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster for tests that kill none of its workers."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        cluster.add()
        cluster.add("--no-nanny")
        yield cluster
    finally:
        cluster.close()
