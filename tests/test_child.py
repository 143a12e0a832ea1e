from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from imbbench import Processes
from imbbench.child import is_out_of_memory
from imbbench.processes import MEMORY
from tests import in_workers

ROOT = Path(__file__).resolve().parents[1]
MB = 2**20
linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="limits memory on Linux alone")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.syspath_prepend(ROOT)
    processes = Processes(1)
    yield processes
    processes.stop()


def caused(error: Exception, cause: Exception) -> Exception:
    try:
        raise error from cause
    except Exception as raised:
        return raised


def within(error: Exception, context: Exception) -> Exception:
    try:
        try:
            raise context
        except Exception:
            raise error  # noqa: B904
    except Exception as raised:
        return raised


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        caused(ValueError("fit failed"), MemoryError()),
        within(ValueError("fit failed"), MemoryError()),
        within(ValueError("fit failed"), caused(KeyError("x"), MemoryError())),
    ],
    ids=repr,
)
def test_memory_that_could_not_be_had_is_recognised(error):
    assert is_out_of_memory(error)


def test_other_errors_are_not():
    assert not is_out_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"))
    assert not is_out_of_memory(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_out_of_memory(ValueError("can't allocate memory"))
    looped = caused(ValueError("a"), KeyError("b"))
    looped.__cause__.__cause__ = looped
    assert not is_out_of_memory(looped)


@linux
def test_a_worker_that_reaches_its_limit_says_so_and_retires(worker):
    before = worker.submit(os.getpid, None).result()
    assert worker.submit(in_workers.allocate_arrays, 60, 64 * MB).exception().exitcode == MEMORY
    assert worker.submit(os.getpid, None).result() != before
    assert worker.submit(in_workers.soft_limit, None, None).result() == -1  # the new one has no limit yet


@linux
def test_torch_at_the_limit_is_recognised(worker):
    assert worker.submit(in_workers.allocate_tensors, 60, 64 * MB).result() == "RuntimeError"


@linux
def test_the_limit_counts_from_what_is_used_already(worker):
    """A worker with libraries loaded uses hundreds of MB before it has any data."""
    assert worker.submit(in_workers.allocate, None, 64 * MB, 32 * MB).result() == 32 * MB
    assert worker.submit(in_workers.allocate, None, 64 * MB, 96 * MB).exception().exitcode == MEMORY


@linux
def test_the_kernel_is_to_spare_the_coordinator(worker):
    score = Path("/proc/self/oom_score_adj")
    mine, its = int(score.read_text()), int(worker.submit(score.read_text, None).result())
    assert its > mine or its == 1000
