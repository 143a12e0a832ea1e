"""A run from the words of the command line to its rows, messages and exit code."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from imbbench.cli import main
from imbbench.execute import INTERRUPTED, STOPPED
from imbbench.result import STATUSES, Cell, Result
from imbbench.results import Results
from imbbench.run_command import exit_code

pytestmark = pytest.mark.usefixtures("elsewhere")

MOONS = "moons[n_samples=200]"
SMALL = ("-d", MOONS, "-s", "none", "-m", "sklearn-lr")
#: Components that break their contract, each in its own way, and one that is fine.
WORLD = """
import sys
from dataclasses import replace
from imbbench import Card, Dataset, Model, Strategy, hookimpl

class Scores:
    def __init__(self, value):
        self.value = value
    def fit(self, train):
        return self
    def decision_function(self, X):
        import numpy as np
        return np.full(len(X), self.value)

class FailsToFit(Scores):
    def fit(self, train):
        raise ArithmeticError("went\\nwrong")

def knn(context):
    from sklearn.neighbors import KNeighborsClassifier
    return KNeighborsClassifier()

def one_class(train, seed):
    rows = train.y == 0
    return replace(train, X=train.X[rows], y=train.y[rows])

@hookimpl
def imbbench_models():
    return [
        Model("flat", lambda context: Scores(0.0)),
        Model("not-a-number", lambda context: Scores(float("nan"))),
        Model("fails-to-fit", lambda context: FailsToFit(0.0)),
        Model("leaves", lambda context: sys.exit("goodbye")),
        Model("wrong-type", lambda context: 3),
        Model("knn", knn),
        Model("needy", lambda context: None, requires=("no-such-dist",)),
    ]

@hookimpl
def imbbench_strategies():
    return [
        Strategy("one-class", one_class),
        Strategy("wrong-type", lambda train, seed: train.X),
    ]

@hookimpl
def imbbench_datasets():
    def load():
        raise LookupError("no rows here")
    return [Dataset("broken", load, Card("", "", "", ""))]
