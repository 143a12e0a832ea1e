from __future__ import annotations

import pytest
from imbbench import ImbbenchError

from imbbench_openml.table import load_table
from openml_server import Server


def test_row_id_ignored_columns_and_target_are_no_features(server: Server) -> None:
    table = load_table(1)
    assert table.X.columns.tolist() == ["weight", "fragile"]
    assert table.X.dtypes.astype(str).tolist() == ["float64", "category"]
    assert table.labels.name == "damaged"
    assert table.labels.value_counts().to_dict() == {"0": 51, "1": 9}
    assert table.where == "OpenML data set 1 (parcels): target 'damaged'"


def test_with_another_target_the_default_one_is_a_feature(server: Server) -> None:
    table = load_table(1, "fragile")
    assert table.X.columns.tolist() == ["weight", "damaged"]
    assert load_table(1, "courier").labels.name == "courier"  # named by the user, it is not ignored


def test_gaps_text_and_quotes(server: Server) -> None:
    with pytest.warns(UserWarning, match="parcels-with-gaps.*no value at all in 'scan', which is left out"):
        table = load_table(5)
    assert table.X.columns.tolist() == ["weight", "sent from", "note"]
    assert table.X["weight"].isna().sum() == 9
    assert table.X["sent from"].cat.categories.tolist() == ["New York", "Rome", "L'Aquila"]
    assert table.X["sent from"].isna().sum() == 6
    assert set(table.X["note"]) == {"note 0", "note 1", "note 2"}
    assert table.labels.value_counts().to_dict() == {"ok": 48, "not ok": 12}


def test_a_sparse_file(server: Server) -> None:
    table = load_table(6)
    assert table.X.columns.tolist() == ["X1", "X2", "X3", "X4"]
    assert table.labels.value_counts().to_dict() == {"-1": 50, "1": 10}
    assert (table.X["X1"] == 0).any()
    assert not table.X.isna().any(axis=None)


def test_a_deactivated_data_set_is_warned_of(server: Server) -> None:
    with pytest.warns(UserWarning, match=f"2 .parcels., version 1, is deactivated.*see {server.address}/d/2"):
        load_table(2)


def test_a_registered_fault_is_warned_of(server: Server) -> None:
    with pytest.warns(UserWarning, match=r"has a registered warning: Class imbalance was not checked\."):
        load_table(10, "damaged")


def test_an_ignored_column_that_is_not_there_is_warned_of(server: Server) -> None:
    with pytest.warns(UserWarning, match="says to ignore 'colour', and there is no such column"):
        table = load_table(8, "damaged")
    assert table.X.columns.tolist() == ["weight", "fragile"]


@pytest.mark.filterwarnings("ignore:.*registered warning")
@pytest.mark.parametrize(
    ("number", "target", "message"),
    [
        (1, "damagd", "no column 'damagd' .did you mean 'damaged'.*: 'parcel', 'weight', 'fragile'"),
        (8, None, "has 2 default targets: fragile, damaged; choose one with target="),
        (10, None, "has no default target; name one with target=...: 'parcel'"),
        (9, None, r"in the format 'Parquet'; expected ARFF; .*csv\[path="),
        (7, None, "BadAttributeType in line 2, .*DATE"),
    ],
)
def test_what_does_not_fit_is_an_error(server: Server, number: int, target: str | None, message: str) -> None:
    with pytest.raises(ImbbenchError, match=message):
        load_table(number, target)
