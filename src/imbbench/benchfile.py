"""Benchmark files: TOML that says everything the options of `imbbench run` do.

    threshold = [0.3, 0.5]

    [[grid]]
    dataset = "moons[noise=0.2]"
    strategy = ["none", "class_weight"]
    model = [{ name = "torch-linear", lr = [0.1, 0.01] }, "sklearn-lr"]

Each `[[grid]]` is a product, the plan is their union. In a component's table a list is a grid of
values (so a tuple parameter takes a list of lists), and "none" is None. A `[check]` table (`rules`) goes
into baselines that are written from the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from imbbench.errors import UsageError
from imbbench.plan import Choice, Grid
from imbbench.rules import check_table
from imbbench.spec import Spec
from imbbench.suggest import did_you_mean

_AXES = ("dataset", "split", "strategy", "model")
_GRID = (*_AXES, "scale", "random_state", "seeds")
#: Top-level keys whose value is no text, in words.
_EXPECTED = defaultdict(
    lambda: "text",
    threshold="a number, a text such as \"tuned:f1\", or a list of these",
    threads="an integer", random_state="an integer", seeds="an integer",
    offline="true or false", strict="true or false", exitfirst="true or false", group="true or false",
    drop_duplicates="true or false",
    jobs='an integer or "auto"', timeout='seconds or "none"', memory_limit='bytes or text such as "2GB"',
    fresh="true or false", no_scores="true or false", ci="a level such as 0.95",
)  # fmt: skip
#: Top-level keys and the type of their value (or of its items).
OPTIONS: Mapping[str, type | tuple[type, ...]] = {
    "threshold": (int, float, str), "calibrate": str, "metrics": str, "device": str, "threads": int,
    "executor": str, "plugin": str,
    "format": str, "output": str, "offline": bool, "strict": bool, "exitfirst": bool, "group": bool,
    "drop_duplicates": bool,
    "random_state": int, "seeds": int, "jobs": (int, str), "timeout": (int, float, str),
    "memory_limit": (int, str), "store": str, "fresh": bool, "no_scores": bool, "ci": float,
}  # fmt: skip
#: Those that may be lists.
_LISTS = ("threshold", "calibrate", "metrics", "plugin")


def read(path: Path) -> tuple[list[Grid], dict[str, Any]]:
    """(grids, options) of a benchmark file. Raises UsageError naming the file and what is wrong."""
    content = _content(path)
    grids, check = content.pop("grid", []), content.pop("check", {})
    _check_options(path, content)
    if not isinstance(grids, list) or not grids or not all(isinstance(grid, dict) for grid in grids):
        raise UsageError(f"{path}: expected one or more [[grid]] tables, each a product of choices")
    base = {"random_state": content.pop("random_state", 0), "seeds": content.pop("seeds", 1)}
    if check:
        content["check"] = check_table(check, str(path))
    return [_grid(path, number, grid, base) for number, grid in enumerate(grids, 1)], content


def read_check(path: Path) -> dict[str, Any]:
    """The `[check]` table of a TOML file, whatever else is in it. Raises UsageError if there is none."""
    content = _content(path)
    if "check" not in content:
        raise UsageError(f"{path} has no [check] table; expected one with tolerance or significance")
    return check_table(content["check"], str(path))


def _content(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"no file {str(path)!r}; give the path of a TOML file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: not a readable TOML file: {error}") from error


def _check_options(path: Path, options: Mapping[str, Any]) -> None:
    for key, value in options.items():
        if key not in OPTIONS:
            where = (
                f"{key!r} belongs into a [[grid]]" if key in _GRID else f"keys are grid, {', '.join(OPTIONS)}"
            )
            raise UsageError(f"{path}: unknown key {key!r}{did_you_mean(key, ['grid', *OPTIONS])}; {where}")
        for item in _listed(value) if key in _LISTS else [value]:
            if not isinstance(item, OPTIONS[key]) or (isinstance(item, bool) and OPTIONS[key] is not bool):
                raise UsageError(f"{path}: {key} = {value!r} does not fit; expected {_EXPECTED[key]}")


def _grid(path: Path, number: int, table: Mapping[str, Any], base: Mapping[str, int]) -> Grid:
    where = f"{path}, [[grid]] {number}"
    for key in table:
        if key not in _GRID:
            hint = "put it above the first [[grid]]" if key in OPTIONS else f"keys are {', '.join(_GRID)}"
            raise UsageError(f"{where}: unknown key {key!r}{did_you_mean(key, _GRID)}; {hint}")
    given: dict[str, Any] = {
        axis: [choice for item in _listed(table[axis]) for choice in _choices(where, axis, item)]
        for axis in _AXES
        if axis in table
    }
    if "scale" in table:
        given["scale"] = _listed(table["scale"])
    numbers = {key: table.get(key, value) for key, value in base.items()}
    for key, value in numbers.items():
        if not isinstance(value, int) or isinstance(value, bool):
            raise UsageError(f"{where}: {key} = {value!r} is no integer")
    return Grid(**given, **numbers, where=where)


def _choices(where: str, axis: str, item: Any) -> Iterator[Choice]:
    """The specs that a string or a table of parameters stands for."""
    if isinstance(item, str):
        yield item
        return
    if not isinstance(item, dict) or not isinstance(item.get("name"), str):
        raise UsageError(f"{where}: {axis} = {item!r}; expected a spec string or a table with a name")
    names = [key for key in item if key != "name"]
    for values in product(*(_listed(item[key]) for key in names)):
        yield Spec(item["name"], {key: _value(value) for key, value in zip(names, values, strict=True)})


def _value(value: Any) -> Any:
    return None if value == "none" else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