"""


@pytest.fixture
def world(local_plugin):
    return local_plugin("broken_world", WORLD)


def invoke(*arguments, executor="serial"):
    """The result of the command line in this process; a traceback is a failure of the test."""
    environment = {"IMBBENCH_OFFLINE": "1"}
    if "--executor" not in arguments:
        arguments = (*arguments, "--executor", executor)
    result = CliRunner().invoke(main, ["run", *arguments], prog_name="imbbench", env=environment)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rows(*arguments, executor="serial"):
    """(the cells of the JSON report, the exit code)."""
    result = invoke(*arguments, "--format", "json", executor=executor)
    return json.loads(result.stdout)["cells"], result.exit_code


def statuses(cells):
    return [cell["status"] for cell in cells]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing is selected; --all runs everything, -d, -s and -m choose"),
        (["-d", "mons"], "no dataset named 'mons' (did you mean 'moons'?)"),
        (["-d", MOONS, "-s", "undersmple"], "did you mean 'undersample'?"),
        (["-d", "none"], "'none' is a strategy; datasets are creditcard, moons"),
        (["-m", "sklearn-lr[CC=1]"], "model 'sklearn-lr' has no parameter 'CC' (did you mean 'C'?); it takes C, solver"),
        (["-m", "sklearn-lr[C=1,C=2]"], "'C' is given twice"),
        (["-d", "moons[n_samples=many]"], "dataset 'moons': n_samples=many does not fit; expected int"),
        (["-d", "moons[n_samples=200"], "the bracket is not closed"),
        (["-d", MOONS, "--split", "kfolds"], "did you mean 'kfold'?"),
        (["-d", MOONS, "--scale", "standrad"], "no scale is named 'standrad' (did you mean 'standard'?)"),
        (["-d", MOONS, "--metrics", "recal"], "no metric named 'recal' (did you mean 'recall'?)"),
        (["-d", MOONS, "--format", "jsn"], "no report named 'jsn' (did you mean 'json'?)"),
        (["-d", MOONS, "--executor", "seral"], "no executor named 'seral' (did you mean 'serial'?)"),
        (["-d", MOONS, "--device", "cuda:99"], "no device 'cuda:99' here; there is "),
        (["-d", MOONS, "--device", "gpu"], "no device 'gpu' here; there is "),
        (["-d", MOONS, "--threshold", "1.5"], "threshold 1.5 is not strictly between 0 and 1"),
        (["-d", MOONS, "--threshold", "nan"], "threshold nan is not strictly"),
        (["-d", MOONS, "--threshold", "half"], "threshold 'half': expected a probability"),
        (["-d", MOONS, "--threshold", ","], "no threshold is given"),
        (["-d", MOONS, "--threads", "0"], "threads must be at least 1, not 0"),
        (["-d", MOONS, "--threads", "-1"], "threads must be at least 1, not -1"),
        (["-d", MOONS, "--threads", "two"], "'two' is not a valid integer"),
        (["-d", MOONS, "--random-state", "x"], "'x' is not a valid integer"),
        (["nowhere.toml"], "no file 'nowhere.toml'; give the path of a TOML file"),
        (["nowhere.toml", "-d", "moons"], "says which cells to run, so --dataset cannot"),
        (["--data", __file__], "your own data needs --target COLUMN"),
        (["--target", "y"], "your own data needs --data FILE"),
        (["--positive", "1"], "your own data needs --data FILE"),
        (["-d", "csv"], "dataset 'csv' needs 'path'"),
        (["-d", MOONS, "-p", "no_such_plugin_module"], "-p no_such_plugin_module: importing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_a_usage_error_says_what_to_do_and_ends_with_2(arguments, message):
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == "", "nothing was run"


def test_a_selection_that_matches_nothing_ends_with_5():
    result = invoke("-d", "nothing*")
    assert (result.exit_code, result.stdout) == (5, "")
    assert result.stderr.startswith("Error: no dataset matches 'nothing*'; datasets are creditcard, moons")
    assert invoke("-d", MOONS, "-s", ",").exit_code == 5


@pytest.mark.parametrize(
    ("statuses", "strict", "code"),
    [
        (["ok"], False, 0), (["ok"], True, 0), (["ok", "unsupported"], False, 0), (["ok", "missing-data"], True, 3),
        (["ok", "unsupported"], True, 3), (["ok", "missing-dependency"], True, 3), (["ok", "error"], False, 3),
        (["ok", "timeout"], False, 3), (["crashed", "ok"], False, 3), (["unsupported"], False, 5),
        (["missing-data", "missing-dependency"], False, 5), (["missing-data"], True, 5),
        (["error", "missing-data"], False, 3), (["ok", "interrupted"], False, 130),
        (["error", "interrupted"], False, 130), (["interrupted"], True, 130), (["unsupported", "interrupted"], True, 130),
    ],
)  # fmt: skip
def test_exit_codes_in_their_order(statuses, strict, code):
    cell = Cell("moons", "holdout", 0, "standard", "none", "sklearn-lr", 0)
    results = Results(tuple(Result(cell, s, INTERRUPTED if s == "interrupted" else "why") for s in statuses))
    assert set(statuses) <= set(STATUSES)
    assert exit_code(results, strict=strict) == code


def test_stopping_at_the_first_failure_is_no_interruption():
    cell = Cell("moons", "holdout", 0, "standard", "none", "sklearn-lr", 0)
    results = Results((Result(cell, "error", "why"), Result(cell, "interrupted", STOPPED)))
    assert exit_code(results, strict=False) == 3


def test_a_broken_installed_plugin_under_strict(tmp_path, monkeypatch):
    """2 before 4 before 5 before 3: its file is on the path as an installed package's would be."""
    folder = tmp_path / "broken-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[imbbench]\nbroken = no_such_module_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    result = invoke(*SMALL, "--strict")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "Warning: plugin 'broken' (broken 1.0) failed to load: importing no_such_module" in result.stderr
    assert invoke(*SMALL).exit_code == 0
    assert invoke(*SMALL, "--strict", "-p", "no:broken").exit_code == 0
    for wrong in (["-d", "mons"], ["--threads", "0"], ["--format", "jsn"], ["--output", str(tmp_path)]):
        assert invoke(*SMALL, *wrong, "--strict").exit_code == 2, wrong
    assert invoke("-d", "nothing*", "--strict").exit_code == 4
    assert invoke("-d", "nothing*").exit_code == 5


