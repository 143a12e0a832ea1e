"""Spec strings: `name[key=value,...]`, parsed and printed.

A value is a Python literal, else one of inf, nan, true, false, none, else plain text; `params` fits
it to the parameter's type.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from imbbench.errors import UsageError

_WORDS = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan, "true": True, "false": False, "none": None}
_BARE = re.compile(r"[A-Za-z_./~][\w./~:+-]*")
# A quoted string behind = , or an opening bracket (so not the apostrophe of john's.csv), or a character.
_QUOTED = r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
_TOKEN = re.compile(rf"(?<=[=,(\[{{ ]){_QUOTED}|^{_QUOTED}|.", re.DOTALL)


class Text(str):
    """A value as typed on the command line, not yet given a type."""


@dataclass(frozen=True)
class Spec:
    """A component's name and the parameters given for it."""

    name: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.params:
            return self.name
        return (
            f"{self.name}[{','.join(f'{key}={format_value(value)}' for key, value in self.params.items())}]"
        )


def is_glob(name: str) -> bool:
    """Whether a name chooses others by pattern."""
    return "*" in name or "?" in name


def split_list(text: str) -> list[str]:
    """Split at commas that stand outside brackets and quotes; blanks around items go."""
    items, depth = [""], 0
    for token in _TOKEN.findall(text):
        if token == "," and depth == 0:
            items.append("")
            continue
        depth += (token[-1] in "([{") - (token[-1] in ")]}")
        items[-1] += token
    return [item.strip() for item in items if item.strip()]


def parse(text: str) -> Spec:
    """`name[key=value,...]` to a Spec whose values are still `Text`."""
    text = text.strip()
    name, bracket, rest = text.partition("[")
    if not bracket:
        return Spec(name)
    if not rest.endswith("]"):
        raise UsageError(f"{text!r}: the bracket is not closed; write {name}[key=value,...]")
    params: dict[str, Any] = {}
    for item in split_list(rest[:-1]):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not key.isidentifier():
            raise UsageError(f"{text!r}: {item!r} is not key=value; write {name}[key=value,...]")
        if key in params:
            raise UsageError(f"{text!r}: {key!r} is given twice; keep one")
        params[key] = Text(value)
    return Spec(name, params)


def literal(text: str) -> Any:
    """The value a piece of text stands for: a Python literal, a word such as inf, a tuple of such,
    or the text itself."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        pass
    if text[0:1] in ("(", "[") and text.endswith((")", "]")) and "," in text:
        return tuple(literal(item) for item in split_list(text[1:-1]))
    return str(text)


def format_value(value: Any) -> str:
    """The shortest text that parses back to the same value."""
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        inner = ",".join(map(format_value, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, str | PurePath):
        value = str(value)
        bare = _BARE.fullmatch(value) and isinstance(literal(value), str)
        return value if bare else repr(str(value))
    return repr(value)
