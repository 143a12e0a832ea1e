"""Who does the work of a run: its executor, with the cores, the memory and the libraries that it needs."""

from __future__ import annotations

import pickle
import pickletools
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from imbbench import facts, processes
from imbbench.capacity import cores, free_memory
from imbbench.components import ExecutorLike
from imbbench.crew import Crew
from imbbench.errors import UsageError
from imbbench.estimate import table_rows
from imbbench.options import Options
from imbbench.orders import FindDevice, Setup
from imbbench.registry import Bound, Registry
from imbbench.result import Cell
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.supervise import Limits
from imbbench.work import work

#: What a worker takes before it has data, and how often it holds a table, in bytes; a column's width.
WORKER, COPIES, WIDTH = 300 * 10**6, 4, 30 * 8
#: The part of the free memory that cells may use by default.
PART = 0.8
#: What a worker imports for every fold, and for models that require a distribution.
IMPORTS = ("pandas", "scipy.special", "sklearn.preprocessing")
IMPORTS_OF = {"scikit-learn": ("sklearn.linear_model", "sklearn.ensemble"), "torch": ("torch",)}


def hire(registry: Registry, options: Options, settings: Settings, cells: Sequence[Cell]) -> Crew:
    """The crew for a plan. UsageError for limits that its executor cannot keep, for a component that its
    workers cannot import, and where there can be no workers."""
    executor = registry.resolve("executor", options.executor)
    if executor.component.in_process:
        return _alone(registry, options, settings, executor)
    granted = cores() if options.jobs == "auto" else options.jobs
    jobs = _jobs(registry, cells) if options.jobs == "auto" else options.jobs
    here = executor.name == "processes"  # nothing is known of the cores and the memory of other machines
    if here:
        _check_may_start(executor)
    memory = options.memory_limit
    if memory == "auto":
        memory = int(PART * free_memory() / jobs) if here else None
    setup = Setup(
        registry.local, registry.without, _handed(registry), str(Path.cwd()),
        tuple(facts.environment().items()), settings, memory,
    )  # fmt: skip
    modules = _modules(registry, cells)

    def create() -> ExecutorLike:
        if here:
            processes.preload(modules)
        return executor.call(jobs)  # type: ignore[no-any-return]

    return Crew(create, partial(work, setup), Limits(options.timeout, memory), granted, several=here)


def _alone(registry: Registry, options: Options, settings: Settings, executor: Bound) -> Crew:
    """For an executor that works in this process, with this registry."""
    from imbbench.desk import Desk

    limits = {"timeout": options.timeout, "memory-limit": options.memory_limit, "jobs": options.jobs}
    for name, value in limits.items():
        if value not in (None, "auto", 1 if name == "jobs" else None):
            none = "1" if name == "jobs" else "none"
            raise UsageError(
                f"executor {executor.spec!r} runs cells in this process, one after another, where nothing "
                f"can stop or limit them; leave --{name} out or use --executor processes (--{name} {none} "
                "overrides a benchmark file)"
            )
    desk = Desk(registry, settings)
    return Crew(lambda: executor.call(1), desk.do, Limits(), cores=1, helpers=cores() - 1, in_process=True)


def _check_may_start(executor: Bound) -> None:
    """Python lets no daemonic process start processes."""
    from multiprocessing import current_process

    if current_process().daemon:
        raise UsageError(
            f"executor {executor.spec!r} starts processes, which this process may not: it is daemonic, as "
            "the workers of multiprocessing.Pool are; choose the executor 'serial' (executor='serial' or "
            "--executor serial), or a concurrent.futures.ProcessPoolExecutor in place of the Pool"
        )


def _jobs(registry: Registry, cells: Sequence[Cell]) -> int:
    """As many as there are cores and cells, and as fit into the free memory, as far as sizes are known."""
    rows = [table_rows(registry, dataset) or 0 for dataset in {cell.dataset for cell in cells}]
    room = free_memory() // (WORKER + COPIES * WIDTH * max(rows))
    return max(1, min(cores(), len(cells), room))


def _modules(registry: Registry, cells: Sequence[Cell]) -> list[str]:
    """What workers import for the plan; they share it, loaded once."""
    used = {("strategy", cell.strategy) for cell in cells} | {("model", cell.model) for cell in cells}
    required = {name for kind, spec in used for name in registry.resolve(kind, spec).component.requires}
    return [*IMPORTS, *(module for name, found in IMPORTS_OF.items() if name in required for module in found)]


def _handed(registry: Registry) -> bytes:
    """Components handed to `run()`, as workers find them: by their module and name."""
    if not registry.handed:
        return b""
    names = ", ".join(repr(component.name) for component in registry.handed)
    advice = "define them at the top of a module that can be imported, or pass executor='serial'"
    try:
        handed = pickle.dumps(registry.handed)
    except Exception as error:
        found = f"components {names} cannot be sent to worker processes ({error})"
        raise UsageError(f"{found}; {advice}") from None
    if any(argument == "__main__" for _, argument, _ in pickletools.genops(handed)):
        found = f"components {names} are defined in __main__, which worker processes do not import"
        raise UsageError(f"{found}; {advice}")
    return handed


def resolved_device(asked: str, registry: Registry, cells: Sequence[Cell], store: Store, crew: Crew) -> str:
    """The torch device that a name stands for on this machine, as a worker found it, now or before.

    "auto" is "cpu" without a look for a plan that has no use for torch. Raises UsageError if there is
    no such device, KeyboardInterrupt if the user breaks off.
    """
    models = {cell.model for cell in cells}
    needed = any("torch" in registry.resolve("model", model).component.requires for model in models)
    if asked == "cpu" or (asked == "auto" and not needed):
        return "cpu"
    identity = facts.device_identity(asked)
    known = store.recall("device", identity)
    if known is None:
        answer = crew.ask(FindDevice(asked))
        if answer is None:
            raise KeyboardInterrupt
        if answer.status != "ok":
            raise UsageError(answer.reason)
        known = {"device": answer.value}
        store.remember("device", identity, known)
    return str(known["device"])
