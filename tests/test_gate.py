"""The gate, as a team uses it: a baseline is written, something really changes, the check says what."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

from imbbench.cli import main
from imbbench.provenance import version

#: Components whose figures the tests move: `{...}` are replaced.
PLUGIN = """
from pathlib import Path

import numpy as np
import pandas as pd

from imbbench import Card, Data, Dataset, Metric, Model, Split, hookimpl


class Scores:
    def __init__(self, noise, shift, flipped):
        self.noise, self.shift, self.flipped = noise, shift, flipped

    def fit(self, train):
        {fit}
        return self

    def decision_function(self, X):
        noise = np.random.default_rng([{seed}, int(1e6 * abs(X[0, 0]))]).normal(size=len(X))
        score = 2 * X[:, 0] + self.noise * noise + self.shift
        score[np.argsort(score)[::-1][: self.flipped]] = -800
        return score


def build(context, *, noise: float = {noise}, shift: float = {shift}, flipped: int = {flipped}):
    return Scores(noise, shift, flipped)


def load():
    rng = np.random.default_rng({rows})
    y = np.repeat([0, 1], [{negatives}, 600 - {negatives}])
    return Data(pd.DataFrame(rng.normal(size=(600, 2)) + 2.0 * ({sign} * y)[:, None], columns=["a", "b"]), y)


def halves(data, seed):
    rows = np.random.default_rng({split}).permutation(len(data.y))
    return [(rows[:300], rows[300:])]


def cost(predictions):
    return 100.0 * predictions.counts[2] + predictions.counts[1]


CARD = Card("points", "made up", "none", "none", rows=600, prevalence=0.2)


@hookimpl
def imbbench_models():
    return [Model(name, build, requires={requires}) for name in {models}]


@hookimpl
def imbbench_datasets():
    return [Dataset("points", load, CARD, files=lambda: ())]


@hookimpl
def imbbench_splits():
    return [Split("halves", halves, lambda: 1)]


@hookimpl
def imbbench_metrics():
    return [Metric(name, cost, greater_is_better=False) for name in {metrics}]
