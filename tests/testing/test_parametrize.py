"""The one line of an author's test module, in runs of pytest of their own."""

from __future__ import annotations

import re

import pytest
import torch  # noqa: F401 - so that what runs inside this process imports nothing of its own

from imbbench.testing import Nonconforming

pytest_plugins = ["pytester"]

PLUGIN = '''
from dataclasses import replace

from imbbench import Dataset, Card, Data, MissingData, Metric, Strategy, hookimpl

def undersample(train, seed, *, ratio: float = 1.0):
    """Some rows of class 0."""
    import numpy as np
    rows = np.random.default_rng(seed).permutation(len(train.y))[:-5]
    weight = None if train.sample_weight is None else train.sample_weight[rows]
    return replace(train, X=train.X[rows], y=train.y[rows], sample_weight=weight)

def forgetful(train, seed):
    """The same rows without their weights."""
    return type(train)(train.X, train.y)

def raises(train, seed):
    return 1 / 0

def absent(*, path: str):
    """Nobody has them."""
    raise MissingData(f"{path} is not there; get it")

@hookimpl
def imbbench_strategies():
    return [Strategy("under", undersample), Strategy("forgetful", forgetful)]
'''


@pytest.fixture
def run(pytester, monkeypatch):
    """Run a test file with this line, beside a plugin `mine` with this source."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.syspath_prepend(pytester.path)

    def run(call="parametrize_components('mine')", *arguments, source=PLUGIN):
        pytester.makepyfile(mine=source)
        pytester.makepyfile(
            test_it=f"from imbbench.testing import parametrize_components\n\ntest_plugin = {call}\n"
        )
        quiet = ("-p", "no:cacheprovider", "-W", "error", "-rA")
        return pytester.runpytest_inprocess("test_it.py", *quiet, *arguments)

    return run


def ids(done):
    return [line.split(" ", 1)[1].partition(" - ")[0] for line in done.outlines if line.startswith("PASSED ")]


def text(done):
    return done.stdout.str()


def test_one_line_is_a_test_for_each_component_and_check(run):
    done = run(source=PLUGIN.replace(', Strategy("forgetful", forgetful)', ""))
    done.assert_outcomes(passed=16)
    assert ids(done)[0] == "test_it.py::test_plugin[plugin mine-importing_it_is_light]"
    assert "test_it.py::test_plugin[strategy under-same_seed_same_rows]" in ids(done)


def test_a_failure_says_what_was_expected_found_and_where_it_is_explained(run):
    done = run()
    done.assert_outcomes(passed=30, failed=1)
    assert (
        "\nstrategy 'forgetful' of plugin 'mine' fails weights_are_carried_on\n"
        "expected: class_weight is carried on; use replace()\n"
        "found:    {0: 1.0, 1: 3.0} became None\n"
        'guide:    plugins/README.md, section "Strategies"\n'
    ) in text(done)
    assert not re.search("Traceback|traceback|strategies.py|parametrize.py", text(done))


def test_what_a_component_raises_is_shown_with_its_line(run):
    source = PLUGIN.replace('Strategy("forgetful", forgetful)', 'Strategy("raises", raises)')
    done = run("parametrize_components('mine')", "-k", "raises and (same_seed or valid)", source=source)
    done.assert_outcomes(failed=2, deselected=29)
    assert "found:    ZeroDivisionError: division by zero" in text(done)
    assert text(done).count("mine.py:17: ZeroDivisionError") == 1
    assert "registry.py" not in text(done)
    again = "strategy 'raises' of plugin 'mine' fails same_seed_same_rows, as it does training_set_is_valid"
    assert f"{again}\nfound:    ZeroDivisionError: division by zero" in text(done)


def test_specs_stand_in_the_place_of_defaults(run):
    call = "parametrize_components('mine', specs=['under[ratio=0.5]', 'under[ratio=2]'])"
    done = run(call, "-k", "valid")
    done.assert_outcomes(passed=3, deselected=43)
    names = [name.partition("[strategy ")[2] for name in ids(done)]
    assert names == [
        f"{spec}-training_set_is_valid]" for spec in ("under[ratio=0.5]", "under[ratio=2.0]", "forgetful")
    ]


def test_checks_that_are_expected_to_fail_must_fail(run):
    reason = "'weights_are_carried_on': 'it makes new rows', 'same_seed_same_rows': 'none'"
    done = run(
        f"parametrize_components('mine', expected_failed_checks={{'forgetful': {{{reason}}}}})", "-W", "error"
    )
    done.assert_outcomes(passed=29, xfailed=1, failed=1)
    assert "it makes new rows" in text(done)
    assert "[XPASS(strict)] none" in text(done)


def test_what_is_not_installed_is_skipped_with_the_reason(run):
    source = PLUGIN.replace(
        '("forgetful", forgetful)', '("forgetful", forgetful, requires=("no-such-thing",))'
    )
    done = run("parametrize_components('mine')", "-k", "forgetful", source=source)
    done.assert_outcomes(passed=3, skipped=12, deselected=16)
    assert "strategy 'forgetful' of plugin 'mine' needs no-such-thing, not installed" in text(done)


MISSING = (
    PLUGIN
    + """
