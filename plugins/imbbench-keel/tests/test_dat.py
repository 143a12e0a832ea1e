"""Files written here, in KEEL's format and not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from imbbench import ImbbenchError

from imbbench_keel.dat import read_classes, read_data

HEADER = """@relation fruit
@attribute Weight real [0.0, 9.5]
@ATTRIBUTE Seeds Integer[0,3]
@attribute Colour {red, NA,green}
@attribute Class{positive, negative}
@inputs Weight, Seeds, Colour
@outputs Class
@DATA
"""


def write(folder: Path, rows: str, header: str = HEADER) -> Path:
    file = folder / "fruit.dat"
    file.write_bytes((header + rows).encode())
    return file


def test_numbers_categories_and_gaps(tmp_path: Path) -> None:
    file = write(tmp_path, "0.1, 1, NA, negative \r\n5.0E-4,<null>,?,positive\n\n 3 ,2,green,negative\n")
    data = read_data(file)
    assert [str(dtype) for dtype in data.X.dtypes] == ["float64", "float64", "category"]
    np.testing.assert_array_equal(data.X["Weight"], [0.1, 0.0005, 3])
    np.testing.assert_array_equal(data.X["Seeds"], [1, np.nan, 2])
    assert data.X["Colour"].tolist() == ["NA", np.nan, "green"]
    assert data.X["Colour"].cat.categories.tolist() == ["red", "NA", "green"]
    assert data.y.tolist() == [0, 1, 0]
    assert read_classes(file) == ("positive", "negative")


def test_class_one_is_the_rarer_whatever_it_is_called(tmp_path: Path) -> None:
    data = read_data(write(tmp_path, "1,1,red,positive\n2,1,red,negative\n3,1,red,positive\n"))
    assert data.y.tolist() == [0, 1, 0]


def test_numbers_are_the_nearest_floats(tmp_path: Path) -> None:
    texts = ["0.30000000000000004", "8.41", "6.9337564E8", "1.7976931348623157e308", "5e-324"]
    rows = "".join(
        f"{text},1,red,{label}\n" for text, label in zip(texts, ["positive"] + 4 * ["negative"], strict=True)
    )
    assert read_data(write(tmp_path, rows)).X["Weight"].tolist() == [float(text) for text in texts]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ("1,1,red\n", HEADER, "line 9 has 3 values for 4 attributes"),
        ("1,1,red,positive,0\n", HEADER, "line 9 has 5 values for 4 attributes"),
        ("1,1,blue,positive\n", HEADER, "'Colour' is 'blue', expected one of red, NA, green"),
        ("1,one,red,positive\n", HEADER, "'Seeds': could not convert string to float: 'one'"),
        ("1,1,red,neutral\n", HEADER, "'Class' is 'neutral', expected one of positive, negative"),
        ("", HEADER, "no rows"),
        ("1,1,red,positive\n", HEADER.replace("@DATA\n", ""), "no line @data"),
        (
            "1,1,red,positive\n",
            HEADER.replace("Integer", "date"),
            "line 3 is no attribute: '@ATTRIBUTE Seeds date",
        ),
    ],
)
def test_another_format_is_an_error(tmp_path: Path, rows: str, header: str, message: str) -> None:
    with pytest.raises(ImbbenchError, match=r"fruit\.dat cannot be read: .*install it again") as caught:
        read_data(write(tmp_path, rows, header))
    assert message in str(caught.value)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ImbbenchError, match=r"gone\.dat cannot be read"):
        read_data(tmp_path / "gone.dat")
