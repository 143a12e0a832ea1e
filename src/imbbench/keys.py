"""A cell's key: a hash of everything its scores depend on. Same key, same scores."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from imbbench.components import main_callable
from imbbench.provenance import core_hash, source_hash, version
from imbbench.registry import Bound
from imbbench.results import Cell
from imbbench.spec import format_value

core = cache(core_hash)
_source = cache(source_hash)


@cache
def libraries() -> str:
    """Python and the libraries that every fold passes through, whatever its components require."""
    versions = [f"{name} {version(name)}" for name in ("numpy", "pandas", "scikit-learn")]
    return ", ".join(["python {}.{}".format(*sys.version_info), *versions])


def identity(
    cell: Cell,
    components: Mapping[str, Bound],
    fingerprint: str,
    device: str,
    threads: int,
    numerics: str = "single",
) -> str:
    """What a cell's scores depend on, a line `name=value` for each part; components by their SHA-256.

    Parameters
    ----------
    components : the cell's, by kind.
    fingerprint : of the dataset.
    device : torch device string; only its kind counts.
    threads : for BLAS and torch.
    numerics : as in `Result`.
    """
    return of_cell(cell, fingerprint) + of_run(components, device, threads, numerics)


def of_cell(cell: Cell, fingerprint: str) -> str:
    """The parts of an identity in which cells of the same components differ."""
    # Numbers, hashes and plain words: no value holds a line break, so no two sets of parts run together.
    return f"data={fingerprint}\nfold={cell.fold}\nscale={cell.scale}\nrandom_state={cell.random_state}\n"


def of_run(components: Mapping[str, Bound], device: str, threads: int, numerics: str) -> str:
    """The other parts of an identity, those that cells of the same components share."""
    parts = {
        "device": device.partition(":")[0],
        "threads": threads,
        "numerics": numerics,
        "core": core(),
        "libraries": libraries(),
        **{kind: component_digest(components[kind]) for kind in sorted(components)},
    }
    return "\n".join([f"{name}={value}" for name, value in parts.items()])


def cell_key(identity: str) -> str:
    """SHA-256 (64 hex digits) of a cell's identity."""
    return _sha256(identity)


def component_part(bound: Bound) -> dict[str, Any]:
    """What a component contributes. A dataset counts by its name, its code and the fingerprint of its
    rows: parameters and paths that lead to the same rows do not matter. The others count with all
    parameters, defaults included."""
    params = {} if bound.kind == "dataset" else bound.params
    return {
        "name": bound.name,
        "params": {name: format_value(value) for name, value in params.items()},
        "provider": [bound.provider.distribution, bound.provider.version],
        "source": _source(main_callable(bound.component).__module__, wrapped=bound.kind == "model"),
        "requires": {name: version(name) for name in sorted(bound.component.requires)},
    }


@lru_cache(maxsize=4096)
def provenance(bound: Bound) -> str:
    """`component_part` as text, the same wherever it is the same."""
    return json.dumps(component_part(bound), sort_keys=True)


@lru_cache(maxsize=4096)
def component_digest(bound: Bound) -> str:
    """SHA-256 of its provenance, as it stands in an identity."""
    return _sha256(provenance(bound))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
