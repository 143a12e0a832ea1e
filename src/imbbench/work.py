"""The function that executors carry to worker processes."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from functools import lru_cache
from pathlib import Path

from imbbench import child
from imbbench.desk import Desk
from imbbench.folders import Folder
from imbbench.memory import return_large_blocks
from imbbench.orders import Answer, Order, Setup
from imbbench.plugins import load_plugins


def work(setup: Setup, order: Order, *folders: Folder) -> Answer:
    """What became of an order; only plain data, whatever happens: an exception that cannot be rebuilt on
    the other side would take all of a pool with it."""
    try:
        desk = _desk(setup)
        _go_to(setup.folder)  # a component may have gone elsewhere
        return desk.do(order, *folders)
    except BaseException as error:
        if child.is_out_of_memory(error):
            child.memory_reached()
        if setup.settings.debug:
            traceback.print_exc()
        text = " ".join(str(error).split())
        return Answer("error", f"the worker process raised {type(error).__name__}: {text}")


def _go_to(folder: str) -> None:
    if Path(folder).is_dir():  # else this is another machine, which has its own
        os.chdir(folder)


@lru_cache(maxsize=1)
def _desk(setup: Setup) -> Desk:
    """This process made like the coordinating one, once for all tasks of a run."""
    os.dup2(2, 1)  # what a component prints must not mix with the report on standard output
    return_large_blocks()
    _go_to(setup.folder)
    os.environ.update(setup.environment)
    if setup.plugins and "" not in sys.path:
        sys.path.insert(0, "")
    registry = load_plugins(setup.plugins, without=setup.without)
    registry = registry.with_components(pickle.loads(setup.handed) if setup.handed else ())
    child.limit_memory(setup.memory)
    return Desk(registry, setup.settings)
