"""How many cores a fit keeps busy, seen from another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imbbench.testing.verdict import require

#: Seconds that a fit is repeated for, and how many threads may run at a time on average: one, and now and
#: then another that is just being woken.
WATCHED, ALLOWED = 0.2, 1.5
#: How often a fit that seems to use more is watched again. Threads that an earlier fit left behind look for
#: work for a while; a fit with threads of its own uses them every time.
TRIES = 5
#: Looks at all threads of a process and of its children until its standard input ends, then prints how many
#: were running, or ready to, in each look that found any. It is a process of its own: a thread would wait
#: for the interpreter's lock while a library computes.
_SCRIPT = """
import json, os, select, sys
watched, me = sys.argv[1], str(os.getpid())
def state(path):
    try:
        with open(path) as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return ["", ""]
def children():
    return [pid for pid in os.listdir("/proc") if pid.isdigit() and state(f"/proc/{pid}/stat")[1] == watched]
def running(pid):
    try:
        return sum(state(f"/proc/{pid}/task/{tid}/stat")[0] == "R" for tid in os.listdir(f"/proc/{pid}/task"))
    except OSError:
        return 0
looks, pids = [], [watched]
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0.0005)[0]:
    if len(looks) % 20 == 0:
        pids = [watched, *(pid for pid in children() if pid != me)]
    looks.append(sum(map(running, pids)))
print(json.dumps([count for count in looks if count]))
"""


def can_watch() -> bool:
    """Whether this system shows the threads of a process, as Linux does."""
    return Path("/proc/self/task").is_dir()


def check_cores(run: Callable[[], object]) -> None:
    """Require that `run` keeps one core busy at most and changes no thread pool's size."""
    before = _pools()
    looks = _quietest(run)
    after = _pools()
    changed = [f"{name} from {size} to {after[name]}" for name, size in before.items() if after[name] != size]
    require(not changed, "pools of threads as large as before", f"the fit changed {', '.join(changed)}")
    average = _average(looks)
    found = f"{average:.1f} threads running at a time on average, {max(looks, default=0)} at most"
    require(average <= ALLOWED, "one thread with n_jobs=1 and threads=1; pass them on to the library", found)


def _quietest(run: Callable[[], object]) -> list[int]:
    """The first of a few watches that saw no more threads than allowed, or the one that saw the fewest."""
    watches: list[list[int]] = []
    while len(watches) < TRIES:
        watches.append(_running(run))
        if _average(watches[-1]) <= ALLOWED:
            break
    return min(watches, key=_average)


def _average(looks: list[int]) -> float:
    """How many threads were running at a time."""
    return sum(looks) / len(looks) if looks else 0.0


def _running(run: Callable[[], object]) -> list[int]:
    """How many threads of this process and its children were running, in every look that found any."""
    command = [sys.executable, "-I", "-S", "-c", _SCRIPT, str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:
        try:
            watcher.stdout.readline()  # type: ignore[union-attr]
            end = time.monotonic() + WATCHED
            while True:
                run()
                if time.monotonic() > end:
                    break
        finally:
            said, _ = watcher.communicate()
    looks: list[int] = json.loads(said)
    return looks


def _pools() -> dict[str, int]:
    """The threads that each library's pool may have."""
    from threadpoolctl import threadpool_info

    pools = {
        f"{pool['prefix']} ({Path(pool['filepath']).name})": pool["num_threads"] for pool in threadpool_info()
    }
    torch: Any = sys.modules.get("torch")
    if torch:
        pools["torch"] = torch.get_num_threads()
    return pools
