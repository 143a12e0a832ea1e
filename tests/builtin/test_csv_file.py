"""The user's own file: reading it, choosing class 1, and what is said when it does not fit."""

from __future__ import annotations

import gzip
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench import ImbbenchError
from imbbench.border_data import check_data
from imbbench.builtin.csv_file import DATASET, _class_one, files, load

GOOD = "a,b,label\n1,x,0\n2,,0\n,y,1\n"


def write(folder: Path, text: str, name: str = "table.csv") -> str:
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return str(path)


def frame_of(labels: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"a": range(len(labels)), "label": labels})


def test_component() -> None:
    assert DATASET.name == "csv"
    assert not DATASET.in_all
    assert list(files(path="some/table.csv", target="label")) == [Path("some/table.csv")]
    assert list(files(path="~/table.csv", target="label")) == [Path.home() / "table.csv"]


@pytest.mark.parametrize("name", ["table.csv", "TABLE.CSV", "table.csv.gz"])
def test_reads_what_pandas_reads(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, GOOD, name)
    data = load(path=path, target="label")
    expected = pd.read_csv(path)
    pd.testing.assert_frame_equal(data.X, expected[["a", "b"]])
    assert data.y.tolist() == [0, 0, 1]
    assert data.y.dtype == np.int8


def test_parquet_gives_the_same_rows_as_csv(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"a": [1.5, None, 3.0], "b": ["x", None, "y"], "label": [0, 0, 1]})
    frame.to_parquet(tmp_path / "table.parquet")
    data = load(path=str(tmp_path / "table.parquet"), target="label")
    pd.testing.assert_frame_equal(data.X, frame[["a", "b"]])
    assert data.y.tolist() == [0, 0, 1]


