"""The rows that are held against a baseline: of its plan, run again, or of a stored run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imbbench.baseline import Baseline
from imbbench.check import made_again, metrics_of, said_of
from imbbench.cli import registry_of, warn_of_failures
from imbbench.display import Display
from imbbench.errors import UsageError
from imbbench.options_given import options_of
from imbbench.registry import Registry
from imbbench.rescore import stored_results
from imbbench.results import Results
from imbbench.run_command import run_shown
from imbbench.selection import go_offline, what_is_said

#: Options that have no say where nothing is run.
_OF_A_RUN = frozenset(
    ("random_state", "seeds", "device", "threads", "group", "drop_duplicates", "executor", "jobs",
     "timeout", "memory_limit", "fresh", "no_scores", "offline")
)  # fmt: skip


def registry_for(baseline: Baseline, plugin: tuple[str, ...]) -> Registry:
    """With the plugins that the baseline names, and those named now; says which failed."""
    registry = registry_of(list(dict.fromkeys([*baseline.plan.plugins, *plugin])))
    warn_of_failures(registry)
    return registry


def results_now(baseline: Baseline, registry: Registry, given: Mapping[str, Any]) -> Results:
    """The rows to hold against the baseline: of a stored run, or of one that is made now."""
    plan = baseline.plan
    if given.get("run") is not None:
        check_only_stored(given)
        asked = {"metrics": metrics_of(registry, plan), "threshold": plan.threshold, "calibrate": ()}
        return stored_results(registry, given["store"], given["run"], asked)
    said = said_of(registry, plan) | what_is_said(given)
    options = options_of(said)
    registry.resolve("executor", options.executor)
    go_offline(said)
    try:
        return made_again(
            registry, plan, lambda cells: run_shown(registry, cells, options, Display(registry, cells, None))
        )
    except UsageError as error:
        if "--device" in str(error) and not given["device"]:
            message = f"the baseline was made on {plan.device}, and {error}; or say --device cpu"
            raise UsageError(message) from error
        raise


def check_only_stored(given: Mapping[str, Any]) -> None:
    """Raise UsageError for an option that says something of a run that --run does not make."""
    for name in what_is_said(given):
        if name in _OF_A_RUN:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} says how to run, and --run runs nothing; leave one out")
