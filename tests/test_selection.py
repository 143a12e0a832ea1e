"""Which cells are meant, by options, by a file, or by both."""

from __future__ import annotations

import os

import pytest

from imbbench.errors import UsageError
from imbbench.plan import plan
from imbbench.selection import listed, selected
from imbbench.spec import Text

#: What click gives where nothing was said.
NOTHING = {
    "everything": False, "dataset": (), "strategy": (), "model": (), "split": (), "scale": (), "data": None,
    "target": None, "positive": None, "random_state": None, "seeds": None, "device": None, "threads": None, "group": False,
    "groups": None, "drop_duplicates": False,
    "store": None, "offline": False, "metrics": (), "threshold": (), "strict": False, "jobs": None,
}  # fmt: skip
FILE = """
threshold = [0.3]
device = "cpu"
random_state = 4

[[grid]]
dataset = "moons"
strategy = "none"
model = "sklearn-lr"

[[grid]]
dataset = "circles"
strategy = "none"
model = "sklearn-lr"
random_state = 5
"""


@pytest.fixture(autouse=True)
def online(monkeypatch):
    monkeypatch.setenv("IMBBENCH_OFFLINE", "")
    monkeypatch.delenv("IMBBENCH_OFFLINE")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "bench.toml"
    path.write_text(FILE)
    return path


def say(file=None, plugin=(), **given):
    return selected(file, plugin, NOTHING | given)


def cells(*said, **given):
    grids, _, registry = say(*said, **given)
    return plan(registry, grids)


def test_an_axis_that_is_not_named_means_all():
    found = cells(dataset=("moons",), model=("sklearn-lr", "torch-linear"))
    assert {cell.dataset for cell in found} == {"moons"}
    assert {cell.model for cell in found} == {"sklearn-lr", "torch-linear"}
    assert {cell.strategy for cell in found} == {"none", "class_weight", "pos_weight", "undersample"}
    assert {cell.split for cell in found} == {"holdout"}
    assert {cell.scale for cell in found} == {"standard"}
    everything = cells(everything=True)
    assert set(found) < set(everything)


def test_lists_globs_and_repeated_options():
    found = cells(
        dataset=("moons,circles",), strategy=("none", "*weight"), model=("sklearn-*",), scale=("none,minmax",)
    )
    assert len(found) == 2 * 3 * 2 * 2
    assert {cell.scale for cell in found} == {"none", "minmax"}


@pytest.mark.parametrize(("given", "expected"), [(None, 0), (0, 0), (7, 7)])
def test_a_random_state(given, expected):
    assert {cell.random_state for cell in cells(dataset=("moons",), random_state=given)} == {expected}


def test_seeds(tmp_path):
    assert {cell.seed for cell in cells(dataset=("moons",), seeds=3)} == {0, 1, 2}
    file = tmp_path / "bench.toml"
    file.write_text("seeds = 4\nrandom_state = 5\n[[grid]]\ndataset = 'moons'\nmodel = 'sklearn-lr'\n")
    for given, expected in ({}, (5, 4)), ({"seeds": 2}, (5, 2)), ({"random_state": 0}, (0, 4)):
        ((grid,), *_) = say(file, **given)
        assert (grid.random_state, grid.seeds) == expected


def test_nothing_is_not_everything():
    with pytest.raises(UsageError, match="nothing is selected; --all"):
        say()
    with pytest.raises(UsageError, match="nothing is selected"):
        say(random_state=3, device="cpu")


def test_own_data_are_a_dataset(tmp_path):
    path = tmp_path / "mine.csv"
    found = cells(data=path, target="churn", positive="1", strategy=("none",), model=("sklearn-lr",))
    assert [cell.dataset for cell in found] == [f"csv[path={path},target=churn,positive=1]"]
    grids, *_ = say(data=path, target="churn", positive="1", dataset=("moons",))
    moons, mine = grids[0].dataset
    assert (moons, mine.name) == ("moons", "csv")
    assert isinstance(mine.params["positive"], Text), "a label is text, not a number"
    found = cells(data=path, target="churn", groups="7", strategy=("none",), model=("sklearn-lr",))
    assert {cell.dataset for cell in found} == {f"csv[path={path},target=churn,groups='7']"}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"data": "a.csv"}, "--target"),
        ({"target": "y"}, "--data"),
        ({"positive": "1"}, "--data"),
        ({"groups": "customer"}, "--data"),
    ],
)
def test_half_of_own_data_is_told(given, missing):
    with pytest.raises(UsageError, match=missing):
        say(**given)


def test_a_file_says_it_all(file):
    grids, said, _ = say(file)
    assert [(grid.dataset, grid.random_state) for grid in grids] == [(["moons"], 4), (["circles"], 5)]
    assert said == {"threshold": [0.3], "device": "cpu"}


def test_what_is_said_on_the_command_line_wins_over_the_file(file):
    grids, said, _ = say(file, threshold=("0.5",), random_state=0, jobs="2")
    assert {grid.random_state for grid in grids} == {0}, "0 was said, though it equals False"
    assert said == {"threshold": ("0.5",), "device": "cpu", "random_state": 0, "jobs": "2"}


@pytest.mark.parametrize(
    "given",
    [{"dataset": ("moons",)}, {"scale": ("none",)}, {"everything": True}, {"data": "a.csv", "target": "y"}],
)
def test_a_file_and_a_selection_contradict(file, given):
    with pytest.raises(UsageError, match="leave one of them out"):
        say(file, **given)


def test_only_what_was_said_is_told():
    assert say(everything=True)[1] == {"everything": True}
    _, said, _ = say(everything=True, threads=0, strict=True, metrics=("tp",))
    assert said == {"everything": True, "threads": 0, "strict": True, "metrics": ("tp",)}


@pytest.mark.parametrize("where", ["command", "file"])
def test_offline_holds_for_the_whole_process(file, where):
    if where == "file":
        file.write_text("offline = true\n" + FILE)
        say(file)
    else:
        say(everything=True, offline=True)
    assert os.environ["IMBBENCH_OFFLINE"] == "1"


def test_without_it_downloads_are_allowed():
    say(everything=True)
    assert "IMBBENCH_OFFLINE" not in os.environ


PLUGIN = """
from imbbench import Strategy, hookimpl

@hookimpl
def imbbench_strategies():
    return [Strategy("{name}", lambda train, seed: train)]
"""


def test_plugins_of_the_file_and_of_the_command_line(file, local_plugin):
    for name in ("one", "two"):
        local_plugin(f"plugin_{name}", PLUGIN.format(name=name))
    file.write_text('plugin = "plugin_one"\n' + FILE)
    _, _, registry = say(file, ("plugin_two",))
    assert registry.local == ("plugin_one", "plugin_two")
    assert {"one", "two"} <= set(registry.components["strategy"])


def test_a_list_of_one():
    assert (listed("ab"), listed(["a"]), listed(("a", 1)), listed(1)) == (["ab"], ["a"], ["a", 1], [1])
