"""The fixture `imbbench_check`, in runs of pytest on test files of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.util import find_spec

import pytest

import imbbench
import imbbench.pytest_plugin  # so that what runs inside this process imports nothing of its own
from imbbench import Model, Strategy, baseline_file
from imbbench.baseline import baseline_of
from imbbench.builtin import rich_report  # noqa: F401 - likewise
from imbbench.plugins import load_plugins

pytest_plugins = ["pytester"]

MOONS = "moons[n_samples=300]"
PLUGIN = ("-p", "imbbench.pytest_plugin")
#: What a test file defines: a model of the baseline, as it is and made worse.
HEAD = """
from imbbench import Model, Strategy

def logistic(context, *, C=1.0):
    from sklearn.linear_model import LogisticRegression
    return LogisticRegression(C=C)

def blind(context):
    from sklearn.dummy import DummyClassifier
    return DummyClassifier(strategy="stratified", random_state=0)
"""


def same(train, seed):
    return train


def logistic(context, *, C=1.0):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=C)


def sluggish(context):
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier()


@pytest.fixture(scope="module")
def text():
    """A baseline: two datasets, three strategies, three models. A KNN takes no weights: unsupported."""
    registry = load_plugins()
    handed = [Strategy("mine", same), Model("logistic", logistic), Model("knn", sluggish)]
    results = imbbench.run(
        f"{MOONS},circles[n_samples=300]",
        ["none", "class_weight", handed[0]],
        ["sklearn-lr", *handed[1:]],
        threshold=[0.3, 0.5],
        executor="serial",
    )
    registry = registry.with_components(handed)
    return baseline_file.to_text(baseline_of(results, registry, {"tolerance": {"fp": 1}}))


@pytest.fixture
def run(pytester, text, monkeypatch):
    """Run a test with this body: run(body, arguments of pytest...) -> what pytest did and said.

    It stands in a folder of its own, beside `baseline.json`.
    """
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    folder = pytester.mkdir("tests")
    (folder / "baseline.json").write_text(text)

    def run(body, *arguments, options=PLUGIN, head=HEAD):
        lines = body.strip().replace("\n", "\n    ")
        (folder / "test_it.py").write_text(f"{head}\ndef test_it(imbbench_check):\n    {lines}\n")
        quiet = ("-p", "no:cacheprovider", "-W", "error")
        return pytester.runpytest_inprocess("tests", *quiet, *options, *arguments, no_reraise_ctrlc=True)

    return run


def failure(done):
    """The text under the name of the failed test."""
    done.assert_outcomes(failed=1)
    text = done.stdout.str()
    return re.search(r"\n_+ test_it _+\n(.*?)\n=+ short test summary", text, re.DOTALL)[1]


LR = 'imbbench_check("baseline.json", model="sklearn-lr", strategy="none", executor="serial")'


def test_a_test_passes_and_is_told_what_was_found(run):
    body = f"""
found = {LR}
assert found.passed
assert [finding.verdict for finding in found.findings] == ["same", "same"]
assert {{finding.cells[0].dataset for finding in found.findings}} == {{"{MOONS}", "circles[n_samples=300]"}}
assert {{"tn", "roc_auc"}} <= {{change.metric for change in found.findings[0].changes}}
"""
    run(body).assert_outcomes(passed=1)


def test_a_loss_fails_the_test_and_its_text_says_what_and_what_to_do(run):
    body = f"""
imbbench_check("baseline.json", "{MOONS}", "none", ["sklearn-lr", Model("logistic", blind)], executor="serial")
"""
    text = failure(run(body))
    lines = text.splitlines()
    assert lines[0] == "2 cells: 1 worse, 1 same, held against tests/baseline.json"
    assert f"{MOONS} · holdout" in lines
    row = r"none +logistic +0\.3 +ROC AUC +0\.9\d+ +0\.\d+ +-0\.\d+ +0\.0050 +worse"
    assert len([line for line in lines if re.fullmatch(row, line)]) == 1
    assert not [line for line in lines if "sklearn-lr" in line]
    assert lines[-1] == "To accept it on purpose: imbbench baseline update tests/baseline.json --only NAME"
    assert "Traceback" not in text
    assert "pytest_plugin.py" not in text


@pytest.mark.parametrize("columns", [75, 100])
def test_the_tables_fit_the_terminal_and_have_no_colours(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("FORCE_COLOR", "1")
    body = f'imbbench_check("baseline.json", "{MOONS}", "none", Model("logistic", blind), executor="serial")'
    done = run(body)
    text = re.search(r"1 cell: 1 worse.*?\n\n\n", done.stdout.str(), re.DOTALL)[0]
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) in range(columns - 20, columns + 1)


def test_the_fixture_is_there_for_those_who_ask_for_it(run, pytester):
    assert not [entry for entry in entry_points(group="pytest11") if entry.dist.name == "imbbench"]
    done = run(LR, options=())
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines("*fixture 'imbbench_check' not found*")
    assert "imbbench" not in pytester.runpytest_inprocess("--fixtures").stdout.str()


@pytest.mark.parametrize("place", ["addopts", "conftest", "both"])
def test_it_can_be_asked_for_in_the_settings_and_in_a_conftest(run, pytester, place):
    if place != "conftest":
        pytester.makepyprojecttoml('[tool.pytest.ini_options]\naddopts = "-p imbbench.pytest_plugin"\n')
    if place != "addopts":
        pytester.makeconftest('import imbbench.pytest_plugin\npytest_plugins = ["imbbench.pytest_plugin"]\n')
    run(LR, options=()).assert_outcomes(passed=1)


def test_component_objects_stand_for_the_cells_of_their_name(run):
    body = """
