from __future__ import annotations

import io
import re

import pytest

from imbbench import Card, Dataset, UsageError
from imbbench.components import KINDS
from imbbench.errors import NothingSelected
from imbbench.listing import show_cells, show_components, show_details, show_plugins
from imbbench.params import parameters
from imbbench.plan import Grid, plan
from imbbench.plugins import load_plugins


def printed(show, *arguments):
    stream = io.StringIO()
    show(*arguments, stream)
    return stream.getvalue()


def test_every_component_has_a_line_with_parameters_defaults_and_provider(registry):
    heading, *lines = printed(show_components, registry).splitlines()
    assert heading.split() == ["kind", "name", "parameters", "provider"]
    columns = [re.split(r"\s{2,}", line.strip()) for line in lines]
    expected = [(kind, name) for kind, known in registry.components.items() for name in known]
    assert [tuple(row[:2]) for row in columns] == expected
    assert {row[-1].split()[0] for row in columns} == {"imbbench"}
    moons = next(row for row in columns if row[1] == "moons")
    assert moons[2] == "n_samples=10000, noise=0.3, minority_fraction=0.05, random_state=0"
    assert moons[2].split(", ") == [
        str(value) for value in parameters(registry.components["dataset"]["moons"][0].load).values()
    ]


def test_details_of_a_dataset_hold_its_card(registry):
    text = printed(show_details, registry, ["moons"])
    assert text.startswith("dataset moons")
    for line in ("source +sklearn.datasets.make_moons", "licence +BSD-3-Clause", "citation +Pedregosa",
                 "rows +10,000", r"prevalence +5\.000%", "parameter +noise=0.3 .float.", "provider +imbbench "):  # fmt: skip
        assert re.search(f"^{line}", text, re.MULTILINE), line


def test_details_leave_the_sections_of_a_docstring_out(registry):
    text = printed(show_details, registry, ["temporal", "moons"])
    assert "Rows of one time" in text
    assert "---" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_details_say_what_every_builtin_is(registry, kind):
    for name in registry.components[kind]:
        assert re.search(r"^about +\w", printed(show_details, registry, [name]), re.MULTILINE), name


def test_details_of_a_model_say_whether_it_can_be_grouped(registry):
    assert re.search(r"--group +fits replicates together", printed(show_details, registry, ["torch-mlp"]))
    assert "--group" not in printed(show_details, registry, ["sklearn-lr"])


def test_details_of_several_and_of_none(registry):
    text = printed(show_details, registry, ["none", "recall"])
    assert "strategy none" in text
    assert "metric recall" in text
    with pytest.raises(
        UsageError, match=r"no component is named 'recal' .did you mean 'recall'.*imbbench list"
    ):
        printed(show_details, registry, ["recal"])


def test_names_are_text_not_markup(local_plugin):
    source = """
from imbbench import Strategy, hookimpl
def apply(train, seed, *, style: str = "[bold]x[/bold]"):
    "Keeps [red]brackets[/red]."
    return train
@hookimpl
def imbbench_strategies():
    return [Strategy("marked", apply)]
"""
    registry = load_plugins([local_plugin("marked_plugin", source)])
    assert "Keeps [red]brackets[/red]." in printed(show_details, registry, ["marked"])
    assert "style='[bold]x[/bold]'" in printed(show_components, registry)
    assert re.search(r"marked_plugin +- +- +strategy marked", printed(show_plugins, registry))


def test_plugins_say_what_they_provide_and_observers_that_they_observe(local_plugin):
    source = "from imbbench import hookimpl\n@hookimpl\ndef imbbench_run_done(results): pass"
    registry = load_plugins([local_plugin("watching_plugin", source)])
    heading, *lines = printed(show_plugins, registry).splitlines()
    assert heading.split() == ["plugin", "distribution", "version", "provides"]
    assert len(lines) == len(registry.providers)
    assert re.match(r"watching_plugin +- +- +observers only", lines[-1])
    assert "dataset creditcard, moons, circles, csv" in lines[0]


