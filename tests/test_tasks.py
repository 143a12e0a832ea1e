from __future__ import annotations

import pytest

from imbbench.plan import Grid, plan
from imbbench.tasks import grouped, single


@pytest.fixture
def cells(registry):
    grid = Grid(
        ("moons", "circles"), ("kfold[n_splits=3]",), strategy=("none", "pos_weight"),
        model=("sklearn-lr", "torch-linear", "torch-linear[lr=0.1]"),
    )  # fmt: skip
    return plan(registry, [grid])


def test_single_tasks_are_the_cells(cells):
    assert single(cells) == [(cell,) for cell in cells]


def test_a_group_shares_dataset_scale_and_model_with_its_parameters(registry, cells):
    tasks = grouped(cells, registry, jobs=1)
    groups = [task for task in tasks if len(task) > 1]
    assert len(groups) == 2 * 2
    for task in groups:
        assert len(task) == 3 * 2
        assert len({(cell.dataset, cell.scale, cell.model) for cell in task}) == 1
        assert task[0].model.startswith("torch-")
    assert sorted(map(str, cells)) == sorted(str(cell) for task in tasks for cell in task)
    assert [task[0] for task in tasks] == sorted((task[0] for task in tasks), key=cells.index)


@pytest.mark.parametrize("jobs", [17, 25, 36, 1000])
def test_at_least_as_many_tasks_as_jobs(registry, cells, jobs):
    tasks = grouped(cells, registry, jobs)
    assert len(tasks) == min(jobs, len(cells))
    assert sorted(map(str, cells)) == sorted(str(cell) for task in tasks for cell in task)
