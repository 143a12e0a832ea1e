"""Workers, schedulers and coordinating processes that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from imbbench import Folder, ImbbenchError, UsageError

import worker_tasks as tasks
from conftest import HERE, Cluster, alive, until
from imbbench_dask import dask


@pytest.fixture
def stopping() -> Iterator[list[Any]]:
    """Executors put in here are stopped after the test."""
    executors: list[Any] = []
    yield executors
    for executor in executors:
        executor.stop()


@pytest.mark.parametrize("nanny", ["--nanny", "--no-nanny"])
def test_a_worker_is_killed_in_the_middle(
    cluster: Cluster, tmp_path: Path, stopping: list[Any], nanny: str
) -> None:
    cluster.add(nanny)
    cluster.add(nanny)
    executor = dask(2, scheduler=cluster.address)
    stopping.append(executor)
    folder = Folder(str(tmp_path / "data"))
    executor.submit(tasks.write, None, b"content", folder).result()
    workers = dict.fromkeys(executor.submit(tasks.child_of, None).result() for _ in range(8))
    futures = [executor.submit(tasks.slow_read, None, 0.3, folder) for _ in range(10)]
    futures[0].result()
    os.kill(next(iter(cluster.pids().values())), signal.SIGKILL)
    assert {future.result(timeout=60) for future in futures} == {(b"content", b"tnetnoc")}
    dead = [child for worker, child in workers if not alive(worker)]
    until(lambda: not any(map(alive, dead)), seconds=5)  # nor did its child stay


def test_the_only_worker_that_held_a_folder_dies(
    cluster: Cluster, tmp_path: Path, stopping: list[Any]
) -> None:
    cluster.add("--no-nanny")
    executor = dask(1, scheduler=cluster.address)
    stopping.append(executor)
    folder = Folder(str(tmp_path / "data"))
    tasks.write(b"content", folder)
    futures = [executor.submit(tasks.slow_read, None, 0.5, folder) for _ in range(3)]
    until(cluster.held)
    os.kill(*cluster.pids().values(), signal.SIGKILL)
    until(lambda: not cluster.pids())
    cluster.add("--no-nanny")
    assert {future.result(timeout=60) for future in futures} == {(b"content", b"tnetnoc")}


def test_a_task_that_kills_its_worker_spares_its_neighbours(tmp_path: Path, stopping: list[Any]) -> None:
    # Dask gives up all tasks of a worker that dies: whatever runs or waits there becomes suspicious.
    cluster = Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")
    try:
        cluster.add()
        executor = dask(1, scheduler=cluster.address)
        stopping.append(executor)
        futures = [executor.submit(tasks.nap, None, 0.2, number) for number in range(3)]
        culprit = executor.submit(tasks.kill_worker, None)
        futures += [executor.submit(tasks.nap, None, 0.2, number) for number in range(3)]
        assert [future.result(timeout=60) for future in futures] == [0, 1, 2, 0, 1, 2]
        error = culprit.exception(timeout=60)
        assert isinstance(error, ImbbenchError)
        assert error.exitcode == -signal.SIGKILL  # type: ignore[attr-defined]
        assert executor.submit(tasks.add, None, 1, 2).result(timeout=60) == 3
    finally:
        cluster.close()


def test_daemonic_workers_are_refused(cluster: Cluster) -> None:
    cluster.add(daemon=True)
    with pytest.raises(UsageError, match=r"daemonic.*--no-nanny.*distributed\.worker\.daemon: false"):
        dask(1, scheduler=cluster.address)


def test_a_daemonic_worker_that_joins_later(cluster: Cluster, stopping: list[Any]) -> None:
    executor = dask(1, scheduler=cluster.address)
    stopping.append(executor)
    future = executor.submit(tasks.add, None, 1, 2)
    cluster.add(daemon=True)
    with pytest.raises(ImbbenchError, match=r"daemonic.*distributed\.worker\.daemon: false"):
        future.result(timeout=60)


@pytest.mark.parametrize("where", ["scheduler", "worker"])
def test_imbbench_dask_is_not_installed_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "imbbench_dask.py").write_text("raise ModuleNotFoundError('No module named imbbench_dask')")
    without = str(tmp_path)
    if where == "scheduler":
        monkeypatch.setenv("PYTHONPATH", without)
    cluster = Cluster(tmp_path)
    monkeypatch.setenv("PYTHONPATH", without)
    try:
        cluster.add()
        with pytest.raises(UsageError, match=rf"the {where}.* cannot load imbbench-dask .*install it"):
            dask(1, scheduler=cluster.address)
    finally:
        cluster.close()


def test_a_scheduler_that_goes_away(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imbbench_dask.cluster.CONNECT", 1.0)  # also how long it may be away
    cluster.add()
    executor = dask(1, scheduler=cluster.address)
    futures = [executor.submit(tasks.nap, None, 30, number) for number in range(2)]
    cluster.close()
    for future in futures:
        with pytest.raises(ImbbenchError, match="scheduler is gone"):
            future.result(timeout=30)
    executor.stop()


RUN = """
import sys
import worker_tasks as tasks
from imbbench_dask import dask

