"""Where the figures of the page come from, without what is nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from imbbench.page.names import Names
from imbbench.store_read import Reader

if TYPE_CHECKING:
    from imbbench.results import Results


def environment_of(results: Results) -> tuple[tuple[str, str], ...]:
    """(name, text) of the runs with their commands, the machine, versions, and the hash of each data set."""
    found = [*_runs(results)]
    for name, value in results.environment.items():
        if name == "versions":
            continue
        if name != "command" or not found:
            found.append((name, ", ".join(map(str, value)) if isinstance(value, list) else str(value)))
    versions = results.environment.get("versions", {})
    if isinstance(versions, Mapping):
        found += [(name, str(version)) for name, version in versions.items() if version]
    hashes = {row.dataset: row.hashes["data"] for row in results if "data" in row.hashes}
    found += [(f"hash of {dataset}", digest) for dataset, digest in hashes.items()]
    plain = Names.of(results).plain
    return tuple((plain(name), plain(text)) for name, text in found if text)


def _runs(results: Results) -> Iterator[tuple[str, str]]:
    """When each run of the store began, and with which command."""
    if results.store is None:
        return
    with Reader.read(results.store) as store:
        for run in map(store.about, results.runs):
            began = f"{run.started:%Y-%m-%d %H:%M} UTC"
            yield f"run {run.number} of {results.store.name}", f"{began}, {run.command}"
