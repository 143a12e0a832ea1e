"""What one plugin provides: its hooks called alone, and everything they return checked once."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

import pluggy

from imbbench import hookspecs
from imbbench.card import Card
from imbbench.components import (
    KINDS,
    Component,
    Dataset,
    Metric,
    Model,
    Split,
    Strategy,
    main_callable,
)
from imbbench.errors import PluginError
from imbbench.params import parameters
from imbbench.suggest import did_you_mean

_HOOKS = {kind: f"imbbench_{'strategies' if kind == 'strategy' else kind + 's'}" for kind in KINDS}
#: What imbbench passes by position to each kind's callable.
_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "dataset": (), "split": ("data", "seed"), "strategy": ("train", "seed"), "model": ("context",),
    "metric": ("predictions",), "executor": ("jobs",), "report": ("results", "stream"),
}  # fmt: skip
_DISTRIBUTION = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./+-]*")


def register(plugin: Any, name: str, manager: pluggy.PluginManager) -> None:
    """Enter a module, or an object with hook methods, under its name.

    PluginError if the name or the module is taken, if it implements no hook, or one there is not.
    """
    if manager.has_plugin(name) or manager.is_registered(plugin):
        raise PluginError(f"another plugin has its name {name!r} or is the same module; keep one of them")
    try:
        manager.register(plugin, name=name)
    except pluggy.PluginValidationError as error:
        raise PluginError(" ".join(str(error).split())) from error
    callers = manager.get_hookcallers(plugin) or []
    hooks = sorted(hook for hook in vars(hookspecs) if hook.startswith("imbbench_"))
    unmarked = sorted({*hooks} & {*dir(plugin)} - {caller.name for caller in callers})
    if unmarked:
        raise PluginError(f"it has {', '.join(unmarked)} without the mark; put @imbbench.hookimpl above")
    if not callers:
        raise PluginError(f"it implements no hook; hooks are {', '.join(hooks)}")
    for caller in callers:
        if not caller.has_spec():
            raise PluginError(f"no hook is named {caller.name!r}{did_you_mean(caller.name, hooks)}")


def collect(plugin: Any, kind: str, manager: pluggy.PluginManager) -> list[Component]:
    """Call one component hook of one plugin alone and check what it returns.

    PluginError says which hook, what was found, what was expected.
    """
    hook = _HOOKS[kind]
    others = [other for other in manager.get_plugins() if other is not plugin]
    try:
        answers = manager.subset_hook_caller(hook, remove_plugins=others)()
        listed = [list(a) if isinstance(a, Iterable) and not isinstance(a, str) else a for a in answers]
    except (Exception, SystemExit) as error:
        raise PluginError(f"its hook {hook} raised {type(error).__name__}: {error}") from error
    implemented = [each.plugin for each in getattr(manager.hook, hook).get_hookimpls()]
    if plugin in implemented and not listed:
        raise PluginError(f"its hook {hook} returned None; expected a list of {KINDS[kind][0].__name__}")
    found: list[Component] = []
    for answer in listed:
        if not isinstance(answer, list):
            expected = f"a list of {KINDS[kind][0].__name__}"
            raise PluginError(f"its hook {hook} returned {_a(answer)}; expected {expected}")
        for component in answer:
            _check(component, kind, hook)
            if component.name in [other.name for other in found]:
                raise PluginError(f"its hook {hook} returns {kind} {component.name!r} twice; rename one")
            found.append(component)
    return found


def _check(component: Any, kind: str, hook: str) -> None:
    cls, attribute = KINDS[kind]
    where = f"its hook {hook} returned a list with"
    if not isinstance(component, cls):
        raise PluginError(f"{where} {_a(component)}; expected imbbench.{cls.__name__}")
    name: Any = component.name  # type: ignore[attr-defined]
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name == "all":
        raise PluginError(
            f"{where} a {kind} named {name!r}; expected letters, digits and _ . / + -, not 'all'"
        )
    what = f"{where} {kind} {name!r} whose"
    if not callable(getattr(component, attribute)):
        raise PluginError(f"{what} {attribute} is not callable")
    _check_fields(component, what)
    _check_signature(getattr(component, attribute), kind, what)


def _check_fields(component: Any, what: str) -> None:
    requires = component.requires
    if isinstance(requires, str) or not all(_is_distribution(name) for name in requires):
        raise PluginError(
            f"{what} requires is {requires!r}; expected a tuple of distribution names without versions, "
            "such as ('scikit-learn',)"
        )
    if isinstance(component, Dataset) and not isinstance(component.card, Card):
        raise PluginError(f"{what} card is {_a(component.card)}; expected imbbench.Card")
    if isinstance(component, Split):
        _check_split(component, what)
    if isinstance(component, Model) and not isinstance(component.seconds_per_row, int | float):
        raise PluginError(f"{what} seconds_per_row is {_a(component.seconds_per_row)}; expected a number")
    if isinstance(component, Model | Strategy) and not (
        isinstance(component.deterministic, bool) or callable(component.deterministic)
    ):
        found = f"{what} deterministic is {_a(component.deterministic)}"
        raise PluginError(f"{found}; expected True, False, or a function of its parameters")
    if isinstance(component, Model) and component.fit_many is not None:
        hint = "; TorchClassifier.fit_many(build) makes one of a build"
        _check_second(component, "fit_many", ("contexts", "trains"), what, hint)
    if isinstance(component, Metric) and component.weighted is not None:
        _check_second(component, "weighted", ("predictions", "weights"), what)


def _check_split(split: Split, what: str) -> None:
    if not callable(split.n_folds):
        raise PluginError(f"{what} n_folds is not callable")
    for name in ("features", "files"):
        given = getattr(split, name)
        if given is not None and not callable(given):
            raise PluginError(f"{what} {name} is {_a(given)}; expected a function or None")


def _check_second(
    component: Component, name: str, arguments: tuple[str, str], what: str, hint: str = ""
) -> None:
    """A second callable takes its own two arguments by position, and the component's parameters."""
    function = getattr(component, name)
    if not callable(function):
        raise PluginError(f"{what} {name} is {_a(function)}; expected a function or None")
    wanted = parameters(main_callable(component))
    try:
        inspect.signature(function).bind((), (), **dict.fromkeys(wanted))
    except TypeError as error:
        expected = ", ".join([*arguments, *(["*"] if wanted else []), *wanted])
        raise PluginError(f"{what} {name} does not take ({expected}): {error}{hint}") from error


def _is_distribution(name: Any) -> bool:
    return isinstance(name, str) and _DISTRIBUTION.fullmatch(name) is not None


def _check_signature(function: Any, kind: str, what: str) -> None:
    """Only what imbbench passes is positional; all else are parameters, behind the star."""
    attribute, expected = KINDS[kind][1], _ARGUMENTS[kind]
    arguments = inspect.signature(function).parameters.values()
    positional = [a.name for a in arguments if a.kind in (a.POSITIONAL_ONLY, a.POSITIONAL_OR_KEYWORD)]
    variadic = any(a.kind is a.VAR_POSITIONAL for a in arguments)
    if len(positional) != len(expected) and not variadic:
        raise PluginError(
            f"{what} {attribute} takes ({', '.join(positional)}) by position; expected "
            f"{attribute}({', '.join((*expected, '*', 'parameters'))}): parameters stand behind a star"
        )
    parameters(function)


def _a(value: object) -> str:
    return f"a value of type {type(value).__name__}"