if __name__ == "__main__":
    executor = dask(2, scheduler=sys.argv[1] or None)
    for file in sys.argv[2:]:
        executor.submit(tasks.announce, None, file)
    sys.stdin.read()
    executor.stop()
"""


@contextmanager
def started(
    address: str, files: list[Path], folder: Path
) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """A coordinating process whose tasks run, and the process ids of its tasks."""
    script = folder / "run.py"
    script.write_text(RUN)
    with (
        (folder / "errors.txt").open("wb") as errors,
        subprocess.Popen(
            [sys.executable, str(script), address, *map(str, files)],
            env={**os.environ, "PYTHONPATH": str(HERE)},
            stdin=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as process,
    ):
        try:
            until(lambda: all(file.exists() and file.read_text() for file in files))
            yield process, [int(file.read_text()) for file in files]
        finally:
            process.kill()


def session(leader: int) -> list[int]:
    """The living processes of a session."""
    processes = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [pid for pid in processes if alive(pid) and _session(pid) == leader]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1


def test_no_process_outlives_a_killed_run(tmp_path: Path) -> None:
    with started("", [tmp_path / "a", tmp_path / "b"], tmp_path) as (process, running):
        process.kill()
    until(lambda: not session(process.pid), seconds=5)
    assert not any(map(alive, running))


def test_tasks_of_a_killed_run_are_killed_on_a_cluster(cluster: Cluster, tmp_path: Path) -> None:
    cluster.add()
    with started(cluster.address, [tmp_path / "a"], tmp_path) as (process, running):
        process.kill()
    until(lambda: not any(map(alive, running)), seconds=5)


def test_a_terminal_stays_clean(tmp_path: Path) -> None:
    with started("", [tmp_path / "a", tmp_path / "b"], tmp_path) as (process, _):
        for pid in session(process.pid):  # Ctrl-C in a terminal is sent to all
            if pid != process.pid:
                os.kill(pid, signal.SIGINT)
        process.communicate()
    assert process.returncode == 0
    until(lambda: not session(process.pid), seconds=5)
    assert (tmp_path / "errors.txt").read_text() == ""


def test_a_dead_worker_of_a_cluster_of_its_own_is_no_news(tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    with started("", files, tmp_path) as (process, running):
        worker = next(pid for pid in session(process.pid) if "spawn_main" in command(pid))
        os.kill(worker, signal.SIGKILL)
        until(lambda: {int(file.read_text() or 0) for file in files} - set(running))  # started again
        process.communicate()
    assert process.returncode == 0
    until(lambda: not session(process.pid), seconds=5)
    lines = (tmp_path / "errors.txt").read_text().splitlines()
    # Python itself cleans up after a killed process, and says so.
    assert [line for line in lines if "resource_tracker" not in line and "warnings.warn" not in line] == []


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
