"""Tasks on the workers of a real cluster end as they do in processes of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from imbbench import Folder, Processes, UsageError

import worker_tasks as tasks
from conftest import Cluster, alive, until
from imbbench_dask import dask


@pytest.fixture
def executor(two_workers: Cluster) -> Iterator[Any]:
    executor = dask(2, scheduler=two_workers.address)
    yield executor
    executor.stop()


def ended(future: Future[Any]) -> tuple[str, Any]:
    """As the contract of executors tells ends apart."""
    try:
        return "returned", future.result()
    except TimeoutError:
        return "timeout", None
    except BaseException as error:
        code = getattr(error, "exitcode", None)
        return ("other", None) if code is None else ("died", code)


@pytest.mark.parametrize(
    ("function", "timeout", "args"),
    [
        (tasks.add, None, (1, 2)),
        (tasks.wrong, None, ()),
        (tasks.system_exit, None, ()),
        (tasks.leave, None, (0,)),
        (tasks.leave, None, (77,)),
        (tasks.segfault, 60, ()),
        (tasks.hang, 0.5, ()),
    ],
)
def test_ends_as_under_processes(
    executor: Any, function: Callable[..., Any], timeout: float | None, args: tuple[Any, ...]
) -> None:
    processes = Processes(1)
    try:
        expected = ended(processes.submit(function, timeout, *args))
    finally:
        processes.stop()
    assert ended(executor.submit(function, timeout, *args)) == expected
    assert executor.submit(tasks.add, None, 3, 4).result() == 7  # and others go on


def test_many_at_once(executor: Any) -> None:
    futures = [executor.submit(tasks.add, 30, number, 1) for number in range(100)]
    assert [future.result() for future in futures] == list(range(1, 101))


def test_both_workers_work(executor: Any, two_workers: Cluster) -> None:
    futures = [executor.submit(tasks.nap, None, 0.2, number) for number in range(6)]
    workers = {executor.submit(tasks.child_of, None).result()[0] for _ in range(6)}
    assert [future.result() for future in futures] == list(range(6))
    assert workers <= set(two_workers.pids().values())


def test_folders_arrive_once_on_every_worker(executor: Any, two_workers: Cluster, tmp_path: Path) -> None:
    content, folder = os.urandom(300_000), Folder(str(tmp_path / "data"))
    assert executor.submit(tasks.write, None, content, folder).result() == 300_000
    futures = [executor.submit(tasks.found, None, 0.2, folder) for _ in range(8)]
    places = [future.result() for future in futures]
    pids = set(two_workers.pids().values())
    assert {pid for pid, _, _ in places} == pids  # both workers read it,
    assert len(set(places)) == 2  # each where it had unpacked it once,
    assert folder.path not in {path for _, path, _ in places}
    assert len(two_workers.held()) == 1  # and it was scattered once
    for future in [executor.submit(tasks.slow_read, None, 0.2, folder) for _ in range(4)]:
        assert future.result() == (content, content[::-1])

    executor.release(folder)
    until(lambda: not two_workers.held())
    assert two_workers.unpacked()
    executor.stop()
    assert not two_workers.unpacked()


def test_tasks_go_to_a_worker_that_is_free_and_not_where_their_folder_is(
    executor: Any, tmp_path: Path
) -> None:
    folder = Folder(str(tmp_path / "data"))
    executor.submit(tasks.write, None, bytes(30_000_000), folder).result()
    for _ in range(20):  # Dask expects the next tasks to be as short
        executor.submit(tasks.found, None, 0, folder).result()
    futures = [executor.submit(tasks.found, None, 0.5, folder) for _ in range(2)]
    assert len({future.result()[0] for future in futures}) == 2


def test_a_task_reads_some_folders_and_writes_another(executor: Any, tmp_path: Path) -> None:
    first, second, joined = (Folder(str(tmp_path / name)) for name in ("first", "second", "joined"))
    for content, folder in [(b"one ", first), (b"two", second)]:
        executor.submit(tasks.write, None, content, folder).result()
    executor.submit(tasks.join, None, first, second, joined).result()
    assert joined.file("a.bin").read_bytes() == b"one two"


def test_what_a_dead_task_wrote_is_not_there(executor: Any, tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "data"))
    assert ended(executor.submit(tasks.write_and_fail, None, folder)) == ("died", 1)
    assert not Path(folder.path).exists()
    assert executor.submit(tasks.write, None, b"again", folder).result() == 5
    assert executor.submit(tasks.read, None, folder).result() == (b"again", b"niaga")


def test_a_folder_that_was_there_before_is_read(executor: Any, tmp_path: Path) -> None:
    folder = Folder(str(tmp_path))
    (tmp_path / "sub").mkdir()
    folder.file("a.bin").write_bytes(b"a")
    folder.file("sub/b.bin").write_bytes(b"")
    assert executor.submit(tasks.read, None, folder).result() == (b"a", b"")


def test_stop_kills_what_runs_and_drops_what_waits(two_workers: Cluster, tmp_path: Path) -> None:
    executor = dask(2, scheduler=two_workers.address)
    files = [tmp_path / str(number) for number in range(4)]
    futures = [executor.submit(tasks.announce, None, str(file)) for file in files]
    until(lambda: sum(file.exists() for file in files) == 2)
    running = [int(file.read_text()) for file in files if file.exists()]
    executor.stop()
    assert all(future.done() for future in futures)
    until(lambda: not any(map(alive, running)), seconds=5)
    executor.stop()  # again, which does nothing


def test_two_executors_on_one_cluster(executor: Any, two_workers: Cluster) -> None:
    futures = [executor.submit(tasks.nap, None, 0.5, number) for number in range(6)]
    other = dask(2, scheduler=two_workers.address)
    assert other.submit(tasks.add, None, 1, 2).result() == 3
    other.stop()
    assert [future.result() for future in futures] == list(range(6))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "nonsense://127.0.0.1:1"])
def test_no_scheduler_there(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imbbench_dask.cluster.CONNECT", 0.5)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at .*`dask scheduler` prints"):
        dask(1, scheduler=address)


def test_a_cluster_of_its_own(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "data"))
    executor = dask(2)
    try:
        executor.submit(tasks.write, None, b"local", folder).result()
        places = [executor.submit(tasks.found, None, 0.3, folder) for _ in range(4)]
        workers = {place.result()[0] for place in places}
        assert len(workers) == 2
        assert ended(executor.submit(tasks.segfault, None)) == ("died", -11)
    finally:
        executor.stop()
    assert not any(map(alive, workers))