def test_a_named_parquet_index_is_a_column(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame_of([0, 0, 1]).assign(id=[7, 8, 9]).set_index("id").to_parquet(tmp_path / "table.parquet")
    data = load(path=str(tmp_path / "table.parquet"), target="label")
    assert data.X["id"].tolist() == [7, 8, 9]


def test_parquet_without_pyarrow_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "", "table.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # what import finds where it is not installed
    with pytest.raises(ImbbenchError, match=r"pip install 'imbbench\[parquet\]'"):
        load(path=path, target="label")


def test_byte_order_mark_and_quoted_names(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeff"a, b",label\n1,0\n2,0\n3,1\n')
    assert list(load(path=path, target="label").X.columns) == ["a, b"]


def test_nothing_of_the_path_is_in_the_data(tmp_path: Path) -> None:
    one = load(path=write(tmp_path, GOOD, "one.csv"), target="label")
    two = load(path=write(tmp_path, GOOD, "two.csv.gz"), target="label")
    pd.testing.assert_frame_equal(one.X, two.X)
    assert one.source == two.source == ""
    assert one.X.attrs == {}


@pytest.mark.parametrize(
    "column",
    [
        "2024-05-17,,2024-05-18",
        "2024-05-17 12:30,2024-05-17 12:31,",
        "2024-05-17T00:00Z,2024-05-17T00:00+02:00,",
    ],
)
def test_dates_are_refused_as_dates(tmp_path: Path, column: str) -> None:
    rows = "".join(f"{day},{label}\n" for day, label in zip(column.split(","), (0, 0, 1), strict=True))
    data = load(path=write(tmp_path, f"day,label\n{rows}"), target="label")
    with pytest.raises(
        ImbbenchError, match=r"column 'day' holds times .* such as hours since a reference, or drop"
    ):
        check_data(data, "dataset 'csv'")


@pytest.mark.parametrize("column", ["2024-05-17,sunday,", "17.05.2024,,", "1-1,2-2,3-3"])
def test_other_text_stays_text(tmp_path: Path, column: str) -> None:
    rows = "".join(f"{day},{label}\n" for day, label in zip(column.split(","), (0, 0, 1), strict=True))
    data = load(path=write(tmp_path, f"day,label\n{rows}"), target="label")
    assert data.X["day"].fillna("").tolist() == column.split(",")


# which label is class 1


@pytest.mark.parametrize(
    ("labels", "positive", "expected"),
    [
        ([0, 0, 1], None, 1), ([0, 1], None, 1), ([False, False, True], None, True), ([True, False], None, True),
        ([0, 1, 1], None, 0), (["no", "no", "yes"], None, "yes"), ([1, 2, 2], None, 1),
        ([0, 1, 1], 1, 1), ([0, 0, 1], 0, 0), ([0.0, 0.0, 1.0], 1, 1.0), ([False, True, True], 1, True),
        (["a", "b"], "b", "b"), ([0, 0, 1], "1", 1), ([0, 0, 1], True, 1), ([1, 2], "2", 2), ([-1, 1], -1.0, -1),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:csv. target")
def test_class_one(tmp_path: Path, labels: list[object], positive: object, expected: object) -> None:
    frame_of(labels).to_csv(tmp_path / "table.csv", index=False)
    data = load(path=str(tmp_path / "table.csv"), target="label", positive=positive)  # type: ignore[arg-type]
    assert data.y.tolist() == [int(label == expected) for label in labels]


@given(st.sampled_from([(0, 1), (False, True), (0.0, 1.0), ("0", "1"), ("False", "True")]),
       st.sampled_from([1, 1.0, True, "1", "1.0", "true", "True"]))  # fmt: skip
def test_every_way_to_type_one_means_one(labels: tuple[object, object], typed: object) -> None:
    assert _class_one(dict.fromkeys(labels, 5), typed, "t") is labels[1]


def test_an_exact_label_wins_over_one_that_is_alike() -> None:
    assert _class_one({"1": 5, "01": 5}, "01", "t") == "01"
    with pytest.raises(ImbbenchError, match=r"no one label '1\.0'"):
        _class_one({"1": 5, "01": 5}, "1.0", "t")


def test_mapped_labels_are_said(tmp_path: Path) -> None:
    path = write(tmp_path, "a,churn\n1,no\n2,no\n3,yes\n")
    with pytest.warns(UserWarning, match="churn") as caught:
        load(path=path, target="churn")
    assert [str(w.message) for w in caught] == [
        "csv: target 'churn': class 1 is 'yes' (1 of 3 rows), class 0 is 'no'"
    ]
    assert str(tmp_path) not in str(caught[0].message)


@pytest.mark.parametrize(("labels", "positive"), [([0, 1, 1], None), ([0, 1, 1], 1), ([0, 0, 1], 0)])
def test_zero_one_labels_of_an_unusual_role_are_said(
    tmp_path: Path, labels: list[int], positive: int | None
) -> None:
    frame_of(labels).to_csv(tmp_path / "table.csv", index=False)
    with pytest.warns(UserWarning, match="class 1 is"):
        load(path=str(tmp_path / "table.csv"), target="label", positive=positive)


@pytest.mark.parametrize("labels", [[0, 0, 1], [0, 1], [0.0, 0.0, 1.0], [False, False, True]])
def test_plain_labels_say_nothing(tmp_path: Path, labels: list[object]) -> None:
    frame_of(labels).to_csv(tmp_path / "table.csv", index=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(path=str(tmp_path / "table.csv"), target="label")


def test_an_unnamed_column_is_said(tmp_path: Path) -> None:
    frame_of([0, 0, 1]).to_csv(tmp_path / "table.csv")  # saved with its index
    with pytest.warns(UserWarning, match="Unnamed: 0 has no name"):
        load(path=str(tmp_path / "table.csv"), target="label")


# what does not fit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("a,label\n", "header and no rows"),
        ("label\n0\n1\n", "no column beside the target"),
        ("a,Label\n1,0\n2,1\n", "no column 'label' .did you mean 'Label'"),
        ("a,b\n1,0\n2,1\n", "columns are 'a', 'b'"),
        ("a;label\n1;0\n2;1\n", "save it with commas"),
        ("a,label\n1,0\n2,0\n", "is 0 in all rows"),
        ("a,label\n1,0\n2,1\n3,2\n", r"has 3 distinct values \(0, 1, 2\)"),
        ("a,label\n1,0\n2,1\n3,\n4,\n", "missing in 2 of 4 rows"),
        ("a,label\n1,\n2,\n", "missing in 2 of 2 rows"),
        ("a,label\n1,x\n2,y\n", "say which is class 1 with positive"),
        ("a,label\n1,5,0\n2,5,1\n", "Expected 2 fields in line 2, saw 3"),  # row names, R's habit
        ("a,label\n1,0\n2,1,5,6\n", "cannot be read"),
        ("a,a,label\n1,1,0\n2,2,1\n", "names 'a' more than once"),
        ("a,label,label\n1,0,0\n2,1,1\n", "names 'label' more than once"),
    ],
)
def test_errors_name_the_file(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ImbbenchError, match=message) as error:
        load(path=path, target="label")
    assert path in str(error.value)


def test_many_columns_are_counted_not_listed(tmp_path: Path) -> None:
    path = write(tmp_path, ",".join(f"c{j}" for j in range(99)) + "\n" + ",".join("1" * 99) + "\n")
    with pytest.raises(ImbbenchError, match="it has 99 columns"):
        load(path=path, target="label")


def test_positive_must_be_a_label(tmp_path: Path) -> None:
    path = write(tmp_path, "a,label\n1,no\n2,yes\n3,no\n")
    with pytest.raises(ImbbenchError, match=r"'Yes'; labels are 'no' \(2 rows\) and 'yes' \(1 rows\)"):
        load(path=path, target="label", positive="Yes")


def test_a_missing_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ImbbenchError, match=r"no such file"):
        load(path=str(tmp_path / "absent.csv"), target="label")


def test_a_folder_and_an_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(ImbbenchError, match="is a folder"):
        load(path=str(tmp_path), target="label")
    with pytest.raises(ImbbenchError, match=r"'\.xlsx'; expected \.csv, \.csv\.gz, \.parquet"):
        load(path=write(tmp_path, GOOD, "table.xlsx"), target="label")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("latin.csv", "a,label\né,0\nü,1\n".encode("latin-1")),
        ("plain.csv.gz", GOOD.encode()),
        ("torn.csv.gz", gzip.compress(GOOD.encode() * 100, mtime=0)[:-20]),
        ("text.parquet", GOOD.encode()),
    ],
)
def test_what_is_not_such_a_file_cannot_be_read(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImbbenchError, match="cannot be read"):
        load(path=str(tmp_path / name), target="label")


