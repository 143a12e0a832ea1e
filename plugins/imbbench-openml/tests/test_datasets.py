from __future__ import annotations

import pytest
from imbbench import Data, ImbbenchError

from imbbench_openml.datasets import files, load, load_task, task_files
from openml_server import Server


def share(data: Data) -> tuple[int, int]:
    return int((data.y == 1).sum()), len(data.y)


def test_labels_0_and_1_are_taken_as_they_are(server: Server) -> None:
    data = load(id=1)
    assert share(data) == (9, 60)
    assert data.positive == "1"


def test_it_is_said_which_label_became_class_1(server: Server) -> None:
    said = r"target 'state': class 1 is 'not ok' \(12 of 60 rows\), class 0 is 'ok'"
    with pytest.warns(UserWarning, match="no value at all"), pytest.warns(UserWarning, match=said):
        data = load(id=5)
    assert share(data) == (12, 60)
    assert data.positive == "not ok"


def test_of_more_than_two_labels_one_must_be_named(server: Server) -> None:
    with pytest.raises(ImbbenchError, match=r"target 'damage' has 3 labels: 'none' \(40 rows\), 'some' .15"):
        load(id=4)
    with pytest.warns(
        UserWarning, match=r"class 1 is 'much' \(5 of 60 rows\), class 0 is the other 2 labels"
    ):
        data = load(id=4, positive="much")
    assert share(data) == (5, 60)


def test_labels_equally_frequent_need_a_name(server: Server) -> None:
    with pytest.raises(ImbbenchError, match=r"'n' \(30 rows\), 'y' \(30 rows\).*positive="):
        load(id=11)
    with pytest.warns(UserWarning, match="class 1 is 'y'"):
        assert share(load(id=11, positive="y")) == (30, 60)


def test_the_common_label_can_be_class_1(server: Server) -> None:
    with pytest.warns(UserWarning, match=r"class 1 is '0' \(51 of 60 rows\), class 0 is '1'"):
        assert share(load(id=1, positive=0)) == (51, 60)


def test_a_task_is_its_data_set_and_target(server: Server) -> None:
    by_task, by_id = load_task(id=1), load(id=1)
    assert (by_task.y == by_id.y).all()
    assert by_task.X.equals(by_id.X)
    with pytest.warns(UserWarning, match="target 'fragile': class 1 is"):
        load_task(id=3)


def test_a_task_without_a_target_is_refused(server: Server) -> None:
    with pytest.raises(
        ImbbenchError, match="task 2 is of type 'Clustering' and names no target; choose a classification"
    ):
        load_task(id=2)


def test_the_files_are_those_in_the_cache(server: Server) -> None:
    assert not any(file.exists() for file in [*files(id=1), *task_files(id=1)])
    assert server.requests == []
    load_task(id=1)
    assert [file.name for file in task_files(id=1)] == ["1.json", "1.json", "1.arff"]
    assert task_files(id=1)[1:] == files(id=1)
    assert all(file.is_file() for file in task_files(id=1))