@hookimpl
def imbbench_datasets():
    return [Dataset("absent", absent, Card("Rows.", "here", "none", "none"), in_all=False)]
"""
)


def test_a_dataset_whose_rows_are_not_there_is_skipped_with_the_reason(run):
    done = run("parametrize_components('mine', specs=['absent[path=x.csv]'])", "-k", "absent", source=MISSING)
    done.assert_outcomes(passed=4, skipped=6, deselected=31)
    assert "x.csv is not there; get it" in text(done)


@pytest.mark.parametrize(
    ("call", "source", "why"),
    [
        ("('mien')", PLUGIN, "parametrize_components('mien'): importing mien raised ModuleNotFoundError"),
        ("('imbbench-mine')", PLUGIN, "did you mean the module imbbench_mine?"),
        ("('mine')", PLUGIN + "1 / 0\n", "importing mine raised ZeroDivisionError: division by zero"),
        ("('mine')", PLUGIN.replace("_strategies", "_strategy"), "did you mean 'imbbench_strategies'"),
        ("('mine')", PLUGIN.replace('("under"', '("undersample"'), "provided by"),
        ("('mine', specs=['undr[ratio=1]'])", PLUGIN, "no component 'undr' (did you mean 'under'?)"),
        ("('mine', specs=['under[ratoi=1]'])", PLUGIN, "no parameter 'ratoi' (did you mean 'ratio'?)"),
        ("('mine')", MISSING, "dataset 'absent' needs 'path'; write absent[path=...]; say so in specs"),
        ("('mine', expected_failed_checks={'undre': {}})", PLUGIN, "no component 'undre' (did you mean 'under'?)"),
        (
            "('mine', expected_failed_checks={'under': {'same_rows': ''}})",
            PLUGIN,
            "strategy has no check 'same_rows' (did you mean 'same_seed_same_rows'?); checks are has_a_",
        ),
    ],
)  # fmt: skip
def test_what_is_not_there_is_an_error_of_collection_in_a_line(run, call, source, why):
    done = run(f"parametrize_components{call}", source=source)
    done.assert_outcomes(errors=1)
    assert why in " ".join(text(done).split())
    assert "Traceback" not in text(done)
    assert "parametrize.py" not in text(done)


def test_collecting_imports_no_numeric_library(run, pytester):
    pytester.makepyfile(mine=PLUGIN)
    script = (
        "import sys\nfrom imbbench.testing import parametrize_components\nparametrize_components('mine')\n"
    )
    pytester.makepyfile(
        collect=script + "print(*{'numpy', 'pandas', 'scipy', 'sklearn', 'torch'} & {*sys.modules})"
    )
    done = pytester.runpython(pytester.path / "collect.py")
    assert done.outlines == [""]


def test_an_error_can_be_read_without_pytest():
    error = Nonconforming("a", "b", who="model 'm'", check="c", section="Models")
    assert str(error).splitlines() == [
        "model 'm' fails c", "expected: a", "found:    b", 'guide:    plugins/README.md, section "Models"',
    ]  # fmt: skip
