"""What has changed of a component, in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The parts in which two `keys.component_part` differ: "its code changed, numpy 2.0 -> 2.1"."""
    return ", ".join(_changes(before, json.loads(json.dumps(now)))) or "nothing"


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name, found in now.items():
        was = before.get(name)
        if was == found:
            continue
        if name == "source":
            yield "its code, or that of a module it imports, changed"
        elif name == "files":
            yield "a file that it reads changed"
        elif isinstance(found, Mapping) and isinstance(was, Mapping):  # parameters, versions
            for key in {**was, **found}:
                if was.get(key) != found.get(key):
                    yield f"{key} {was.get(key)} -> {found.get(key)}"
        else:
            yield f"{_text(was)} -> {_text(found)}"


def _text(part: Any) -> str:
    """A name, or a distribution with its version."""
    return " ".join(filter(None, part)) or "a local module" if isinstance(part, list) else str(part)