NOISE = np.random.default_rng(0).standard_normal(100).round(3)
LABELS = np.repeat([0, 1], [80, 20])
FRAME = pd.DataFrame({"a": NOISE, "b": NOISE[::-1] + LABELS, "y": LABELS})


@pytest.mark.parametrize(
    ("frame", "more", "reason"),
    [
        (FRAME, ["--target", "z"], "has no column 'z'"),
        (FRAME, ["--positive", "maybe"], "has no one label 'maybe'; labels are 0 (80 rows) and 1 (20 rows)"),
        (FRAME.assign(y=NOISE), [], "distinct values"),
        (FRAME.assign(y=1), [], "is 1 in all rows; expected two labels"),
        (FRAME.assign(b=None), [], "no value at all in column 'b'"),
        (FRAME.assign(b=np.where(LABELS == 1, np.inf, 0)), [], "column 'b' has 20 infinite values"),
        (FRAME[["y"]], [], "has no column beside the target 'y'"),
        (FRAME[:0], [], "has a header and no rows"),
        (FRAME[:83], ["--split", "kfold[n_splits=5]"], "5 folds need 5 rows of each class, the rarer has 3"),
        ("", [], "is empty"),
    ],
    ids=["target", "positive", "many labels", "one label", "all NaN", "infinite", "no feature", "no rows", "few positives", "empty"],
)  # fmt: skip
def test_data_that_cannot_be_benchmarked_is_a_row_and_the_rest_runs(tmp_path, frame, more, reason):
    file = tmp_path / "mine.csv"
    file.write_text(frame if isinstance(frame, str) else frame.to_csv(index=False))
    arguments = ["--data", str(file), "-d", MOONS, "-s", "none", "-m", "sklearn-lr"]
    cells, code = rows(*arguments, *(more if "--target" in more else ["--target", "y", *more]))
    assert code == 3
    by_name = {cell["dataset"].partition("[")[0]: cell for cell in cells}
    assert by_name["csv"]["status"] == "error"
    assert reason in by_name["csv"]["reason"]
    assert "Traceback" not in by_name["csv"]["reason"]
    assert by_name["moons"]["status"] == "ok"


def test_own_data_is_one_option_away(tmp_path):
    file = tmp_path / "mine.csv.gz"
    FRAME.assign(y=np.where(LABELS == 1, "yes", "no")).to_csv(file, index=False)
    (cell,), code = rows("--data", str(file), "--target", "y", "-s", "none", "-m", "sklearn-lr")
    assert (code, cell["status"]) == (0, "ok")
    assert cell["counts"]["data"] == [80, 20]
    assert any("class 1 is 'yes'" in note for note in cell["notes"])
    own = ["--data", str(file), "--target", "y", "--positive", "no"]
    (cell,), _ = rows(*own, "-s", "none", "-m", "sklearn-lr")
    assert cell["counts"]["data"] == [20, 80]


def test_a_missing_file_of_ones_own_is_a_mistake_and_no_skip(tmp_path):
    nowhere = tmp_path / "nowhere.csv"
    result = invoke("--data", str(nowhere), "--target", "y")
    assert result.exit_code == 2
    assert f"File '{nowhere}' does not exist" in result.stderr
    own = ["-d", f"csv[path='{nowhere}',target=y]", "-s", "none", "-m", "sklearn-lr"]
    cells, code = rows(*own, "-d", MOONS)
    assert (sorted(statuses(cells)), code) == (["error", "ok"], 3)
    assert "nowhere.csv: no such file" in next(cell["reason"] for cell in cells if cell["status"] == "error")


def test_data_that_cannot_be_had_is_a_skip_and_ends_with_5_where_nothing_else_ran():
    own = ["-d", "creditcard[source=real]", "-s", "none", "-m", "sklearn-lr"]
    (cell,), code = rows(*own)
    assert (cell["status"], code) == ("missing-data", 5)
    cells, code = rows(*own, "-d", MOONS)
    assert (sorted(statuses(cells)), code) == (["missing-data", "ok"], 0)
    assert rows(*own, "-d", MOONS, "--strict")[1] == 3


