"""`imbbench compare` on a store: which rows, which reports, which mistakes."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import imbbench
from imbbench.cli import main


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two runs: none and pos_weight, then class_weight, at other thresholds."""
    path = tmp_path_factory.mktemp("store") / "results.sqlite"
    for strategies, threshold in (("none,pos_weight", 0.5), ("class_weight", 0.3)):
        imbbench.run(
            "moons[n_samples=400]", strategies, "sklearn-lr", split="kfold[n_splits=3]", executor="serial",
            memory_limit=None, jobs=1, store=path, threshold=threshold,
        )  # fmt: skip
    return path


@pytest.fixture
def compare(store, tmp_path, monkeypatch):
    """The command line in this process; a traceback is a failure of the test."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments):
        result = CliRunner().invoke(
            main, ["compare", "--store", str(store), *arguments], prog_name="imbbench"
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def told(result) -> list[tuple[str, str, str, object]]:
    assert result.exit_code == 0, result.output
    return [
        (one["strategy"], one["against"], one["metric"], one["threshold"])
        for one in json.loads(result.stdout)["differences"]
    ]


def test_a_run_is_compared_with_none(compare):
    assert told(compare("1", "--format", "json")) == [
        ("pos_weight", "none", metric, 0.5) for metric in ("average_precision", "roc_auc", "log_loss_skill")
    ]


def test_runs_are_joined_and_read_alike(compare):
    """Each has a threshold of its own: all are read at both, from the stored scores."""
    found = told(compare("2", "1", "--format", "json", "--metrics", "recall,roc_auc"))
    assert found == [
        (name, "none", metric, threshold)
        for metric, threshold in (("recall", 0.5), ("recall", 0.3), ("roc_auc", 0.5))
        for name in ("pos_weight", "class_weight")
    ]


def test_what_was_not_computed_is_computed_from_scores(compare):
    found = told(
        compare(
            "1", "--format", "json", "--metrics", "recall", "--threshold", "0.2", "--calibrate", "none,prior"
        )
    )
    assert found == [("pos_weight", "none", "recall", threshold) for threshold in (0.2, "prior 0.2")]


def test_the_latest_run_is_the_default(compare):
    result = compare()
    assert result.exit_code == 2
    assert "the run has 1 strategy, class_weight" in result.stderr


def test_files_say_the_format(compare, tmp_path):
    for name, begins in (("a.json", "{"), ("a.md", "### moons"), ("a.txt", "moons")):
        result = compare("1", "--output", name)
        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / name).read_text().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", "smote"], "no strategy 'smote' to compare with"),
        (["--metrics", "calibration_slope"], "neither larger nor smaller"),
        (["--metrics", "recal"], "did you mean 'recall'"),
        (["--format", "latex"], "compare has no format 'latex'"),
        (["--output", "a.csv"], "no format has the suffix '.csv'"),
        (["--rope", "-1"], "rope is -1.0"),
        (["--diagram", "a.gif"], "ends in .svg, .png, .pdf"),
        (["--diagram", "nowhere/a.svg"], "has no folder"),
        (["--by", "model"], "the run has 1 model"),
        (["7"], "no run 7 is stored"),
    ],
)
def test_mistakes_are_messages(compare, arguments, message):
    result = compare("1", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""
