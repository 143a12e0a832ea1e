"""What a run remembers from earlier ones, so that it need not load data or torch to know its keys."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench import keys
from imbbench.provenance import version

if TYPE_CHECKING:
    from imbbench.orders import AboutData
    from imbbench.registry import Bound
    from imbbench.store import Store
    from imbbench.store_read import Reader

_VISIBLE = ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES")


def data_identity(dataset: Bound, *, drop_duplicates: bool = False) -> str | None:
    """A hash of what the rows of a dataset depend on: parameters, code, versions, the path, size and time
    of change of its files, variables named IMBBENCH_*, and whether duplicates are dropped. None where that
    cannot be told, as for a dataset that does not say which files it reads: it is then loaded to see."""
    if dataset.component.files is None:
        return None
    try:
        files = sorted(_stamps(dataset))
    except (Exception, SystemExit):  # no such file, or a plugin's mistake: loading tells which
        return None
    params = {name: repr(value) for name, value in dataset.params.items()}
    dropped = ["drop_duplicates"] if drop_duplicates else []
    known = [keys.provenance(dataset), params, files, keys.core(), keys.libraries(), environment()]
    return _hash([*known, *dropped])


def environment() -> dict[str, str]:
    """The variables that imbbench and its plugins look at."""
    return {name: value for name, value in sorted(os.environ.items()) if name.startswith("IMBBENCH_")}


def files_of(dataset: Bound) -> set[Path]:
    """The files that a dataset says it reads, and those that its parameters name."""
    named = [Path(value) for value in dataset.params.values() if isinstance(value, str | Path)]
    files = dataset.component.files or (lambda **_: ())
    return {*map(Path, files(**dataset.params)), *(path for path in named if path.is_file())}


def _stamps(dataset: Bound) -> Iterator[tuple[str, int, int]]:
    for file in files_of(dataset):
        found = file.stat()
        yield str(file.resolve()), found.st_size, found.st_mtime_ns


def recall_fingerprint(store: Reader, dataset: Bound, *, drop_duplicates: bool = False) -> str | None:
    """The fingerprint that the dataset's rows had when it was last loaded, if nothing has changed since."""
    identity = data_identity(dataset, drop_duplicates=drop_duplicates)
    known = store.recall("data", identity) if identity else None
    return str(known["fingerprint"]) if known else None


def remember_fingerprint(
    store: Store, dataset: Bound, before: str | None, about: AboutData, *, drop_duplicates: bool = False
) -> None:
    """Keep it, unless files changed while they were read: `before` is the identity before loading.

    What stands in for data that could not be had is not kept, so that the next run looks again for the
    real data, unless it may not download.
    """
    stands_in = about.source and "IMBBENCH_OFFLINE" not in os.environ
    now = data_identity(dataset, drop_duplicates=drop_duplicates)
    if before is not None and before == now and not stands_in:
        store.remember("data", before, {"fingerprint": about.fingerprint})


def device_identity(asked: str) -> str:
    """A hash of what a device's name stands for: host, torch, visible devices."""
    visible = {name: os.environ.get(name) for name in _VISIBLE}
    return _hash([asked, platform.node(), platform.machine(), version("torch"), visible])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
