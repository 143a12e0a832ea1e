"""Folds from a file: those of scikit-learn's PredefinedSplit, and what is said of a file that lists none."""

from __future__ import annotations

import gzip
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import PredefinedSplit, RepeatedStratifiedKFold

from imbbench import Data, ImbbenchError
from imbbench.builtin.fold_file import SPLIT, files, n_folds, predefined

Y = (np.arange(60) % 6 == 0).astype("int8")
DATA = Data(pd.DataFrame({"x": np.arange(60.0)}), Y)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("folds")


def written(folder: Path, frame: pd.DataFrame, name: str = "folds.csv") -> str:
    frame.to_csv(folder / name, index=False)
    return str(folder / name)


def parts(pairs) -> list[tuple[list[int], list[int]]]:
    return [(list(train), list(test)) for train, test in pairs]


def test_component():
    assert (SPLIT.name, SPLIT.in_all) == ("predefined", False)
    assert files(path="~/folds.csv") == [Path.home() / "folds.csv"]


@given(st.lists(st.integers(-1, 4), min_size=60, max_size=60), st.randoms(use_true_random=False))
def test_one_repeat_is_a_predefined_split(folder, test_fold, random):
    """In whatever order the lines and the columns stand."""
    if len(set(test_fold)) == 1:
        test_fold = [*test_fold[1:], 4 - test_fold[0]]
    frame = pd.DataFrame({"fold": test_fold, "row": range(60)}).sample(
        frac=1, random_state=random.randrange(9)
    )
    path = written(folder, frame)
    expected = list(PredefinedSplit(test_fold).split())
    assert parts(predefined(DATA, 0, path=path)) == parts(expected)
    assert n_folds(path=path) == len(expected)


@pytest.mark.parametrize("name", ["folds.csv", "folds.csv.gz", "FOLDS.CSV.GZ"])
def test_published_repeats_are_replayed(folder, name):
    expected = list(RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0).split(Y, Y))
    lines = [(row, 7 + n // 3, n % 3) for n, (_, test) in enumerate(expected) for row in test]
    frame = pd.DataFrame(lines, columns=["row", "repeat", "fold"])
    frame.to_csv(folder / name, index=False, compression="gzip" if name.lower().endswith("gz") else None)
    assert parts(predefined(DATA, 0, path=str(folder / name))) == parts(expected)
    assert n_folds(path=str(folder / name)) == 6


def test_rows_that_are_not_listed_are_in_no_part_and_told(folder):
    path = written(folder, pd.DataFrame({"row": range(10, 60), "fold": np.arange(50) % 2}))
    with pytest.warns(UserWarning, match="^predefined: 10 of 60 rows are in no fold$"):
        folds = list(predefined(DATA, 0, path=path))
    assert all(sorted([*train, *test]) == list(range(10, 60)) for train, test in folds)


def test_a_file_that_was_changed_is_read_again(folder):
    path = written(folder, pd.DataFrame({"row": range(60), "fold": np.arange(60) % 2}))
    assert n_folds(path=path) == 2
    written(folder, pd.DataFrame({"row": range(60), "fold": np.arange(60) % 3}))
    os.utime(path, ns=(1, 1))
    assert n_folds(path=path) == 3


BROKEN = {
    "": "its header is '', without row and fold; expected columns row, repeat",
    "a,b\n1,2\n": "its header is 'a,b', without row and fold",
    "row,repeat\n0,0\n": "without fold; expected columns",
    "row,fold,row\n0,0,0\n": "without row; expected columns",
    "row,fold\n": "lists no row; expected columns",
    "row,fold\n0,0\n1\n": "line 3: '1'; expected columns row",
    "row,fold\n0,0\n1,one\n": "line 3: '1,one'; expected columns",
    "row,fold\n0,0\n1.5,1\n": "line 3: '1.5,1'",
    "row,fold\n0,0\n-1,1\n": "line 3: row -1; expected rows from 0",
    "row,fold\n0,-2\n1,1\n": "line 2: fold -2; expected rows from 0, folds from 0, and -1",
    "row,fold\n0,3\n1,3\n": "all rows of repeat 0 are in fold 3; expected two folds or more",
    "row,repeat,fold\n0,0,0\n1,0,1\n0,1,0\n": "all rows of repeat 1 are in fold 0",
    "row,fold\n0,0\n1,1\n0,1\n": "row 0 stands twice in repeat 0.*number the repeats in a column repeat",
    "row,fold\n0,0\n0,0\n1,1\n": "row 0 stands twice",
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_lists_no_folds_is_told(folder, text):
    (folder / "broken.csv").write_text(text)
    os.utime(folder / "broken.csv", ns=(list(BROKEN).index(text),) * 2)
    for read in (lambda path: n_folds(path=path), lambda path: list(predefined(DATA, 0, path=path))):
        with pytest.raises(ImbbenchError, match=f"(?s)^{folder}/broken.csv.*{BROKEN[text]}"):
            read(str(folder / "broken.csv"))


def test_rows_that_the_data_do_not_have(folder):
    path = written(folder, pd.DataFrame({"row": range(1, 61), "fold": np.arange(60) % 2}))
    with pytest.raises(
        ImbbenchError, match="has row 60, and the data have 60 rows, 0 to 59; are the folds of"
    ):
        list(predefined(DATA, 0, path=path))


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("absent.csv", None, "absent.csv cannot be read: No such file or directory; check path"),
        ("torn.csv.gz", gzip.compress(b"row,fold\n" * 99, mtime=0)[:20], "torn.csv.gz cannot be read"),
        ("plain.csv.gz", b"row,fold\n0,0\n", "plain.csv.gz cannot be read: Not a gzipped file"),
        ("latin.csv", "row,fold,été\n0,0,0\n".encode("latin-1"), "latin.csv cannot be read: .*codec"),
    ],
    ids=["absent", "torn", "plain", "latin"],
)
def test_files_that_cannot_be_read(folder, name, content, found):
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(ImbbenchError, match=found):
        n_folds(path=str(folder / name))


def test_what_spreadsheets_write_is_read(folder):
    """A byte order mark, line ends of Windows, blanks in the header, an empty line at the end."""
    (folder / "sheet.csv").write_bytes("\ufeffrow, repeat, fold\r\n0,1,0\r\n1,1,1\r\n\r\n".encode())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = parts(predefined(DATA, 0, path=str(folder / "sheet.csv")))
    assert found == [([1], [0]), ([0], [1])]
