"""Which cells the options and a benchmark file select."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from imbbench import benchfile
from imbbench.cli import registry_of
from imbbench.errors import UsageError
from imbbench.plan import Grid
from imbbench.registry import Registry
from imbbench.spec import Spec, Text, split_list

_OWN_DATA = ("data", "target", "positive", "groups")
_SELECTION = ("dataset", "strategy", "model", "split", "scale", *_OWN_DATA)


def selected(
    file: Path | None, plugin: tuple[str, ...], given: Mapping[str, Any]
) -> tuple[list[Grid], dict[str, Any], Registry]:
    """(grids, what was said of anything else, registry). What is said on the command line wins over what
    the file says."""
    grids, from_file = _grids(file, given)
    said = from_file | what_is_said(given)
    go_offline(said)
    return grids, said, registry_of([*listed(from_file.get("plugin", [])), *plugin])


def go_offline(said: Mapping[str, Any]) -> None:
    """Download nothing, here and in workers, if --offline was said."""
    if said.get("offline"):
        os.environ["IMBBENCH_OFFLINE"] = "1"


def _grids(file: Path | None, given: Mapping[str, Any]) -> tuple[list[Grid], dict[str, Any]]:
    named = [key for key in _SELECTION if given[key]]
    state, seeds = given["random_state"], given["seeds"]
    if file is not None:
        if named or given["everything"]:
            what = "--all" if given["everything"] else f"--{named[0]}"
            raise UsageError(f"{file} says which cells to run, so {what} cannot; leave one of them out")
        grids, options = benchfile.read(file)
        return [_with_seeds(grid, state, seeds) for grid in grids], options
    if not named and not given["everything"]:
        raise UsageError("nothing is selected; --all runs everything, -d, -s and -m choose, FILE says it all")
    axes = {axis: given[axis] for axis in ("dataset", "strategy", "model", "split") if given[axis]}
    if any(given[key] for key in _OWN_DATA):
        axes["dataset"] = (*given["dataset"], _own_data(given))
    if given["scale"]:
        axes["scale"] = [item for items in given["scale"] for item in split_list(items)]
    return [_with_seeds(Grid(**axes), state, seeds)], {}


def _with_seeds(grid: Grid, random_state: int | None, seeds: int | None) -> Grid:
    """The grid with what was said of them on the command line."""
    state = grid.random_state if random_state is None else random_state
    return replace(grid, random_state=state, seeds=grid.seeds if seeds is None else seeds)


def _own_data(given: Mapping[str, Any]) -> Spec:
    """The dataset that --data, --target, --positive and --groups are short for."""
    if not given["data"] or not given["target"]:
        missing = "--target COLUMN" if given["data"] else "--data FILE"
        raise UsageError(
            f"your own data needs {missing}; write --data FILE --target COLUMN "
            "[--positive LABEL] [--groups COLUMN]"
        )
    params: dict[str, Any] = {"path": str(given["data"]), "target": given["target"]}
    if given["positive"] is not None:
        params["positive"] = Text(given["positive"])
    if given["groups"] is not None:
        params["groups"] = given["groups"]
    return Spec("csv", params)


def is_selected(given: Mapping[str, Any]) -> bool:
    """Whether any option says which cells there are."""
    return bool(given["everything"] or any(given[key] for key in _SELECTION))


def what_is_said(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {key: value for key, value in given.items() if _is_said(value)}


def _is_said(value: Any) -> bool:
    """Whether an option was given; 0 is a value, though it equals False."""
    return value is not None and value is not False and value != ()


def listed(value: Any) -> list[Any]:
    """A list of one, or what is a list already."""
    return list(value) if isinstance(value, list | tuple) else [value]