"""
DEFAULTS = {
    "fit": "", "seed": 7, "noise": 1.0, "shift": -4.0, "flipped": 0, "rows": 0, "negatives": 480, "sign": 1,
    "split": 0, "requires": (), "models": ("first", "second"),
    "metrics": ("cost",),
}  # fmt: skip
SELECTION = ("-d", "points", "-s", "none", "-m", "first,second")
Command = Callable[..., click.testing.Result]


class Team:
    """Somebody with a plugin, a baseline and a command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.change()

    def change(self, **values: Any) -> None:
        """Edit the plugin."""
        text = PLUGIN
        for name, value in {**DEFAULTS, **values}.items():
            shown = (value or "pass") if name == "fit" else repr(value)
            text = text.replace("{" + name + "}", shown)
        (self.folder / "gate_plugin.py").write_text(text)
        sys.modules.pop("gate_plugin", None)

    def run(self, *arguments: str) -> click.testing.Result:
        """A command in this process, from nothing stored."""
        command = [*arguments, "--executor", "serial", "--fresh"]
        return click.testing.CliRunner().invoke(main, command, prog_name="imbbench")

    def write(self, *arguments: str, selection: tuple[str, ...] = SELECTION) -> Path:
        """A baseline."""
        plugin = () if "bench.toml" in selection else ("-p", "gate_plugin")
        done = self.run("baseline", "write", "baseline.json", *plugin, *selection, *arguments)
        assert done.exit_code == 0, done.output
        return self.folder / "baseline.json"

    def check(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Exit code and findings by model, `verdict`, `reason`, `versions`, and `changes` by metric."""
        done = self.run("check", "baseline.json", "--format", "json", *arguments)
        document = json.loads(done.stdout)
        findings = {}
        for finding in document["findings"]:
            finding["changes"] = {change["metric"]: change for change in finding["changes"]}
            findings[finding["cells"][0]["model"]] = finding
        return done.exit_code, findings


@pytest.fixture
def team(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    monkeypatch.syspath_prepend(elsewhere)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # edits within a second are not seen in a cache
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return Team(elsewhere)


def verdicts(findings: dict[str, Any]) -> dict[str, str]:
    return {model: finding["verdict"] for model, finding in findings.items()}


def test_nothing_changed_and_writing_twice_gives_the_same_bytes(team: Team) -> None:
    first = team.write().read_bytes()
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "same", "second": "same"})
    assert team.write("--threads", "1").read_bytes() == first
    text = first.decode()
    assert str(team.folder) not in text
    assert "seconds" not in text
    shown = team.run("check", "baseline.json")
    assert shown.stdout == "2 cells: 2 same\n"


def test_a_model_made_worse_by_a_parameter(team: Team) -> None:
    team.write()
    team.change(noise=6.0)
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "worse", "second": "worse"})
    auc = findings["first"]["changes"]["roc_auc"]
    assert auc["verdict"] == "worse"
    assert auc["difference"] == pytest.approx(auc["now"] - auc["baseline"])
    assert auc["difference"] < -auc["tolerance"] == -0.005
    shown = team.run("check", "baseline.json").stdout
    assert f"{auc['baseline']:.4f}" in shown
    assert f"{auc['now']:.4f}" in shown
    assert "2 cells: 2 worse\n" in shown
    assert shown.endswith("imbbench baseline update baseline.json --only NAME\n")


def test_a_model_made_better_passes_and_is_shown(team: Team) -> None:
    team.change(noise=6.0)
    team.write("--metrics", "roc_auc,brier")
    team.change()
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "better", "second": "better"})
    assert "better" in team.run("check", "baseline.json").stdout


def test_a_model_that_is_gone_is_missing(team: Team) -> None:
    team.write()
    team.change(models=("first", "third"))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "same", "second": "missing"})
    assert "no model named 'second'" in findings["second"]["reason"]


def test_where_nothing_is_left_to_run_the_exit_code_says_so(team: Team) -> None:
    team.write()
    team.change(models=("third",))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (5, {"first": "missing", "second": "missing"})


def test_a_model_that_is_added_is_new_and_passes(team: Team) -> None:
    team.change(models=("first",))
    team.write(selection=("-d", "points", "-s", "none", "-m", "*ir*"))
    team.change(models=("first", "third"))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "same", "third": "new"})


def test_a_model_that_fails(team: Team) -> None:
    team.write()
    team.change(fit="raise ArithmeticError('no more')")
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "failed", "second": "failed"})
    assert "raised ArithmeticError: no more" in findings["first"]["reason"]


def test_a_baseline_of_failures_is_not_written(team: Team) -> None:
    team.change(fit="raise ArithmeticError('no more')")
    done = team.run("baseline", "write", "baseline.json", "-p", "gate_plugin", *SELECTION)
    assert done.exit_code == 3
    assert "2 of 2 cells have no figures" in done.stderr
    assert not (team.folder / "baseline.json").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"rows": 1}, "the data differ"),
        ({"negatives": 470}, "120 of 600 rows positive, now 130 of 600 rows positive"),
        (
            {"negatives": 120, "sign": -1},
            "the positive label differs: 120 of 600 rows were positive, now 480 are",
        ),
        ({"split": 1}, "the split differs"),
    ],
)
def test_other_rows_cannot_be_compared(team: Team, change: dict[str, Any], said: str) -> None:
    team.write("--split", "halves")
    team.change(**change)
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "not comparable", "second": "not comparable"})
    assert said in findings["first"]["reason"]


def test_a_file_whose_rows_changed(team: Team) -> None:
    rows = [f"{number % 7},{number % 3},{'yes' if number % 5 == 0 else 'no'}" for number in range(100)]
    file = team.folder / "rows.csv"
    file.write_text("\n".join(["a,b,label", *rows]))
    own = ("--data", "rows.csv", "--target", "label", "-s", "none", "-m", "sklearn-lr")
    team.write(selection=own)
    assert team.check()[0] == 0
    file.write_text("\n".join(["a,b,label", *rows[:-1], "3,1,yes"]))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"sklearn-lr": "not comparable"})
    assert "20 of 100 rows positive, now 21 of 100 rows positive" in findings["sklearn-lr"]["reason"]


def installed(team: Team, number: str) -> None:
    """A distribution of this version, as an installer leaves it."""
    for old in team.folder.glob("gatelib-*.dist-info"):
        (old / "METADATA").unlink()
        old.rmdir()
    folder = team.folder / f"gatelib-{number}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: gatelib\nVersion: {number}\n")
    version.cache_clear()


def test_a_version_that_changed_is_named_beside_a_difference(team: Team) -> None:
    installed(team, "1.0")
    team.change(requires=("gatelib",))
    team.write()
    installed(team, "2.1")
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "same", "second": "same"})
    team.change(requires=("gatelib",), noise=6.0)
    code, findings = team.check()
    assert code == 1
    assert findings["first"]["versions"] == "gatelib 1.0 -> 2.1"
    assert "gatelib 1.0 -> 2.1" in team.run("check", "baseline.json").stdout
    version.cache_clear()


def test_a_metric_where_lower_is_better(team: Team) -> None:
    team.write("--metrics", "cost,brier")
    team.change(shift=-12.0)
    code, findings = team.check()
    assert code == 1
    assert {metric: change["verdict"] for metric, change in findings["first"]["changes"].items()} == {
        "cost": "worse", "brier": "worse",
    }  # fmt: skip
    assert findings["first"]["changes"]["cost"]["difference"] > 0
    team.write("--metrics", "cost,brier")
    team.change()
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "better", "second": "better"})


def test_a_metric_that_is_neither_better_nor_worse(team: Team) -> None:
    chosen = ("--metrics", "roc_auc,calibration_slope")
    command = ("baseline", "write", "baseline.json", "-p", "gate_plugin", *SELECTION, *chosen)
    told = "Wrote baseline.json: 2 cells, 1 metric; left out calibration_slope: no value is better"
    assert told in team.run(*command).stderr
    assert [*team.check()[1]["first"]["changes"]] == ["roc_auc"]
    refused = team.run(*command, "--tolerance", "calibration_slope=0.1")
    assert refused.exit_code == 2
    assert "no metric 'calibration_slope'" in refused.stderr


def test_a_metric_that_is_gone(team: Team) -> None:
    team.write("--metrics", "roc_auc,cost")
    team.change(metrics=("price",))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "missing", "second": "missing"})
    assert findings["first"]["changes"]["cost"]["reason"].startswith(
        "not computed: the metric is not installed"
    )
    assert findings["first"]["changes"]["roc_auc"]["verdict"] == "same"
    assert team.run("baseline", "update", "baseline.json", "--all").exit_code == 0
    assert team.check()[0] == 0


def test_a_metric_that_is_undefined_now(team: Team) -> None:
    team.write("--metrics", "precision")
    team.change(shift=-100.0)
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "worse", "second": "worse"})
    assert findings["first"]["changes"]["precision"]["now"] is None
    assert findings["first"]["reason"] == "precision is undefined now"


def test_a_metric_that_was_undefined(team: Team) -> None:
    team.change(shift=-100.0)
    team.write("--metrics", "precision")
    assert team.check()[0] == 0  # undefined on both sides
    team.change()
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "new", "second": "new"})


def test_a_count_off_by_one(team: Team) -> None:
    team.write("--metrics", "tp,fn")
    team.change(flipped=1)  # the surest positive is called negative
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "worse", "second": "worse"})
    tp = findings["first"]["changes"]["tp"]
    assert tp["difference"] == -1
    assert tp["tolerance"] == 0
    code, findings = team.check("--tolerance", "tp=1", "--tolerance", "fn=1")
    assert (code, verdicts(findings)) == (0, {"first": "same", "second": "same"})


def test_float_noise_of_another_machine_passes_any_tolerance(team: Team) -> None:
    file = team.write("--metrics", "roc_auc,average_precision,brier,cost")
    document = json.loads(file.read_text())
    for number, cell in enumerate(document["cells"]):
        for metric in cell["metrics"]:
            cell["metrics"][metric] += 1e-9 * (-1) ** number
    file.write_text(json.dumps(document))
    zero = [f"--tolerance={metric}=0" for metric in ("roc_auc", "average_precision", "brier", "cost")]
    code, findings = team.check(*zero)
    assert (code, verdicts(findings)) == (0, {"first": "same", "second": "same"})


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda text: text[: len(text) // 2], "truncated"),
        (lambda text: "", "is empty"),
        (lambda text: text.replace('"schema_version": 1', '"schema_version": 99'), "newer imbbench"),
        (lambda text: text.replace('"roc_auc": 0.', '"roc_auc": "0.') + '"', "not valid JSON"),
        (lambda text: text.replace('"fold": 0', '"fold": "zero"'), "'fold' is \"zero\""),
        (lambda text: text.replace('"plan"', '"plans"'), "'plan' is missing"),
    ],
)
def test_a_broken_baseline_is_told_before_anything_runs(
    team: Team, broken: Callable[[str], str], said: str
) -> None:
    file = team.write()
    file.write_text(broken(file.read_text()))
    team.change(fit="raise SystemExit('this ran')")
    done = team.run("check", "baseline.json")
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: baseline baseline.json")
    assert said in done.stderr
    assert not done.stdout


def test_a_baseline_that_is_not_there(team: Team) -> None:
    done = team.run("check", "nowhere.json")
    assert done.exit_code == 2
    assert "`imbbench baseline write nowhere.json`" in done.stderr


def test_changes_are_accepted_on_purpose_and_by_name(team: Team) -> None:
    before = team.write().read_text()
    team.change(noise=6.0)
    nothing_said = team.run("baseline", "update", "baseline.json")
    assert nothing_said.exit_code == 2
    assert "--only NAME" in nothing_said.stderr
    done = team.run("baseline", "update", "baseline.json", "--only", "first")
    assert done.exit_code == 0, done.output
    assert "worse" in done.stdout  # shown
    assert "second" not in done.stdout
    after = (team.folder / "baseline.json").read_text()
    start = before.index('"model": "second"')
    assert after[after.index('"model": "second"') :] == before[start:]
    assert after != before
    assert verdicts(team.check()[1]) == {"first": "same", "second": "worse"}
    assert team.run("baseline", "update", "baseline.json", "--all").exit_code == 0
    assert team.check()[0] == 0
    again = team.run("baseline", "update", "baseline.json", "--all")
    assert (again.exit_code, again.stdout) == (0, "nothing changed of any cell: baseline.json is as it was\n")


def test_what_is_gone_or_new_is_accepted_too(team: Team) -> None:
    team.write(selection=("-d", "points", "-s", "none", "-m", "*ir*,second"))
    team.change(models=("first", "third"))
    done = team.run("baseline", "update", "baseline.json", "--only", "second,third")
    assert done.exit_code == 0, done.output
    code, findings = team.check()
    assert (code, verdicts(findings)) == (0, {"first": "same", "third": "same"})


def test_a_failure_is_not_accepted(team: Team) -> None:
    before = team.write().read_bytes()
    team.change(fit="raise ArithmeticError")
    done = team.run("baseline", "update", "baseline.json", "--all")
    assert done.exit_code == 3
    assert (team.folder / "baseline.json").read_bytes() == before
    team.change(noise=6.0)
    done = team.run("baseline", "update", "baseline.json", "--only", "fist")
    assert done.exit_code == 2
    assert "--only fist: no cell has it (did you mean 'first'?)" in done.stderr
    assert (team.folder / "baseline.json").read_bytes() == before


def test_a_baseline_of_a_stored_run_and_a_check_of_another(team: Team) -> None:
    options = ("-p", "gate_plugin", "--executor", "serial", "--store", "runs.sqlite")
    runner = click.testing.CliRunner()
    assert runner.invoke(main, ["run", *SELECTION, *options]).exit_code == 0
    stored = ("--store", "runs.sqlite", "-p", "gate_plugin")
    made = runner.invoke(main, ["baseline", "write", "stored.json", "--run", "1", *stored])
    assert made.exit_code == 0, made.output
    direct = team.write().read_text()
    grids = json.loads((team.folder / "stored.json").read_text())["plan"]["grids"]
    assert (team.folder / "stored.json").read_text() == direct
    assert grids[0]["model"] == ["first", "second"]
    team.change(noise=6.0)
    assert runner.invoke(main, ["run", *SELECTION, *options, "--fresh"]).exit_code == 0
    for run, code in (("1", 0), ("2", 1)):
        assert runner.invoke(main, ["check", "stored.json", "--run", run, *stored]).exit_code == code
    both = runner.invoke(main, ["baseline", "write", "stored.json", "--run", "1", "-d", "points", *stored])
    assert both.exit_code == 2


def test_tolerances_from_the_baseline_a_file_and_the_command_line(team: Team) -> None:
    (team.folder / "bench.toml").write_text(
        'plugin = "gate_plugin"\nmetrics = ["roc_auc"]\n[check.tolerance]\nroc_auc = 1\n'
        '[[grid]]\ndataset = "points"\nstrategy = "none"\nmodel = ["first", "second"]\n'
    )
    team.write(selection=("bench.toml",))
    team.change(noise=6.0)
    assert team.check()[0] == 0  # the benchmark file's went into the baseline
    (team.folder / "strict.toml").write_text("[check]\ntolerance = { roc_auc = 0.001 }\n")
    assert team.check("--config", "strict.toml")[0] == 1
    assert team.check("--config", "strict.toml", "--tolerance", "roc_auc=90%")[0] == 0
    (team.folder / "none.toml").write_text("[grid]\n")
    assert team.run("check", "baseline.json", "--config", "none.toml").exit_code == 2
    wrong = team.run("check", "baseline.json", "--tolerance", "roc_uac=1")
    assert wrong.exit_code == 2
    assert "did you mean 'roc_auc'" in wrong.stderr


def test_noise_between_folds_is_no_loss_under_significance(team: Team) -> None:
    kfold = (*SELECTION, "--split", "kfold[n_splits=5,n_repeats=2]", "--metrics", "roc_auc")
    team.change(noise=3.0)
    team.write(selection=kfold)
    team.change(noise=3.0, seed=8)  # other luck, as good a model
    assert team.check()[0] == 1
    code, findings = team.check("--significance")
    assert (code, verdicts(findings)) == (0, {"first": "same", "second": "same"})
    assert len(findings["first"]["cells"]) == 10
    team.change(noise=9.0, seed=8)
    code, findings = team.check("--significance", "0.01")
    assert (code, verdicts(findings)) == (1, {"first": "worse", "second": "worse"})
    assert findings["first"]["changes"]["roc_auc"]["p"] < 0.01


def test_a_plugin_of_the_baseline_that_cannot_be_loaded(team: Team) -> None:
    team.write()
    (team.folder / "gate_plugin.py").write_text("1 / 0")
    sys.modules.pop("gate_plugin", None)
    done = team.run("check", "baseline.json")
    assert done.exit_code == 2
    assert "importing gate_plugin raised ZeroDivisionError" in done.stderr


def test_an_installed_plugin_that_is_broken_under_strict(team: Team) -> None:
    team.write()
    folder = team.folder / "gatebroken-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: gatebroken\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[imbbench]\ngatebroken = gatebroken_plugin\n")
    assert team.run("check", "baseline.json").exit_code == 0
    assert team.run("check", "baseline.json", "--strict").exit_code == 4
    assert team.run("baseline", "update", "baseline.json", "--all", "--strict").exit_code == 4
    again = team.run("baseline", "write", "baseline.json", "-p", "gate_plugin", *SELECTION, "--strict")
    assert again.exit_code == 4


def test_a_path_of_this_machine_is_refused(team: Team) -> None:
    file = team.folder / "rows.csv"
    file.write_text("a,label\n" + "".join(f"{number},{int(number % 5 == 0)}\n" for number in range(50)))
    command = ["baseline", "write", "baseline.json", "--data", str(file), "--target", "label"]
    done = team.run(*command, "-s", "none", "-m", "sklearn-lr")
    assert done.exit_code == 2
    assert done.stderr.rstrip().endswith("relative to the folder of the check: rows.csv")


def test_a_check_that_the_user_breaks_off(team: Team) -> None:
    team.write()
    team.change(fit="raise KeyboardInterrupt")
    code, findings = team.check()
    assert (code, verdicts(findings)) == (130, {"first": "failed", "second": "failed"})
    done = team.run("baseline", "update", "baseline.json", "--all")
    assert done.exit_code == 130
    team.change()
    assert team.check()[0] == 0


def test_a_check_of_stored_cells_loads_nothing(imbbench_command: Any, tmp_path: Path) -> None:
    selection = ("-d", "moons[n_samples=300]", "-s", "none", "-m", "sklearn-lr")
    assert imbbench_command("baseline", "write", "baseline.json", *selection).returncode == 0
    done = imbbench_command("check", "baseline.json", "--verbose", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert done.stdout.endswith("1 cell: 1 same\n")
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "sqlite3" in imported
    assert not {"numpy", "pandas", "sklearn", "torch", "scipy"} & imported


def test_a_stored_run_knows_its_plugins(team: Team) -> None:
    store = ("--store", "runs.sqlite")
    runner = click.testing.CliRunner()
    run = ["run", *SELECTION, "-p", "gate_plugin", "--executor", "serial", *store]
    assert runner.invoke(main, run).exit_code == 0
    done = runner.invoke(main, ["baseline", "write", "baseline.json", "--run", "1", *store])
    assert done.exit_code == 0, done.output
    assert team.check() == (0, team.check()[1])


def test_a_package_that_is_missing_is_nothing_to_hold_on_to(team: Team) -> None:
    team.change(requires=("nosuchpackage",))
    done = team.run("baseline", "write", "baseline.json", "-p", "gate_plugin", *SELECTION)
    assert done.exit_code == 5
    assert "missing-dependency" in done.stderr
    assert not (team.folder / "baseline.json").exists()
    team.change()
    team.write()
    team.change(requires=("nosuchpackage",))
    assert verdicts(team.check()[1]) == {"first": "missing", "second": "missing"}


def test_strict_says_why_it_fails(team: Team) -> None:
    knn = """
from imbbench import Model, hookimpl


def build(context):
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier()


@hookimpl
def imbbench_models():
    return [Model("knn", build)]
"""
    (team.folder / "gate_plugin.py").write_text(knn)
    selection = ("-d", "moons[n_samples=200]", "-s", "none,class_weight", "-m", "knn")
    team.write(selection=selection)
    loose = team.run("check", "baseline.json")
    assert (loose.exit_code, loose.stdout) == (0, "2 cells: 1 same, 1 unsupported as before\n")
    strict = team.run("check", "baseline.json", "--strict")
    assert strict.exit_code == 3
    assert strict.stdout.endswith("cells were skipped, which fails under --strict\n")


def test_what_is_gone_leaves_the_plan_when_it_is_accepted(team: Team) -> None:
    team.write()
    team.change(models=("first",))
    assert team.run("baseline", "update", "baseline.json", "--only", "second").exit_code == 0
    (grid,) = json.loads((team.folder / "baseline.json").read_text())["plan"]["grids"]
    assert grid["model"] == ["first"]
    assert team.check()[0] == 0


def test_no_other_file_is_overwritten(team: Team) -> None:
    (team.folder / "bench.toml").write_text("threads = 1\n")
    done = team.run("baseline", "write", "bench.toml", "-p", "gate_plugin", *SELECTION)
    assert done.exit_code == 2
    assert "bench.toml exists and is no baseline" in done.stderr
    assert (team.folder / "bench.toml").read_text() == "threads = 1\n"


def test_a_baseline_of_two_machines_names_both(team: Team) -> None:
    file = team.write()
    document = json.loads(file.read_text())
    here = document["environment"]["cpu"]
    file.write_text(json.dumps(document | {"environment": {**document["environment"], "cpu": "Abacus 9"}}))
    team.change(noise=6.0)
    assert team.run("baseline", "update", "baseline.json", "--only", "first").exit_code == 0
    assert json.loads(file.read_text())["environment"]["cpu"] == f"Abacus 9; {here}"
    assert "the baseline was made on another processor (Abacus 9" in team.run("check", "baseline.json").stdout


def test_what_significance_leaves_open_is_said(team: Team) -> None:
    folds = ("--split", "kfold[n_splits=2]", "--metrics", "roc_auc")
    team.write(*folds)
    team.change(noise=1.3)
    done = team.run("check", "baseline.json", "--significance")
    assert "2 figures fell by more than the tolerance, which may be luck (see --verbose)\n" in done.stdout
    assert done.stdout.endswith("2 cells (4 folds, judged together): 2 same\n")
    team.change()
    team.write()
    alone = team.run("check", "baseline.json", "--significance").stdout
    assert alone.startswith("one fold has no spread: such cells were held against the tolerance alone")


def test_a_check_that_cannot_be_made_shows_on_github(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(team.folder / "summary.md"))
    done = team.run("check", "nowhere.json")
    assert done.exit_code == 2
    assert "::error file=nowhere.json,title=imbbench check::no baseline 'nowhere.json'" in done.stderr
    assert "could not be made" in (team.folder / "summary.md").read_text()


def test_labels_that_change_places_in_a_file(team: Team) -> None:
    rows = [f"{number % 7},{number % 3},{'ill' if number % 5 == 0 else 'well'}" for number in range(100)]
    file = team.folder / "rows.csv"
    file.write_text("\n".join(["a,b,label", *rows]))
    team.write(selection=("--data", "rows.csv", "--target", "label", "-s", "none", "-m", "sklearn-lr"))
    file.write_text(file.read_text().replace("ill", "x").replace("well", "ill").replace("x", "well"))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"sklearn-lr": "not comparable"})
    said = "the positive label differs: class 1 was 'ill', is 'well'"
    assert findings["sklearn-lr"]["reason"] == said


def test_a_label_that_reads_as_a_number(team: Team) -> None:
    rows = [f"{number % 7},{1 if number % 5 == 0 else 2}" for number in range(100)]
    (team.folder / "rows.csv").write_text("\n".join(["a,y", *rows]))
    own = ("--data", "rows.csv", "--target", "y", "--positive", "1", "-s", "none", "-m", "sklearn-lr")
    team.write(selection=own)
    assert team.check()[0] == 0


def test_another_default_is_no_other_cell_where_it_was_spelt_out(team: Team) -> None:
    selection = ("-d", "points", "-s", "none", "-m", "first[noise=1.0],second")
    team.write(selection=selection)
    team.change(noise=6.0)
    code, findings = team.check()
    assert (code, verdicts(findings)) == (1, {"first": "worse", "second": "worse"})


def test_a_glob_stays_in_the_plan_while_a_cell_has_its_name(team: Team) -> None:
    team.change(models=("my-a", "my-b", "first"))
    team.write(selection=("-d", "points", "-s", "none", "-m", "my-*,first"))
    team.change(models=("my-a", "first"))
    assert team.run("baseline", "update", "baseline.json", "--only", "my-b").exit_code == 0
    (grid,) = json.loads((team.folder / "baseline.json").read_text())["plan"]["grids"]
    assert grid["model"] == ["my-*", "first"]


def test_what_a_broken_plugin_had_is_not_given_up(team: Team) -> None:
    team.write()
    before = (team.folder / "baseline.json").read_bytes()
    folder = team.folder / "gatebroken-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: gatebroken\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[imbbench]\ngatebroken = gatebroken_plugin\n")
    team.change(models=("first",))
    done = team.run("baseline", "update", "baseline.json", "--all")
    assert done.exit_code == 2
    assert "failed to load: mend it first" in done.stderr
    assert (team.folder / "baseline.json").read_bytes() == before


def test_a_small_loss_has_a_tolerance_of_its_size(team: Team) -> None:
    team.change(negatives=597, shift=-6.0, noise=0.0)
    team.write("--metrics", "brier")
    team.change(negatives=597, shift=-5.3, noise=0.0)
    code, findings = team.check()
    brier = findings["first"]["changes"]["brier"]
    assert 0 < brier["difference"] < 0.005
    assert brier["tolerance"] == pytest.approx(0.02 * brier["baseline"])
    assert (code, brier["verdict"]) == (1, "worse")


def test_what_cannot_be_held_is_no_part_of_an_update(team: Team) -> None:
    team.write(selection=("-d", "points", "-s", "none", "-m", "*"))
    team.change(requires=("nosuchpackage",))
    before = (team.folder / "baseline.json").read_bytes()
    done = team.run("baseline", "update", "baseline.json", "--only", "first")
    assert done.exit_code == 3
    assert "lack data or a package" in done.stderr
    assert (team.folder / "baseline.json").read_bytes() == before


def test_nothing_but_new_cells_compares_nothing(team: Team) -> None:
    file = team.write(selection=("-d", "points", "-s", "none", "-m", "first"))
    document = json.loads(file.read_text())
    document["plan"]["grids"][0]["model"] = ["second"]
    document["cells"][0]["model"] = "second"
    document["cells"][0] |= {"status": "unsupported", "metrics": {}}
    file.write_text(json.dumps(document))
    code, findings = team.check()
    assert (code, verdicts(findings)) == (5, {"second": "new"})


@pytest.mark.parametrize("option", [["--fresh"], ["--threads", "2"], ["--random-state", "1"]])
def test_options_of_a_run_contradict_a_stored_one(team: Team, option: list[str]) -> None:
    runner = click.testing.CliRunner()
    done = runner.invoke(main, ["baseline", "write", "baseline.json", "--run", "1", *option])
    assert done.exit_code == 2
    assert f"{option[0]} says how to run, and --run runs nothing" in done.stderr


def test_outputs_that_cannot_be_written(team: Team) -> None:
    team.write()
    done = team.run("check", "baseline.json", "--junit", "baseline.json")
    assert done.exit_code == 2
    full = team.run("check", "baseline.json", "--junit", "/dev/full")
    assert full.exit_code == 3
    assert "--junit /dev/full cannot be written" in full.stderr
    assert full.stdout == "2 cells: 2 same\n"
    team.change(noise=6.0)
    assert team.run("check", "baseline.json", "--junit", "/dev/full").exit_code == 1


def test_a_path_of_a_model_is_refused_too(team: Team) -> None:
    command = ["baseline", "write", "baseline.json", "-d", "moons[n_samples=200]", "-s", "none", "-m"]
    (team.folder / "gate_plugin.py").write_text("""
from imbbench import Model, hookimpl


def build(context, *, path: str = ""):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression()


@hookimpl
def imbbench_models():
    return [Model("reads", build)]
""")
    for path in ("/srv/x", "~/x"):
        done = team.run(*command, f"reads[path={path}]", "-p", "gate_plugin")
        assert done.exit_code == 2
        assert "path is a path of this machine" in done.stderr


def test_reports_of_a_red_check(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    team.write()
    team.change(noise=6.0)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(team.folder / "summary.md"))
    done = team.run("check", "baseline.json", "--junit", "junit.xml", "--format", "markdown")
    assert done.exit_code == 1
    assert "| first" in done.stdout
    assert (team.folder / "junit.xml").read_text().count("<testcase") == 2
    assert "::error " in done.stderr
    assert "2 worse" in (team.folder / "summary.md").read_text()
    assert team.run("check", "baseline.json", "--format", "yaml").exit_code == 2
    assert team.run("check", "baseline.json", "--junit", "nowhere/junit.xml").exit_code == 2
