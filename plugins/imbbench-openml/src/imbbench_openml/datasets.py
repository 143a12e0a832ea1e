"""Any binary data set of OpenML by its id, `openml[id=...]`, or by a task's, `openml-task[id=...]`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

from imbbench import Card, Data, Dataset, ImbbenchError

from imbbench_openml.labels import are_plain, class_one, count_labels, name
from imbbench_openml.server import arff_file, describe, description_file, kept_description
from imbbench_openml.table import Table, load_table

#: Their versions are part of a figure's key.
REQUIRES = ("liac-arff", "pandas")


def load(*, id: int, target: str | None = None, positive: str | int | float | bool | None = None) -> Data:
    """A data set of OpenML by its id, which is the number in the address of its page, openml.org/d/ID.

    Columns that OpenML says to ignore, the row id and columns without any value are no features; with
    another target, the default one is.

    Parameters
    ----------
    id : of the data set; each version has its own.
    target : the column of labels; None is the data set's default target.
    positive : the label that becomes class 1, as typed (1 stands for 1, 1.0, True and "1"); None is the
        rarer of two. Of more than two labels the others become class 0. Which label it was is warned of
        unless the labels are 0 and 1 with 1 rarer.

    Raises
    ------
    MissingData : it is not in the cache, and cannot be downloaded.
    ImbbenchError : there is no such data set or target, or its file or its labels do not fit.
    """
    return _data(load_table(id, target), positive)


def files(*, id: int, target: str | None = None, positive: object = None) -> list[Path]:  # noqa: ARG001
    """The description and the rows in the cache, where `load` has left them."""
    return [description_file("data", id), arff_file(id)]


def load_task(*, id: int, positive: str | int | float | bool | None = None) -> Data:
    """The data set and target of an OpenML task by its id, the number in openml.org/t/ID.

    The task's own folds are not taken over: choose a split.

    Parameters
    ----------
    id : of the task; of a type that has a target, such as supervised classification.
    positive : as in `openml`.

    Raises
    ------
    MissingData, ImbbenchError : as `openml`, and where there is no such task.
    """
    task = describe("task", id)
    source = _source(task)
    if source is None:
        kind = task.get("task_type", "unknown")
        raise ImbbenchError(
            f"OpenML task {id} is of type {kind!r} and names no target; choose a classification task"
        )
    return _data(load_table(*source), positive)


def task_files(*, id: int, positive: object = None) -> list[Path]:  # noqa: ARG001
    """The same, and the description of the task."""
    source = _source(kept_description("task", id) or {})
    return [description_file("task", id), *(files(id=source[0]) if source else ())]


def _source(task: dict[str, object]) -> tuple[int, str] | None:
    """(id of the data set, name of the target)."""
    inputs = task.get("input")
    for each in inputs if isinstance(inputs, list) else ():
        data = each.get("data_set") if each.get("name") == "source_data" else None
        if data and data.get("target_feature"):
            return int(data["data_set_id"]), str(data["target_feature"])
    return None


def _data(table: Table, positive: str | int | float | bool | None) -> Data:
    counts = count_labels(table.labels, table.where)
    one = class_one(counts, positive, table.where)
    if not are_plain(counts, one):
        others = [label for label in counts if label is not one]
        rest = f"{name(others[0])!r}" if len(others) == 1 else f"the other {len(others)} labels"
        share = f"{counts[one]:,} of {len(table.labels):,} rows"
        text = f"{table.where}: class 1 is {name(one)!r} ({share}), class 0 is {rest}"
        warnings.warn(text, UserWarning, stacklevel=2)
    return to_data(table, one)


def to_data(table: Table, one: object) -> Data:
    """Class 1 is that label, class 0 all others."""
    import numpy as np

    y = np.asarray(table.labels == one, dtype=np.int8)
    return Data(table.X, y, positive=name(one))


def _component(
    called: str, what: str, load: Callable[..., Data], files: Callable[..., list[Path]]
) -> Dataset:
    card = Card(
        what=f"Rows of {what}; class 1 is the rarer label of its target, or the one named as positive.",
        source="OpenML (https://www.openml.org), the id given",
        licence="that of the data set, which its page at OpenML states",
        citation="that of the data set; Vanschoren, van Rijn, Bischl and Torgo (2014), OpenML: Networked "
        "Science in Machine Learning, SIGKDD Explorations 15(2)",
    )
    return Dataset(called, load, card, files=files, requires=REQUIRES, in_all=False)


DATASETS = (
    _component("openml", "a data set of OpenML", load, files),
    _component("openml-task", "the data set of an OpenML task", load_task, task_files),
)
