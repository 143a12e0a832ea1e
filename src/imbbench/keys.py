"""A cell's key: a hash of everything its scores depend on. Same key, same scores."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from imbbench.components import main_callable
from imbbench.provenance import core_hash, reading_hash, source_hash, version
from imbbench.registry import Bound
from imbbench.result import Cell
from imbbench.spec import format_value

core = cache(core_hash)
_reading = cache(reading_hash)
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
    shared = of_run(components, device, threads, numerics)
    return of_cell(cell, fingerprint, drawn=is_drawn(components)) + shared


def of_cell(cell: Cell, fingerprint: str, *, drawn: bool) -> str:
    """The parts of an identity in which cells of the same components differ. The seed is one where it
    matters (`drawn`), but for 0, which is that of a run without repetitions."""
    seed = f"seed={cell.seed}\n" if cell.seed and drawn else ""
    # Numbers, hashes and plain words: no value holds a line break, so no two sets of parts run together.
    common = f"data={fingerprint}\nfold={cell.fold}\nscale={cell.scale}\nrandom_state={cell.random_state}\n"
    return common + seed


def is_drawn(components: Mapping[str, Bound]) -> bool:
    """Whether the seed changes anything for cells of these components: all are one fit where it does not."""
    return not (components["strategy"].deterministic and components["model"].deterministic)


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
    parameters, defaults included; what names a file of a split, with the file's content."""
    params = {} if bound.kind == "dataset" else bound.params
    files: dict[str, Any] = {}
    if _reads_files(bound):
        read = [Path(file) for file in bound.component.files(**params)]
        files = {"files": [_content(file) for file in read]}
        params = {name: value for name, value in params.items() if not _names_one_of(read, value)}
    return {
        "name": bound.name,
        "params": {name: format_value(value) for name, value in params.items()},
        "provider": [bound.provider.distribution, bound.provider.version],
        "source": _source(main_callable(bound.component).__module__, wrapped=bound.kind == "model"),
        "requires": {name: version(name) for name in sorted(bound.component.requires)},
        **files,
    }


def _reads_files(bound: Bound) -> bool:
    """Whether it is a split with files: what a dataset reads counts by its rows."""
    return bound.kind == "split" and bound.component.files is not None


def _names_one_of(files: Sequence[Path], value: Any) -> bool:
    return isinstance(value, str | Path) and Path(value).expanduser() in files


def _content(file: Path) -> str | None:
    """SHA-256 of a file; None if it cannot be read: who reads its rows says why."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


@lru_cache(maxsize=4096)
def provenance(bound: Bound) -> str:
    """`component_part` as text, the same wherever it is the same; for a component in hand it stays as it
    was when first asked for."""
    return _as_text(component_part(bound))


def holds(bound: Bound, expected: str) -> bool:
    """Whether a component has the provenance that a run was planned with; files are read again."""
    return (_as_text(component_part(bound)) if _reads_files(bound) else provenance(bound)) == expected


def _as_text(part: Mapping[str, Any]) -> str:
    return json.dumps(part, sort_keys=True)


@lru_cache(maxsize=4096)
def scoring_digest(metric: Bound) -> str:
    """SHA-256 of what a figure depends on beside the scores: the metric, and how scores are read."""
    return _sha256(provenance(metric) + _reading())


@lru_cache(maxsize=4096)
def component_digest(bound: Bound) -> str:
    """SHA-256 of its provenance, as it stands in an identity."""
    return _sha256(provenance(bound))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