objects = {"strategy": Strategy("mine", lambda train, seed: train), "model": Model("logistic", logistic)}
found = imbbench_check("baseline.json", **objects, executor="serial")
assert [finding.verdict for finding in found.findings] == ["same", "same"]
"""
    run(body).assert_outcomes(passed=1)
    text = failure(
        run('imbbench_check("baseline.json", strategy=Strategy("mine", lambda train, seed: train))')
    )
    assert re.match(r"imbbench: .*'mine'.* pass executor='serial'", text)


def test_tolerances_and_significance_are_those_of_the_call_then_of_the_baseline(run):
    check = f'imbbench_check("baseline.json", "{MOONS}", "none", Model("logistic", blind), executor="serial"'
    (row,) = re.findall(r"\n.* 0.3 +FP .* worse", failure(run(f"{check})")))
    assert row.split()[-2] == "1", "the baseline's own tolerance"
    wide = dict.fromkeys(("tn", "fp", "fn", "tp", "precision", "recall", "roc_auc", "average_precision"), 100)
    body = f"""
found = {check}, tolerance={wide}, significance=0.05)
assert found.rules.significance == 0.05
assert found.rules.tolerance["fp"].absolute == 100
"""
    run(body).assert_outcomes(passed=1)


def test_a_part_is_chosen_among_what_the_baseline_has(run):
    body = f"""
def cells(**given):
    found = imbbench_check("baseline.json", executor="serial", **given).findings
    return [(finding.cells[0].dataset, finding.cells[0].strategy, finding.cells[0].model) for finding in found]

one = ("{MOONS}", "none", "sklearn-lr")
assert cells(dataset="{MOONS}", strategy="n*", model="sklearn-*") == [one]
assert len(cells(dataset="all", split="holdout", strategy="none,class_weight", model=["sklearn-lr[C=inf]"])) == 4
some = {{"split": "holdout", "strategy": "none,class_weight", "model": ["sklearn-lr[C=inf]"]}}
for all_of_them in ("all[max_rows=10000]", "*[min_ratio=19]"):
    assert len(cells(dataset=all_of_them, **some)) == 4
assert len(imbbench_check("baseline.json", *one, executor="serial", threads=2).findings) == 1
"""
    run(body).assert_outcomes(passed=1)


def test_what_is_gone_is_missed_where_all_are_asked_for(run):
    text = failure(run(f'imbbench_check("baseline.json", "{MOONS}", "all", "sklearn-lr", executor="serial")'))
    assert text.startswith("3 cells: 1 missing, 2 same, held against")
    assert "no strategy named 'mine'; strategies are none, " in text


MISTAKES = {
    '"none.json"': r"no baseline 'tests/none\.json'; `imbbench baseline write tests/none\.json` and a selection",
    '"broken.json"': r"baseline tests/broken\.json is not valid JSON .*truncated",
    '"baseline.json", "moons"': r"the baseline has no dataset 'moons'; it has circles\[n_samples=300\], moons\[",
    '"baseline.json", model="torch-*"': r"the baseline has no model 'torch-\*'; it has ",
    '"baseline.json", model="sklearn-l"': r"no model named 'sklearn-l' \(did you mean 'sklearn-lr'\?\)",
    '"baseline.json", tolerance={"roc_acu": 1}': r"tolerance: no metric 'roc_acu' \(did you mean 'roc_auc'\?\)",
    '"baseline.json", tolerance={"tp": 0.5}': r"tolerance of tp is 0\.5; expected a whole number",
    '"baseline.json", significance=5': r"significance is 5; expected a level such as 0\.05",
    '"baseline.json", plugins=["nowhere"]': r"-p nowhere: importing nowhere raised .* are looked for in /",
    '"baseline.json", stratgy="none"': r"no argument 'stratgy' \(did you mean 'strategy'\?\)",
    '"baseline.json", threads=0': r"threads must be at least 1, not 0",
}


@pytest.mark.parametrize("given", MISTAKES)
def test_mistakes_are_failures_in_a_line(run, pytester, text, given):
    (pytester.path / "tests" / "broken.json").write_text(text[:1000])
    said = failure(run(f"imbbench_check({given})"))
    assert re.match(f"imbbench: .*{MISTAKES[given]}", said)
    assert len(said.splitlines()) == 1


def test_mistakes_are_told_before_anything_runs(run):
    body = """