@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_whatever_a_component_does_its_row_says_and_every_other_cell_runs(world, executor):
    models = ["fails-to-fit", "flat", "leaves", "not-a-number", "sklearn-lr", "wrong-type"]
    selection = ["-d", f"broken,{MOONS}", "-s", "none,one-class,wrong-type", "-m", ",".join(models)]
    cells, code = rows("-p", world, *selection, executor=executor)
    assert code == 3
    assert len(cells) == 2 * 3 * 6
    reasons = {(c["dataset"], c["strategy"], c["model"]): (c["status"], c["reason"]) for c in cells}
    package = " of plugin 'broken_world'"
    for (dataset, strategy, model), (status, reason) in reasons.items():
        expected = {
            "fails-to-fit": f"model 'fails-to-fit'{package}: raised ArithmeticError: went wrong",
            "flat": "",
            "leaves": f"model 'leaves'{package}: raised SystemExit: goodbye",
            "not-a-number": f"model 'not-a-number'{package}: decision_function has 60 NaN",
            "sklearn-lr": "",
            "wrong-type": f"model 'wrong-type'{package}: build returned a int",
        }[model]
        # A model is built before the strategy is applied, so that the import is not the fit's time.
        if strategy != "none" and model not in ("leaves", "wrong-type"):
            found = {"one-class": "y holds the labels 0", "wrong-type": "apply returned a ndarray of shape"}
            expected = f"strategy {strategy!r}{package}: {found[strategy]}"
        if dataset == "broken":
            expected = f"dataset 'broken'{package}: raised LookupError: no rows here"
        assert reason.startswith(expected), (dataset, strategy, model)
        assert (status, bool(expected)) in {("ok", False), ("error", True)}, (dataset, strategy, model)


def test_unsupported_is_a_skip_and_a_failure_only_under_strict(world):
    arguments = ["-p", world, "-d", MOONS, "-s", "none,class_weight", "-m", "knn"]
    cells, code = rows(*arguments)
    assert (statuses(cells), code) == (["ok", "unsupported"], 0)
    assert "KNeighborsClassifier takes neither class_weight nor sample_weight" in cells[1]["reason"]
    assert rows(*arguments, "--strict")[1] == 3
    text = invoke(*arguments).stdout
    assert "takes neither class_weight nor sample_weight" in text
    assert "2 cells: 1 ok, 1 unsupported" in text


def test_a_missing_dependency_is_a_skip(world):
    arguments = ["-p", world, "-d", MOONS, "-s", "none", "-m"]
    cells, code = rows(*arguments, "needy")
    assert (statuses(cells), code) == (["missing-dependency"], 5)
    assert "needs no-such-dist, not installed; run pip install no-such-dist" in cells[0]["reason"]
    assert rows(*arguments, "needy,sklearn-lr")[1] == 0
    assert rows(*arguments, "needy,sklearn-lr", "--strict")[1] == 3


def test_exitfirst_stops_and_keeps_a_row_for_every_cell(world):
    cells, code = rows("-x", "-p", world, "-d", MOONS, "-s", "none", "-m", "flat,fails-to-fit,sklearn-lr")
    assert code == 3
    assert statuses(cells) == ["ok", "error", "interrupted"]
    assert cells[2]["reason"] == "not run: an earlier cell failed and -x stops at the first failure"
    assert sum(cells[0]["metrics"][name] for name in ("tn", "fp", "fn", "tp")) == 60


def test_a_skip_does_not_stop_exitfirst(world):
    cells, code = rows("-x", "-p", world, "-d", MOONS, "-s", "none", "-m", "needy,flat")
    assert (statuses(cells), code) == (["missing-dependency", "ok"], 0)


def test_dry_run_prints_the_cells_and_touches_nothing(world):
    result = invoke("--dry-run", "-p", world, "-d", f"broken,{MOONS}", "-s", "none", "-m", "leaves,flat")
    assert result.exit_code == 0
    heading, *lines = result.stdout.splitlines()
    assert heading.split()[0] == "dataset"
    assert [line.split()[0] for line in lines] == ["broken", "broken", MOONS, MOONS]
    assert result.stderr == "4 cells, time unknown until the data is read\n"


