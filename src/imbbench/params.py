"""The parameters of a component: the keyword-only arguments of its callable, and fitting values to them."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Union

from imbbench.errors import UsageError
from imbbench.spec import Spec, Text, format_value, literal
from imbbench.suggest import did_you_mean

REQUIRED = inspect.Parameter.empty


@dataclass(frozen=True)
class Parameter:
    """One keyword-only argument of a component's callable."""

    name: str
    default: Any
    annotation: Any

    def __str__(self) -> str:
        return self.name if self.default is REQUIRED else f"{self.name}={format_value(self.default)}"


@lru_cache(maxsize=1024)
def parameters(function: Callable[..., Any]) -> Mapping[str, Parameter]:
    """The keyword-only arguments of `function`, in order."""
    found = {}
    for name, argument in inspect.signature(function).parameters.items():
        if argument.kind is inspect.Parameter.KEYWORD_ONLY:
            found[name] = Parameter(name, argument.default, _annotation(function, argument))
    return found


def _annotation(function: Callable[..., Any], argument: inspect.Parameter) -> Any:
    """The argument's type: its annotation where that can be evaluated, else its default's type.

    Annotations are strings under `from __future__ import annotations`, and the other arguments'
    may name imports made for type checkers only, so each is evaluated alone.
    """
    annotation = argument.annotation
    if isinstance(annotation, str):
        namespace = getattr(inspect.unwrap(function), "__globals__", {})
        try:
            annotation = eval(annotation, dict(namespace))
        except Exception:
            annotation = REQUIRED
    if annotation is not REQUIRED:
        return annotation
    return Any if argument.default in (REQUIRED, None) else type(argument.default)


def bind(spec: Spec, function: Callable[..., Any], who: str) -> dict[str, Any]:
    """All parameters of `function`, those of `spec` fitted to their types, the rest at default.

    Raises UsageError naming `who` for an unknown, missing or ill-typed parameter.
    """
    known = parameters(function)
    for name in spec.params:
        if name not in known:
            takes = f"it takes {', '.join(known)}" if known else "it takes none"
            raise UsageError(f"{who} has no parameter {name!r}{did_you_mean(name, known)}; {takes}")
    bound = {}
    for name, parameter in known.items():
        if name not in spec.params and parameter.default is REQUIRED:
            raise UsageError(f"{who} needs {name!r}; write {spec.name}[{name}=...]")
        if name not in spec.params:
            bound[name] = parameter.default
            continue
        given = spec.params[name]
        try:
            bound[name] = coerce(given, parameter.annotation)
        except ValueError:
            expected = describe(parameter.annotation)
            raise UsageError(f"{who}: {name}={given} does not fit; expected {expected}") from None
    return bound


def given(bound: Mapping[str, Any], function: Callable[..., Any]) -> dict[str, Any]:
    """The bound parameters that differ from their defaults, in the callable's order."""
    return {
        name: bound[name]
        for name, parameter in parameters(function).items()
        if repr(bound[name]) != repr(_as_float(parameter.default, bound[name]))
    }


def _as_float(default: Any, value: Any) -> Any:
    """A default of 1 beside a value of 1.0, which are one value for a float."""
    return float(default) if type(default) is int and isinstance(value, float) else default


def coerce(value: Any, annotation: Any) -> Any:
    """`value` as the annotated type; an exact fit wins over a conversion. ValueError if neither."""
    candidates = [literal(value), str(value)] if isinstance(value, Text) else [value]
    for candidate in candidates:
        for convert in (False, True):
            for fitted in _fits(candidate, annotation, convert):
                return fitted
    raise ValueError(value)


def _fits(value: Any, annotation: Any, convert: bool) -> Iterator[Any]:
    """Yield `value` as `annotation` where it fits, converted losslessly if `convert`."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (Union, types.UnionType):
        for option in args:
            yield from _fits(value, option, convert)
    elif origin is Literal:
        yield from (option for option in args if option == value and type(option) is type(value))
    elif origin is tuple or annotation is tuple:
        if isinstance(value, tuple | list):
            yield from _fits_tuple(value, args, convert)
    elif isinstance(annotation, type) and annotation is not Any:
        yield from _fits_class(value, annotation, convert)
    else:
        yield value


def _fits_class(value: Any, annotation: type, convert: bool) -> Iterator[Any]:
    """A boolean is no number here; 3.0 is an int and 3 a float."""
    if isinstance(value, bool) and annotation in (int, float):
        return
    if isinstance(value, annotation):
        yield value
    elif convert and annotation is float and isinstance(value, int):
        yield float(value)
    elif convert and annotation is int and isinstance(value, float) and value.is_integer():
        yield int(value)
    elif convert and annotation is Path and isinstance(value, str):
        yield Path(value)


def _fits_tuple(value: Any, args: tuple[Any, ...], convert: bool) -> Iterator[tuple[Any, ...]]:
    """Yield `value` as a tuple whose items fit `args`."""
    items = args[:1] * len(value) if len(args) == 2 and args[1] is Ellipsis else args or (Any,) * len(value)
    if len(items) == len(value):
        fitted = [next(_fits(item, kind, convert), REQUIRED) for item, kind in zip(value, items, strict=True)]
        if REQUIRED not in fitted:
            yield tuple(fitted)


def describe(annotation: Any) -> str:
    """An annotation in words for an error message."""
    if typing.get_origin(annotation) is Literal:
        return " or ".join(map(format_value, typing.get_args(annotation)))
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return " or ".join(map(describe, typing.get_args(annotation)))
    if annotation is type(None):
        return "none"
    if typing.get_origin(annotation) is tuple:
        typed, filed = (
            ("(a,)", '[["a"]]') if str in typing.get_args(annotation) else ("(64,32)", "[[64, 32]]")
        )
        return f"{annotation}, such as {typed}, in a benchmark file {filed}"
    return (
        annotation.__name__
        if isinstance(annotation, type) and not typing.get_args(annotation)
        else str(annotation)
    )