ran = []
counting = Strategy("mine", lambda train, seed: ran.append(train) or train)
given = {"strategy": counting, "model": "sklearn-lr", "executor": "serial"}
with pytest.raises(pytest.fail.Exception, match="no metric 'roc_acu'"):
    imbbench_check("baseline.json", **given, tolerance={"roc_acu": 1})
assert not ran
imbbench_check("baseline.json", **given)
assert len(ran) == 2
"""
    run(body, head="import pytest" + HEAD).assert_outcomes(passed=1)


def test_a_check_that_compares_nothing_fails(run):
    check = (
        'imbbench_check("baseline.json", strategy="class_weight", model=Model("knn", {}), executor="serial")'
    )
    head = HEAD + "\ndef knn(context):\n    from sklearn.neighbors import KNeighborsClassifier\n"
    head += "    return KNeighborsClassifier()\n"
    text = failure(run(check.format("knn"), head=head))
    assert text.startswith("2 cells: 2 unsupported as before, held against")
    assert "unsupported" in text
    assert text.endswith("nothing was compared: no cell has figures both in the baseline and now")


def test_what_failed_is_not_offered_to_be_accepted(run):
    head = HEAD + "\ndef broken(context):\n    raise ValueError('no luck')\n"
    check = (
        'imbbench_check("baseline.json", strategy="none", model=Model("logistic", broken), executor="serial")'
    )
    text = failure(run(check, head=head))
    assert text.startswith("2 cells: 2 failed, held against")
    assert "no luck" in text
    assert "baseline update" not in text


def test_ctrl_c_ends_the_session(run):
    head = HEAD + "\ndef pressed(train, seed):\n    raise KeyboardInterrupt\n"
    check = 'imbbench_check("baseline.json", strategy=Strategy("mine", pressed), model="sklearn-lr", '
    done = run(check + 'executor="serial")', head=head)
    assert done.ret == pytest.ExitCode.INTERRUPTED
    assert "no tests ran" in done.stdout.str()


LOCAL = """
from imbbench import Strategy, hookimpl

@hookimpl
def imbbench_strategies():
    return [Strategy("local", lambda train, seed: train)]
"""


def test_modules_and_files_are_found_from_the_folder_of_the_settings_also_by_workers(
    tmp_path, imbbench_command
):
    """In a process of its own, that finds modules only where the command `pytest` does."""
    rows = "".join(f"{i % 7},{i % 4 // 3}\n" for i in range(80))
    (tmp_path / "rows.csv").write_text(f"a,y\n{rows}")
    (tmp_path / "local_one.py").write_text(LOCAL)
    (tmp_path / "tests").mkdir()
    selection = ("--data", "rows.csv", "--target", "y", "-s", "none,local", "-m", "sklearn-lr")
    done = imbbench_command(
        "baseline", "write", "tests/baseline.json", "-p", "local_one", *selection, "--executor", "serial"
    )
    assert done.returncode == 0, done.stderr
    (tmp_path / "tests" / "test_it.py").write_text("""
def test_from_here(imbbench_check):
    assert len(imbbench_check("baseline.json", jobs=1).findings) == 2

def test_without_its_plugin(imbbench_check):
    imbbench_check("baseline.json", executor="serial", plugins=())
""")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-P", "-m", "pytest", "-p", "no:randomly", "-W", "error", *PLUGIN]
    wide = {**os.environ, "COLUMNS": "300"}
    done = subprocess.run(
        command, cwd=tmp_path / "tests", env=wide, capture_output=True, text=True, check=False
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "2 cells: 1 missing, 1 same, held against tests/baseline.json\n" in done.stdout
    assert "no strategy named 'local'" in done.stdout


@pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not installed")
def test_it_works_in_workers_of_xdist(run):
    run(LR, "-p", "xdist.plugin", "-n", "1").assert_outcomes(passed=1)
    assert (
        failure(run('imbbench_check("none.json")', "-p", "xdist.plugin", "-n", "1")).count("no baseline") == 1
    )
