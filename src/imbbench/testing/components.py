"""Checks of every component, whatever its kind."""

from __future__ import annotations

import importlib.metadata
import inspect
import types
import typing
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Union

from imbbench.components import main_callable
from imbbench.params import REQUIRED, Parameter, coerce, parameters
from imbbench.provenance import version
from imbbench.registry import Bound
from imbbench.testing.verdict import require


def has_a_docstring(bound: Bound) -> None:
    """Its callable has a docstring, whose first paragraph `imbbench list NAME` shows."""
    function = main_callable(bound.component)
    own = not isinstance(function, partial) or function.__doc__ != partial.__doc__
    text = (inspect.getdoc(function) or "") if own else ""
    require(bool(text.strip()), "a docstring that says what it does and what its parameters mean", "none")


def parameters_are_typed(bound: Bound) -> None:
    """Each parameter has a type that a command line can be fitted to, and a default that is of it."""
    known = parameters(main_callable(bound.component)).values()
    problems = [problem for parameter in known for problem in _problems(parameter, bound)]
    types = "int, float, bool, str, Path, Literal, tuple, None or a union of these"
    require(not problems, f"parameters of type {types}, with a default", "; ".join(problems))


def _problems(parameter: Parameter, bound: Bound) -> Iterator[str]:
    """What is wrong with a parameter."""
    name, annotation, default = parameter.name, parameter.annotation, parameter.default
    unknown = [str(part) for part in _parts(annotation) if not _is_known(part)]
    if unknown:
        yield f"{name} is of type {', '.join(unknown)}"
    elif default is REQUIRED:
        if bound.component.in_all:
            yield f"{name} has no default, and the component is part of --all"
    elif not _fits(default, annotation):
        yield f"{name}={default!r} is not of its type {annotation}"
    if name in ("seed", "random_seed", "rng"):
        yield f"{name}: a parameter for randomness is called random_state"
    if name == "random_state" and bound.kind != "dataset" and default is not None:
        yield "random_state is not None by default, so that no seed reaches it"


def requires_are_distributions(bound: Bound) -> None:
    """`requires` names distributions as pip installs them, not modules as Python imports them."""
    absent = [name for name in bound.component.requires if version(name) is None]
    modules = importlib.metadata.packages_distributions() if absent else {}
    wrong = [
        f"{name!r}, a module of {' and '.join(sorted(set(modules[name])))}"
        for name in absent
        if name in modules
    ]
    require(not wrong, "names of distributions, as in `pip install NAME`", ", ".join(wrong))


def missing(bound: Bound) -> str:
    """What the component requires and is not installed, in words; empty if all is there."""
    absent = [name for name in bound.component.requires if version(name) is None]
    return f"{bound.who} needs {', '.join(absent)}, not installed" if absent else ""


def with_random_state(bound: Bound) -> Bound:
    """The same component with a `random_state` of its own."""
    return replace(bound, params={**bound.params, "random_state": 7})


def takes_random_state(bound: Bound) -> bool:
    """Whether it has a parameter `random_state`."""
    return "random_state" in parameters(main_callable(bound.component))


def _parts(annotation: Any) -> Iterator[Any]:
    """The plain types that an annotation is made of."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType, tuple):
        for arg in args:
            yield from _parts(arg)
    elif origin is not Literal:
        yield annotation


def _is_known(part: Any) -> bool:
    return part in (int, float, bool, str, Path, tuple, type(None), Ellipsis)


def _fits(default: Any, annotation: Any) -> bool:
    try:
        return _agree(coerce(default, annotation), default)
    except ValueError:
        return False


def _agree(fitted: Any, default: Any) -> bool:
    """Whether fitting has changed nothing, but for an int that stands for a float."""
    if isinstance(fitted, tuple) and isinstance(default, tuple) and len(fitted) == len(default):
        return all(map(_agree, fitted, default))
    return repr(fitted) == repr(default) or (isinstance(fitted, float) and fitted == default)
