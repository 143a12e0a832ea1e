"""Real processes that hang, crash and are killed. What runs in them is in `in_workers`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, wait
from pathlib import Path

import pytest

from imbbench import Processes
from tests import in_workers

ROOT = Path(__file__).resolve().parents[1]
linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")


@pytest.fixture(scope="module")
def pool() -> Iterator[Processes]:
    """Shared: whatever a test does to a worker must not be seen by the next."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT)
        processes = Processes(2)
        yield processes
        processes.stop()


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.syspath_prepend(ROOT)
    processes = Processes(2)
    yield processes
    processes.stop()


def run_script(path: Path, source: str, *start: str) -> subprocess.CompletedProcess[str]:
    path.write_text(source)
    command = [sys.executable, *(start or (path.name,))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=path.parent, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def state(pid: int | str) -> list[str]:
    """State, parent, group and session of a process; nothing if it is dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
    return [] if fields[0] in "ZX" else fields[:4]


def session(leader: int) -> list[int]:
    """The processes of a session, without those that are dead and only wait to be noticed."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if state(pid)[3:] == [str(leader)]]


def until(condition, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_returns_what_the_function_returned(pool):
    assert pool.submit(in_workers.divide, None, 1, 4).result() == 0.25
    assert pool.submit(os.getpid, None).result() != os.getpid()


def test_raises_what_the_function_raised(pool):
    with pytest.raises(ZeroDivisionError):
        pool.submit(in_workers.divide, None, 1, 0).result()


def test_a_function_that_cannot_be_pickled_is_refused_at_once(pool):
    with pytest.raises(Exception, match="lambda"):
        pool.submit(lambda: 1, None)


@pytest.mark.parametrize("function", [in_workers.hang, in_workers.hang_deaf, in_workers.hang_native])
def test_a_time_limit_is_hard(pool, function):
    began = time.monotonic()
    future = pool.submit(function, 0.5)
    with pytest.raises(TimeoutError):
        future.result(timeout=20)
    assert future.done()
    assert time.monotonic() - began < 0.5 + 4
    assert pool.submit(in_workers.divide, None, 1, 4).result() == 0.25


@pytest.mark.parametrize(
    ("function", "arguments", "exitcode"),
    [
        (in_workers.segfault, (), -signal.SIGSEGV),
        (os.abort, (), -signal.SIGABRT),
        (os._exit, (3,), 3),
        (os._exit, (0,), 0),
    ],
)
def test_a_process_that_ends_gives_its_exit_code(pool, function, arguments, exitcode):
    error = pool.submit(function, None, *arguments).exception(timeout=20)
    assert error.exitcode == exitcode
    assert pool.submit(in_workers.divide, None, 1, 4).result() == 0.25


@pytest.mark.parametrize("function", [in_workers.raise_rebuilt, in_workers.make_spoilt])
def test_what_cannot_be_unpickled_harms_nothing_else(pool, function):
    assert isinstance(pool.submit(function, None).exception(timeout=20), TypeError | ValueError)
    assert pool.submit(in_workers.divide, None, 1, 4).result() == 0.25


def test_jobs_run_at_once(pool, tmp_path):
    first = pool.submit(in_workers.meet, None, str(tmp_path), "a", "b")
    second = pool.submit(in_workers.meet, None, str(tmp_path), "b", "a")
    assert first.result() is second.result() is True


def test_no_more_than_jobs_run_at_once(fresh, tmp_path):
    ended = [fresh.submit(in_workers.meet, 0.5, str(tmp_path), str(i), "nobody") for i in range(2)]
    third = fresh.submit(in_workers.meet, 20, str(tmp_path), "third", "third")
    while not third.done():
        assert not (tmp_path / "third").exists() or any(future.done() for future in ended)
        time.sleep(0.01)
    assert third.result()


@pytest.mark.parametrize("then", ["abort", "hang"])
def test_what_a_function_started_dies_with_its_worker(pool, tmp_path, then):
    note = tmp_path / "pid"
    with pytest.raises((OSError, TimeoutError)):
        pool.submit(in_workers.start_process, 1, str(note), then).result()
    assert until(lambda: not state(note.read_text()))


def test_a_worker_that_dies_while_idle_is_replaced(fresh):
    pid = fresh.submit(os.getpid, None).result()
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: not state(pid))
    time.sleep(0.3)  # the pool notices in this time that it is broken, while nobody uses it
    assert fresh.submit(in_workers.divide, None, 1, 4).result() == 0.25


def test_every_future_ends_whenever_workers_are_killed(fresh):
    """Workers that share a pipe and its locks do not stand this: one is soon killed while it holds them."""
    futures = [fresh.submit(os.getpid, None) for _ in range(1500)]
    killed: set[int] = set()
    while wait(futures, 0.02).not_done:
        pids = {future.result() for future in futures if future.done() and future.exception() is None}
        for pid in pids - killed:
            os.kill(pid, signal.SIGKILL)
        killed |= pids
    lost = [future for future in futures if future.exception()]
    assert killed
    assert len(lost) < len(futures) / 2
    assert until(lambda: fresh.submit(in_workers.divide, None, 1, 4).exception() is None)


def test_workers_have_the_environment_folder_and_path_of_the_first_submit(pool, fresh, monkeypatch, tmp_path):
    pool.submit(os.getpid, None).result()  # the forkserver runs, and knows nothing of what follows
    (tmp_path / "only_here.py").write_text("def where(): return __file__")
    monkeypatch.setenv("IMBBENCH_TEST", "seen")
    monkeypatch.delenv("PATH")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    import only_here

    variables, folder, path, _ = fresh.submit(in_workers.surroundings, None, "IMBBENCH_TEST", "PATH").result()
    assert variables == ["seen", None]
    assert Path(folder) == tmp_path
    assert path[0] == str(tmp_path)
    assert fresh.submit(only_here.where, None).result() == str(tmp_path / "only_here.py")
    assert os.environ["IMBBENCH_TEST"] == "seen"
    monkeypatch.setenv("IMBBENCH_TEST", "later")
    fresh.submit(os._exit, None, 1).exception()
    assert fresh.submit(in_workers.surroundings, None, "IMBBENCH_TEST").result()[0] == ["seen"]


@linux
def test_stop_ends_what_runs_and_what_waits(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    processes = Processes(2)
    pids = {processes.submit(in_workers.surroundings, None).result()[3]}
    futures = [processes.submit(in_workers.hang_deaf, None) for _ in range(3)]
    assert until(lambda: sum(future.running() for future in futures) == 2)
    began = time.monotonic()
    processes.stop()
    assert time.monotonic() - began < 3  # nothing waited for what ignores SIGTERM
    assert all(future.done() for future in futures)
    for future in futures:
        with pytest.raises(CancelledError):
            future.result()
    assert not any(state(pid) for pid in pids)
    processes.stop()
    with pytest.raises(RuntimeError):
        processes.submit(os.getpid, None)


def test_stop_before_anything_ran():
    processes = Processes(1)
    processes.stop()
    with pytest.raises(RuntimeError):
        processes.submit(os.getpid, None)


KILLED = """
import time
from imbbench import Processes
from tests import in_workers

processes = Processes(4)
hanging = (in_workers.hang, in_workers.hang_deaf, in_workers.hang_native)
futures = [processes.submit(function, None) for function in hanging]
futures.append(processes.submit(in_workers.start_process, None, "note", "hang"))
while not open("note", "a+").tell():
    time.sleep(0.01)
print("ready", flush=True)
time.sleep(3600)
"""


@linux
def test_nothing_is_left_after_the_parent_was_killed(tmp_path):
    (tmp_path / "script.py").write_text(KILLED)
    parent = subprocess.Popen(
        [sys.executable, "script.py"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with parent:
        assert parent.stdout.readline() == "ready\n"
        assert len(session(parent.pid)) >= 1 + 4 + 1 + 2  # itself, workers, a model's process, two servers
        parent.kill()
        parent.wait()
        assert until(lambda: not session(parent.pid), seconds=5)
        assert parent.stderr.read() == ""


MAIN = """
print("script runs")
from imbbench import Processes
from tests import in_workers
processes = Processes(2)
print(processes.submit(in_workers.main_file, None).result())
processes.stop()
"""


@pytest.mark.parametrize("start", [("script.py",), ("-m", "script"), ("-c", MAIN)], ids=["file", "-m", "-c"])
def test_workers_do_not_import_main(tmp_path, start):
    done = run_script(tmp_path / "script.py", MAIN, *start)
    assert done.stdout.splitlines() == ["script runs", "None"]
    assert done.stderr == ""


PRELOAD = """
import os, signal, sys
from multiprocessing import forkserver
from imbbench import Processes
from imbbench.processes import preload
from tests import in_workers

sys.path.insert(0, "modules")
before = dict(os.environ)
preload(["raises", "exits", "is_not_there", "speaks", "slow"])
assert os.environ == before
os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)
processes = Processes(1)
print(processes.submit(in_workers.loaded, None, "speaks", "slow", "csv", "never").result())
preload(["never"])
print(processes.submit(in_workers.loaded, None, "never").result())
processes.stop()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no forkserver")
def test_preload_survives_bad_modules_and_ctrl_c_and_keeps_quiet(tmp_path):
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "raises.py").write_text("raise OSError('no')")
    (folder / "exits.py").write_text("import sys; sys.exit(2)")
    (folder / "speaks.py").write_text(
        "import os, sys, warnings\nprint('a'); print('b', file=sys.stderr); os.write(2, b'c'); warnings.warn('d')"
    )
    (folder / "slow.py").write_text("import time; time.sleep(0.5)")
    (folder / "never.py").write_text("")
    (tmp_path / "csv.py").write_text("raise SystemExit('a file of the user, not the library')")
    done = run_script(tmp_path / "script.py", PRELOAD)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["[True, True, False, False]", "[False]"]


FORKED = """
import multiprocessing, os, sys, threading
import imbbench
from multiprocessing import forkserver
from imbbench import launch, processes

def run(who):
    print(who, imbbench.run("moons[n_samples=200]", "none", "sklearn-lr", jobs=1)[0].status, flush=True)

run("parent")
server = forkserver._forkserver._forkserver_pid
child = os.fork()
if child == 0:
    run("child")
    assert forkserver._forkserver._forkserver_pid != server
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
process = multiprocessing.get_context("fork").Process(target=run, args=("process",))
process.start()
process.join()
run("parent")
assert forkserver._forkserver._forkserver_pid == server

held, done = threading.Event(), threading.Event()
def hold():
    with processes._STARTING, launch._LAUNCHING:
        held.set()
        done.wait(1)
thread = threading.Thread(target=hold)
thread.start()
held.wait()
child = os.fork()
if child == 0:
    run("child of a busy parent")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
thread.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_child_starts_workers_of_its_own(tmp_path):
    done = run_script(tmp_path / "script.py", FORKED, "-W", "ignore::DeprecationWarning", "script.py")
    assert done.stderr == ""
    whose = ["parent", "child", "process", "parent", "child of a busy parent"]
    assert done.stdout.splitlines() == [f"{who} ok" for who in whose]


ORPHANED = """
import os, time
from multiprocessing import forkserver
from imbbench import Processes
processes = Processes(1)
processes.submit(os.getpid, None).result()
processes.stop()
if os.fork() == 0:
    time.sleep(20)
    os._exit(0)
print(forkserver._forkserver._forkserver_pid, flush=True)
time.sleep(3600)
"""


@linux
def test_a_forkserver_ends_with_its_parent_though_a_forked_child_lives(tmp_path):
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", ORPHANED]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, start_new_session=True) as parent:
        server = int(parent.stdout.readline())
        assert state(server)
        parent.kill()
        parent.wait()
        try:
            assert until(lambda: not state(server))
        finally:
            os.killpg(parent.pid, signal.SIGKILL)  # the child