def test_a_pipe_gets_plain_unwrapped_lines_whatever_the_environment_says(registry, monkeypatch):
    expected = printed(show_components, registry)
    for name, value in {"FORCE_COLOR": "1", "TTY_COMPATIBLE": "1", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)
    assert printed(show_components, registry) == expected


def test_cells_are_a_line_each_and_piped_lines_are_never_wrapped(registry):
    long = f"sklearn-rf[n_estimators={'1' * 300}]"
    cells = plan(
        registry, [Grid(dataset=["moons"], split=["kfold[n_splits=3]"], strategy=["none"], model=[long])]
    )
    heading, *lines = printed(show_cells, cells).splitlines()
    assert heading.split() == ["dataset", "split", "fold", "scale", "strategy", "model", "random_state"]
    assert [line.split() for line in lines] == [
        ["moons", "kfold[n_splits=3]", str(fold), "standard", "none", long, "0"] for fold in range(3)
    ]


@pytest.fixture
def catalogue(registry):
    card = Card("rows", "made here", "none", "none", 200, 0.1)
    made = [Dataset(f"cat/{name}", lambda *, wide=False: None, card, in_all=False) for name in ("a", "b")]
    return registry.with_components(made)


def test_a_catalogue_is_one_line_until_it_is_asked_for(catalogue):
    lines = printed(show_components, catalogue).splitlines()
    (line,) = [line for line in lines if "cat/" in line]
    assert re.split(r"\s{2,}", line) == ["dataset", "cat/* (2)", "wide=false", "run()"]
    asked = printed(show_details, catalogue, ["cat/*[max_rows=200]"]).splitlines()
    assert [re.split(r"\s{2,}", line) for line in asked] == [
        ["kind", "name", "rows", "ratio", "parameters", "provider"],
        *(["dataset", f"cat/{name}", "200", "9.00", "wide=false", "run()"] for name in "ab"),
    ]
    with pytest.raises(UsageError, match=r"no component is named 'cat'; `imbbench list 'cat/\*'` shows"):
        printed(show_details, catalogue, ["cat"])


def test_a_glob_lists_every_kind_and_all_everything(registry):
    found = [line.split()[:2] for line in printed(show_details, registry, ["m*"]).splitlines()[1:]]
    assert found == [["dataset", "moons"], ["metric", "mcc"], ["report", "markdown"]]
    everything = printed(show_details, registry, ["all"]).splitlines()[1:]
    expected = [
        name for known in registry.components.values() for name, (each, _) in known.items() if each.in_all
    ]
    assert [line.split()[1] for line in everything] == expected
    with pytest.raises(NothingSelected, match=r"no component matches 'z\*'; see imbbench list"):
        printed(show_details, registry, ["z*"])


def test_what_a_plugin_provides_names_a_catalogue_once(tmp_path, monkeypatch):
    (tmp_path / "catalogue_plugin.py").write_text(
        "from imbbench import Card, Dataset, hookimpl\n"
        "@hookimpl\n"
        "def imbbench_datasets():\n"
        "    card = Card('w', 's', 'l', 'c', 10, 0.5)\n"
        "    return [Dataset(f'cat/{n}', lambda: None, card) for n in range(7)]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert "dataset cat/* (7)" in printed(show_plugins, load_plugins(["catalogue_plugin"]))


def test_a_kind_lists_its_components(registry):
    lines = printed(show_details, registry, ["split"]).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["kind", "name"], ["split", "holdout"], ["split", "kfold"], ["split", "balanced-holdout"],
        ["split", "temporal"], ["split", "predefined"],
    ]  # fmt: skip


def test_a_spec_stands_for_its_component(registry):
    whole = printed(show_details, registry, ["torch-mlp"])
    assert printed(show_details, registry, ["torch-mlp[epochs=3]"]) == whole


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("width", [60, 99, 100, 160])
def test_a_narrow_terminal_breaks_no_name_and_leaves_the_provider_out(registry, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "dumb")
    stream = Terminal()
    show_components(registry, stream)
    text = stream.getvalue()
    assert ("provider" in text) == (width >= 100)
    for known in registry.components.values():
        assert all(re.search(rf"\b{re.escape(name)}(?!\S)", text) for name in known)
    assert max(map(len, text.splitlines())) <= width