PAYMENTS = """id,customer,day,paid,label
a,7,2024-05-17,10,0
b,7,2024-05-19,20.5,1
c,8,2024-05-18,0,0
"""


def test_columns_with_a_role(tmp_path: Path) -> None:
    path = write(tmp_path, PAYMENTS)
    data = load(path=path, target="label", groups="customer", time="day", amount="paid", drop=("id",))
    assert list(data.X.columns) == ["paid"], "an amount is a feature, groups and time are none"
    checked = check_data(data, "csv")
    assert checked.groups.tolist() == [7, 7, 8]  # type: ignore[union-attr]
    assert checked.amount.tolist() == [10, 20.5, 0]  # type: ignore[union-attr]
    times = pd.to_datetime(["2024-05-17", "2024-05-19", "2024-05-18"], utc=True)
    assert list(checked.time) == list(times)  # type: ignore[arg-type]
    plain = load(path=path, target="label", drop=("id", "day", "paid"), amount="paid", groups="id")
    assert list(plain.X.columns) == ["customer"]
    assert plain.amount.tolist() == [10, 20.5, 0]  # type: ignore[union-attr]
    assert plain.groups.tolist() == ["a", "b", "c"]  # type: ignore[union-attr]
    assert plain.time is None


def test_days_of_a_parquet_file_are_a_time(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    frame = pd.read_csv(write(tmp_path, PAYMENTS), parse_dates=["day"])
    for name, days in (("moments", frame["day"]), ("days", frame["day"].dt.date)):
        frame.assign(day=days).to_parquet(tmp_path / f"{name}.parquet")
        data = load(path=str(tmp_path / f"{name}.parquet"), target="label", time="day", drop=("id",))
        assert list(data.time) == frame["day"].tolist()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "given", "message"),
    [
        (
            PAYMENTS,
            {"groups": "costumer"},
            r"no column 'costumer' \(did you mean 'customer'\?\); columns are",
        ),
        (PAYMENTS, {"drop": ("id", "name")}, "no column 'name'"),
        (PAYMENTS, {"time": "label"}, "'label' is the target, and was named as another column too"),
        (PAYMENTS, {"drop": ("label",)}, "'label' is the target"),
        (PAYMENTS, {"groups": "customer", "drop": ("id", "day", "paid")}, "no column left beside the target"),
        (PAYMENTS, {"time": "id"}, "time 'id' holds values such as 'a'; expected numbers, or dates"),
        (
            "g,x,label\n1,1,0\n,2,0\n3,3,1\n",
            {"groups": "g"},
            "groups 'g' is missing in 1 of 3 rows; fill or drop",
        ),
        ("g,x,label\n1,1,0\n,2,0\n3,3,1\n", {"amount": "g"}, "amount 'g' is missing in 1 of 3 rows"),
    ],
)
def test_columns_that_have_no_role(tmp_path: Path, text: str, given: dict, message: str) -> None:
    with pytest.raises(ImbbenchError, match=f"table.csv.*{message}"):
        load(path=write(tmp_path, text), target="label", **given)


def test_roles_on_the_command_line(registry, tmp_path: Path) -> None:
    bound = registry.resolve("dataset", "csv[path=x.csv,target=y,groups=customer,drop=(id,day)]")
    assert (bound.params["groups"], bound.params["drop"]) == ("customer", ("id", "day"))
    assert bound.component.files(**bound.params) == [Path("x.csv")]
    with pytest.raises(ImbbenchError, match=r"drop=id does not fit; expected tuple\[str, \.\.\.\]"):
        registry.resolve("dataset", "csv[path=x.csv,target=y,drop=id]")
