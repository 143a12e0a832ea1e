"""Each check of the conformance kit catches a component that is wrong in its point."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from imbbench.components import KINDS
from imbbench.plugins import load_plugins
from imbbench.testing import checks
from imbbench.testing.examine import NotHere, examine
from imbbench.testing.table import CHECKS, COMMON, of_kind
from imbbench.testing.verdict import GUIDE

ROOT = Path(__file__).resolve().parents[2]
MODULES = [f"tests.testing.wrong_{name}" for name in ("datasets", "strategies", "models", "metrics")]
HOOKS = {kind: f"imbbench_{'strategies' if kind == 'strategy' else kind + 's'}" for kind in KINDS}
#: (kind, name) of every wrong component; the name says which check must catch it.
WRONG = [
    (kind, component.name)
    for module in map(import_module, MODULES)
    for kind, hook in HOOKS.items()
    for component in getattr(module, hook, list)()
]
#: What has no default.
GIVEN = {"parameters_are_typed/default": "parameters_are_typed/default[ratio=0.5]"}


@pytest.fixture(scope="module")
def known():
    return load_plugins(MODULES)


def check_named(kind, name):
    return next(check for check in of_kind(kind) if check.name == name)


def everything(kind):
    return [check for check in of_kind(kind) if kind == "strategy" or check not in COMMON]


@pytest.mark.parametrize(("kind", "name"), WRONG, ids=lambda value: value)
def test_a_wrong_component_is_caught_and_told_what_is_wrong(known, kind, name, monkeypatch):
    monkeypatch.syspath_prepend(ROOT)  # where another process finds the wrong datasets
    check = check_named(kind, name.partition("/")[0])
    bound = known.resolve(kind, GIVEN.get(name, name))
    assert check.applies(bound)
    failure = examine(check, bound)
    if isinstance(failure, NotHere):
        pytest.skip(str(failure))
    text = str(failure)
    assert text.startswith(f"{bound.who} fails {check.name}\nexpected: ")
    expected, found = re.search("expected: (.*)\nfound:    (.*)\nguide: ", text, re.DOTALL).groups()
    assert len(expected) > 10
    assert found
    assert text.endswith(f'guide:    {GUIDE}, section "{check.section}"')


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        ("dataset", "card_is_complete", "found:    no text in licence\n"),
        ("dataset", "card_is_complete/prevalence", "found:    rows without prevalence\n"),
        ("strategy", "weights_are_carried_on/dropped", "as of X: train.sample_weight[rows]\n"),
        (
            "strategy",
            "training_set_is_valid/in-place",
            "read-only; copy first: X = train.X.copy(), and return replace(train, X=X)\n",
        ),
        ("strategy", "test_part_stays_sealed", "it reached for what imbbench holds of the data"),
        ("strategy", "test_part_stays_sealed/memory", "it called gc.get_objects"),
        ("model", "scores_are_valid/in-place", "read-only; copy first\n"),
        ("model", "scores_are_valid/fit", "'y'; expected fit(train): X is train.X, y is train.y\n"),
        ("model", "heavier_sample_weight_is_felt/zero", "on class 0 lowers the mean probability of 1; or"),
        ("metric", "order_of_rows_does_not_matter/ties", "with rounded scores\n"),
    ],
)
def test_the_message_says_what_to_do(known, kind, name, text):
    check = check_named(kind, name.partition("/")[0])
    assert text in str(examine(check, known.resolve(kind, name)))


def test_every_check_has_a_wrong_component():
    caught = {(kind, name.partition("/")[0]) for kind, name in WRONG}
    assert caught == {(kind, check.name) for kind in KINDS for check in everything(kind)}


def test_every_section_is_a_heading_of_the_guide():
    headings = re.findall(r"^#+ (.*)$", (ROOT / GUIDE).read_text(), re.MULTILINE)
    assert {check.section for kind in CHECKS for check in of_kind(kind)} <= set(headings)


def test_checks_are_listed_with_what_they_ask_for():
    listed = checks()
    assert list(listed) == ["plugin", *KINDS]
    for kind, found in listed.items():
        assert [name for name, _ in found] == [check.name for check in of_kind(kind)]
        assert len(set(found)) == len(found)
        assert all(about.endswith(".") and len(about) > 20 for _, about in found)
    assert ("same_seed_same_rows", CHECKS["strategy"][1].about) in listed["strategy"]


HOOK = '''
from imbbench import Metric, hookimpl

@hookimpl
def imbbench_metrics():
    """None."""
    return []
'''


def test_a_plugin_that_imports_numpy_is_told_the_line(local_plugin):
    name = local_plugin("hasty", "import json\nimport numpy as np\n" + HOOK)
    failure = examine(check_named("plugin", "importing_it_is_light"), name)
    assert "numpy, imported by" in failure.found
    assert "hasty.py, line 2" in failure.found
    assert failure.section == "Imports"


def test_a_library_that_brings_numpy_along_is_named(local_plugin):
    local_plugin("helper", "def all_of_it():\n    import numpy\n\nall_of_it()\n")
    failure = examine(
        check_named("plugin", "importing_it_is_light"), local_plugin("modest", "import helper\n" + HOOK)
    )
    assert "helper.py, line 2" in failure.found


def test_a_hook_that_imports_is_told_the_line(local_plugin):
    source = HOOK.replace("    return []", "    import pandas\n    import scipy.stats\n    return []")
    failure = examine(check_named("plugin", "importing_it_is_light"), local_plugin("asked", source))
    assert re.search("pandas, imported by [^;]*asked.py, line 7;", failure.found)
    assert re.search("scipy, imported by [^;]*asked.py, line 8", failure.found)


def test_looking_for_a_library_and_printing_is_no_import(local_plugin):
    source = "from importlib.util import find_spec\nprint(find_spec('torch'), find_spec('numpy'))\n" + HOOK
    light = check_named("plugin", "importing_it_is_light")
    assert examine(light, local_plugin("looks", source)) is None
    failure = examine(light, local_plugin("looks_first", source + "import numpy\n"))
    assert re.fullmatch("numpy, imported by .*looks_first.py, line 10", failure.found)


def test_a_plugin_that_cannot_be_imported_elsewhere_is_told_why(local_plugin):
    failure = examine(check_named("plugin", "importing_it_is_light"), local_plugin("broken", "1 / 0\n"))
    assert failure.found == "ZeroDivisionError: division by zero"
