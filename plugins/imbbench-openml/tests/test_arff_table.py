from __future__ import annotations

from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imbbench import ImbbenchError
from scipy.io.arff import loadarff

from imbbench_openml import arff_table

HEADER = "@relation r\n@attribute 'a b' real\n@attribute c {x, 'y z'}\n@attribute d string\n@data\n"


def read(tmp_path: Path, text: str) -> pd.DataFrame:
    file = tmp_path / "x.arff"
    file.write_text(text)
    return arff_table.read(file)


def test_columns_have_the_types_of_the_header(tmp_path: Path) -> None:
    frame = read(tmp_path, f"% comment\n{HEADER}1.5,x,hello\n\n% comment\n?, 'y z', 'a, b'\n2,?,?\n")
    assert frame["a b"].tolist() == pytest.approx([1.5, np.nan, 2.0], nan_ok=True)
    assert frame["c"].cat.categories.tolist() == ["x", "y z"]
    assert frame["c"].astype(object).where(frame["c"].notna(), None).tolist() == ["x", "y z", None]
    assert frame["d"].tolist()[:2] == ["hello", "a, b"]
    assert frame["d"].isna().tolist() == [False, False, True]


def test_sparse_rows_leave_out_zeros_and_first_values(tmp_path: Path) -> None:
    header = "@RELATION r\n@ATTRIBUTE a NUMERIC\n@ATTRIBUTE b {u,v}\n@ATTRIBUTE c NUMERIC\n@DATA\n"
    frame = read(tmp_path, header + "{0 1.5, 1 v}\n{ }\n{2 ?}\n")
    expected = pd.DataFrame({"a": [1.5, 0, 0], "b": ["v", "u", "u"], "c": [0, 0, np.nan]})
    pd.testing.assert_frame_equal(frame.astype({"b": "str"}), expected.astype({"b": "str"}))


def test_an_integer_column_keeps_decimals(tmp_path: Path) -> None:
    frame = read(
        tmp_path, "@relation r\n@attribute a INTEGER\n@attribute integer string\n@data\n1.5,integer\n"
    )
    assert frame.to_numpy().tolist() == [[1.5, "integer"]]
    assert frame.columns.tolist() == ["a", "integer"]


def test_a_header_may_declare_a_gap_or_a_value_twice(tmp_path: Path) -> None:
    frame = read(tmp_path, "@relation r\n@attribute a {?,x,y,x}\n@data\ny\n?\n")
    assert frame["a"].cat.categories.tolist() == ["x", "y"]
    assert frame["a"].isna().tolist() == [False, True]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False) | st.none(),
            st.sampled_from("xyz"),
            st.integers(-9, 9),
        ),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 5),
)
def test_it_reads_what_scipy_reads(tmp_path: Path, table: list[tuple], chunk: int) -> None:
    rows = "\n".join(",".join("?" if value is None else str(value) for value in row) for row in table)
    text = f"@relation r\n@attribute a real\n@attribute b {{x,y,z}}\n@attribute c integer\n@data\n{rows}\n"
    with mock.patch.object(arff_table, "_CHUNK", chunk):
        frame = read(tmp_path, text)
    reference = pd.DataFrame(loadarff(tmp_path / "x.arff")[0])
    assert frame.index.equals(reference.index)
    np.testing.assert_array_equal(frame["a"], reference["a"])
    np.testing.assert_array_equal(frame["b"].astype(str), reference["b"].str.decode("utf-8"))
    np.testing.assert_array_equal(frame["c"], reference["c"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "1,x,a\n2,50%,b\n", "BadNominalValue in line 7, '2,50%,b'"),
        (HEADER + "one,x,a\n", "BadNumericalValue in line 6"),
        (HEADER + "1,x\n", "BadDataFormat in line 6"),
        (
            "@relation r\n@attribute d date 'yyyy'\n@data\n2000\n",
            'BadAttributeType in line 2, "@attribute d date',
        ),
        ("@relation r\n@attribute a real\n@attribute a real\n@data\n1,2\n", "BadAttributeName in line 3"),
        ("<html>\n", "BadLayout in line 1, '<html>'"),
        ("", "BadLayout in line 0"),
    ],
)
def test_what_cannot_be_read_is_shown(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ImbbenchError) as raised:
        read(tmp_path, text)
    assert message in str(raised.value)
    assert "x.arff cannot be read" in str(raised.value)
    assert "expected ARFF with numeric, nominal and string columns" in str(raised.value)


def test_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.arff").write_bytes(f"{HEADER}1,x,é\n".encode("latin-1"))
    with pytest.raises(ImbbenchError, match=r"x.arff cannot be read: 'utf-8' codec.*expected UTF-8"):
        arff_table.read(tmp_path / "x.arff")