def test_debug_shows_the_traceback_of_a_failing_component(world, imbbench_command):
    arguments = ["-p", world, "-d", MOONS, "-s", "none", "-m", "fails-to-fit"]
    assert "Traceback" not in invoke(*arguments).output
    result = invoke(*arguments, "--debug")
    assert result.exit_code == 3
    assert 'raise ArithmeticError("went' in result.stderr
    done = imbbench_command(*arguments, "--debug")  # in a worker process
    assert done.returncode == 3
    assert 'raise ArithmeticError("went' in done.stderr


def test_a_row_for_every_threshold_from_one_fit():
    cells, code = rows(*SMALL, "--threshold", "0.3,0.5", "--threshold", "0.5,0.7")
    assert code == 0
    assert [cell["threshold"] for cell in cells] == [0.3, 0.5, 0.7]
    called = [cell["metrics"]["fp"] + cell["metrics"]["tp"] for cell in cells]
    assert called == sorted(called, reverse=True)
    assert len({cell["metrics"]["roc_auc"] for cell in cells}) == 1


def test_metrics_choose_columns():
    text = invoke(*SMALL, "--metrics", "mcc,recall", "--format", "csv").stdout
    assert text.splitlines()[0].endswith(",seconds,mcc,recall")


def test_an_option_wins_over_the_file(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(
        'threshold = 0.3\nrandom_state = 3\nformat = "json"\n'
        f'[[grid]]\ndataset = "{MOONS}"\nstrategy = "none"\nmodel = "sklearn-lr"\n'
    )
    (cell,) = json.loads(invoke(str(file)).stdout)["cells"]
    assert (cell["threshold"], cell["random_state"]) == (0.3, 3)
    (cell,) = json.loads(invoke(str(file), "--threshold", "0.7", "--random-state", "0").stdout)["cells"]
    assert (cell["threshold"], cell["random_state"]) == (0.7, 0)
    (plain,), _ = rows(*SMALL, "--threshold", "0.7")
    assert cell["metrics"] == plain["metrics"], "the file and the options say the same"
    assert invoke(str(file), "--threads", "0").exit_code == 2


def test_an_observer_that_fails_loses_no_row(local_plugin):
    source = "from imbbench import hookimpl\n@hookimpl\ndef imbbench_cell_done(result):\n    raise ValueError('no')\n"
    name = local_plugin("failing_watcher", source)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        result = invoke("-p", name, *SMALL, "--format", "json")
    assert result.exit_code == 0
    assert statuses(json.loads(result.stdout)["cells"]) == ["ok"]
    said = "Warning: plugin 'failing_watcher': its imbbench_cell_done raised ValueError: no\n"
    assert said in result.stderr


def test_what_a_component_prints_does_not_mix_with_the_report(local_plugin, imbbench_command, tmp_path):
    source = """
from imbbench import Strategy, hookimpl
print("noise at import")
def noisy(train, seed):
    print("noise in a cell")
    return train
@hookimpl
def imbbench_strategies():
    return [Strategy("noisy", noisy)]
"""
    name = local_plugin("noisy_plugin", source)
    done = imbbench_command("-p", name, "-d", MOONS, "-s", "noisy", "-m", "sklearn-lr", "--format", "json")
    assert statuses(json.loads(done.stdout)["cells"]) == ["ok"]
    assert "noise at import" in done.stderr
    assert "noise in a cell" in done.stderr


#: The second cell, since it is the shorter one, says that it runs, then waits to be interrupted.
SLEEPER = """
import time
from pathlib import Path
from imbbench import Model, hookimpl

def sleeper(context, *, number: int = 0):
    Path("running").touch()
    while True:
        time.sleep(0.05)

@hookimpl
def imbbench_models():
    return [Model("sleeper", sleeper, seconds_per_row=0.0)]
"""
#: A terminal's foreground; and the background of a shell, which has its jobs ignore Ctrl-C.
IN_A_TERMINAL = """
import signal
signal.signal(signal.SIGINT, signal.{handler})
from imbbench.cli import main
main(prog_name="imbbench")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a single process")
@pytest.mark.parametrize(
    ("how", "handler"),
    [
        (["--executor", "serial"], "default_int_handler"),
        (["--executor", "serial"], "SIG_IGN"),
        (["--jobs", "1"], "default_int_handler"),
        (["--jobs", "1"], "SIG_IGN"),
    ],
)
def test_ctrl_c_keeps_and_prints_what_was_done(tmp_path, how, handler):
    (tmp_path / "sleeper_plugin.py").write_text(SLEEPER)
    selection = [
        "-p",
        "sleeper_plugin",
        "-d",
        MOONS,
        "-s",
        "none",
        "-m",
        "sklearn-lr,sleeper,sleeper[number=1]",
    ]
    command = [sys.executable, "-c", IN_A_TERMINAL.format(handler=handler), *selection, *how]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*command, "--format", "json"], cwd=tmp_path, **pipes) as process:
        try:
            deadline = time.monotonic() + 120
            while not (tmp_path / "running").exists():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline, "the second cell never began"
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err
    cells = json.loads(out)["cells"]
    assert statuses(cells) == ["ok", "interrupted", "interrupted"]
    assert {cell["reason"] for cell in cells[1:]} == {INTERRUPTED}
    assert sum(cells[0]["metrics"][name] for name in ("tn", "fp", "fn", "tp")) == 60


def test_a_run_in_a_process_of_its_own(imbbench_command):
    """The cell fits, the table comes out, nothing else is said; a usage error is one paragraph."""
    done = imbbench_command(*SMALL)
    assert done.returncode == 0
    assert "1 cell: 1 ok" in done.stdout
    assert re.fullmatch(r"1 cell, about \d+ s\n", done.stderr)
    done = imbbench_command("-d", "mons")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("attribute", ["info_ = None", "info_ = [1, 2]", "device_ = 3"])
def test_what_a_model_tells_of_its_fit_can_be_wrong_too(local_plugin, attribute):
    source = f"""
from imbbench import Model, hookimpl
class Teller:
    {attribute}
    def fit(self, train):
        return self
    def decision_function(self, X):
        return X[:, 0].astype("float64")
@hookimpl
def imbbench_models():
    return [Model("teller", lambda context: Teller())]
"""
    name = local_plugin("telling_plugin", source)
    cells, code = rows("-p", name, "-d", MOONS, "-s", "none", "-m", "teller,sklearn-lr")
    assert (statuses(cells), code) == (["error", "ok"], 3)
    assert "model 'teller'" in cells[0]["reason"]


def test_ctrl_c_between_two_cells_keeps_what_was_done_and_begins_no_more(local_plugin, tmp_path):
    source = f"""
import signal
from pathlib import Path
from imbbench import Strategy, hookimpl
def noting(train, seed, *, number: int = 0):
    Path({str(tmp_path)!r}, str(number)).touch()
    return train
@hookimpl
def imbbench_strategies():
    return [Strategy("noting", noting)]
@hookimpl
def imbbench_cell_done(result):
    if result.status == "ok":
        signal.raise_signal(signal.SIGINT)
"""
    name = local_plugin("interrupting_watcher", source)
    strategies = ["noting", "noting[number=1]", "noting[number=2]"]
    cells, code = rows("-p", name, "-d", MOONS, "-s", ",".join(strategies), "-m", "sklearn-lr")
    assert (statuses(cells), code) == (["ok", "interrupted", "interrupted"], 130)
    assert {cell["reason"] for cell in cells[1:]} == {INTERRUPTED}
    assert [number for number in range(3) if (tmp_path / str(number)).exists()] == [0]


def test_a_component_that_interrupts_is_an_interruption_where_it_runs_in_this_process(local_plugin):
    source = """
from imbbench import Model, hookimpl
def interrupting(context):
    raise KeyboardInterrupt
@hookimpl
def imbbench_models():
    return [Model("interrupting", interrupting, seconds_per_row=0.0)]
"""
    arguments = ["-p", local_plugin("interrupting_plugin", source), "-d", MOONS, "-s", "none"]
    cells, code = rows(*arguments, "-m", "sklearn-lr,interrupting")
    assert (statuses(cells), code) == (["ok", "interrupted"], 130)
    cells, code = rows(*arguments, "-m", "sklearn-lr,interrupting", executor="processes")
    assert (statuses(cells), code) == (["ok", "error"], 3)
    assert "raised KeyboardInterrupt" in cells[1]["reason"]
