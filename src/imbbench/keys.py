"""A cell's key: a hash of everything its scores depend on. Same key, same scores."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

from imbbench.components import main_callable
from imbbench.provenance import core_hash, source_hash, version
from imbbench.registry import Bound
from imbbench.results import Cell
from imbbench.spec import format_value

_core = cache(core_hash)
_source = cache(source_hash)


def key_parts(
    cell: Cell, components: dict[str, Bound], fingerprint: str, device: str, threads: int
) -> dict[str, Any]:
    """The named parts of a key, plain data.

    The dataset counts by its name and the fingerprint of its rows: parameters and paths that lead
    to the same rows do not matter. The others count with all parameters, defaults included.
    """
    parts: dict[str, Any] = {
        "data": fingerprint,
        "fold": cell.fold,
        "scale": cell.scale,
        "random_state": cell.random_state,
        "device": device.partition(":")[0],
        "threads": threads,
        "core": _core(),
    }
    for kind, bound in components.items():
        parts[kind] = {
            "name": bound.name,
            "params": {} if kind == "dataset" else {k: format_value(v) for k, v in bound.params.items()},
            "provider": [bound.provider.distribution, bound.provider.version],
            "source": _source(main_callable(bound.component).__module__, wrapped=kind == "model"),
            "requires": {name: version(name) for name in sorted(bound.component.requires)},
        }
    return parts


def cell_key(parts: dict[str, Any]) -> str:
    """SHA-256 hex of the parts."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
