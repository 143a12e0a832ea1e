"""What a worker process does to itself: it ends with its parent, it goes first when memory runs out,
and it keeps to a limit of memory."""

from __future__ import annotations

import errno
import multiprocessing
import os
import pickle
import signal
import threading
from pathlib import Path
from typing import Any, NoReturn

from imbbench.processes import MEMORY

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_OOM_SCORE_STEP = 500  # of 1000, which is all memory there is
_TORCH_WORDS = ("can't allocate memory", "not enough memory", "std::bad_alloc")


def begin(environment: dict[str, str], folder: str) -> None:
    """Make this process a worker; called once in each, before its first task.

    Parameters
    ----------
    environment, folder : the coordinator's environment variables and working folder. A forkserver
        may be older than the run, so its own are not those.
    """
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # so that what a model starts can be killed with the worker
    _end_with_parent()
    _go_first()
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)


def call(task: bytes) -> bytes:
    """Run a pickled (function, arguments); pickled, (True, result) or (False, the exception).

    Pickled here and not on the way, since what cannot be unpickled there ends the pool's threads.
    Where memory could not be had, for the function or for pickling its result, the process ends.
    """
    try:
        function, args = pickle.loads(task)
        return pickle.dumps((True, function(*args)))
    except BaseException as error:
        if is_out_of_memory(error):
            memory_reached()
        return pickle.dumps((False, error))


def _end_with_parent() -> None:
    """Die with the coordinating process, also after its SIGKILL, also in the middle of native code.

    A thread waits for it and kills this process's group. It cannot run while native code holds the
    interpreter, so on Linux the kernel kills this process when the forkserver ends; which ends when the
    last copy of a pipe's end is closed: the coordinator's, once each worker has closed its own.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if Path("/proc/self/oom_score_adj").exists():
        import ctypes
        from multiprocessing import forkserver

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        server: Any = forkserver._forkserver
        if server._forkserver_alive_fd is not None:
            os.close(server._forkserver_alive_fd)
            server._forkserver_alive_fd = None

    def wait() -> None:
        parent.join()
        if hasattr(os, "killpg"):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, name="imbbench-parent", daemon=True).start()


def _go_first() -> None:
    """Let the kernel, out of memory, kill this process rather than the coordinating one."""
    score = Path("/proc/self/oom_score_adj")
    try:
        score.write_text(str(min(1000, int(score.read_text()) + _OOM_SCORE_STEP)))
    except OSError:  # not Linux, or not allowed
        return


def limit_memory(limit: int | None) -> None:
    """Let this process allocate `limit` bytes more than it has now; None: as much as there is.

    The limit is RLIMIT_DATA (Linux: all private writable memory, touched or not; mapped files do not
    count), since it counts neither code nor files, of which torch maps gigabytes. Elsewhere there is
    no limit.
    """
    status = Path("/proc/self/status")
    if limit is None or not status.exists():
        return
    import resource

    used = next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if "VmData" in line)
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = used + limit if hard == resource.RLIM_INFINITY else min(used + limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def memory_reached() -> NoReturn:
    """End this process: after an allocation failed, neither its libraries nor its heap are to be trusted."""
    os._exit(MEMORY)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception, or one that led to it, says that memory could not be had.

    torch raises a bare RuntimeError for it, known by its words. Memory of a GPU is another matter.
    """
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        link = todo.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        if isinstance(link, MemoryError) or (isinstance(link, OSError) and link.errno == errno.ENOMEM):
            return True
        if isinstance(link, RuntimeError) and any(word in str(link) for word in _TORCH_WORDS):
            return True
        todo += [link.__cause__, link.__context__]
    return False
