"""`imbbench plot` on a store: which rows, which files, which mistakes."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

import imbbench
from imbbench.cli import main


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two runs on two data sets: none, then class_weight at another threshold. liblinear
    takes no unpenalised regression: its cells fail."""
    path = tmp_path_factory.mktemp("store") / "results.sqlite"
    for strategy, threshold in (("none", 0.5), ("class_weight", 0.3)):
        imbbench.run(
            ["moons[n_samples=400]", "circles[n_samples=400]"], strategy,
            ["sklearn-lr", "sklearn-lr[C=1.0]", "sklearn-lr[solver=liblinear]"], executor="serial", memory_limit=None, jobs=1,
            store=path, threshold=threshold,
        )  # fmt: skip
    return path


@pytest.fixture
def plot(store, elsewhere):
    """The command line in this process; a traceback is a failure of the test."""

    def invoke(*arguments):
        result = CliRunner().invoke(main, ["plot", *arguments, "--store", str(store)], prog_name="imbbench")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def texts(folder, name: str) -> list[str]:
    """All that stands in an svg file."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", (folder / name).read_text())


def test_the_latest_run_is_drawn_into_a_file_of_the_kinds_name(plot, elsewhere):
    result = plot("pr", "-d", "moons", "-m", "sklearn-lr[C=1.0]")
    assert (result.exit_code, result.stdout) == (0, ""), result.stderr
    assert result.stderr == "Wrote pr.svg\n"
    found = texts(elsewhere, "pr.svg")
    assert "moons[n_samples=400] · holdout" in found
    assert sum(text.startswith("class_weight (AP = ") for text in found) == 1
    assert not any("circles" in text for text in found)


def test_failed_cells_are_named(plot, elsewhere):
    result = plot("scores", "-d", "circles")
    assert result.exit_code == 0
    warning, wrote = result.stderr.splitlines()
    failed = "class_weight with sklearn-lr[solver=liblinear]: error: model"
    assert warning.startswith(f"Warning: not drawn of circles[n_samples=400] · holdout: {failed}")
    assert wrote == "Wrote scores.svg"


def test_runs_are_joined(plot, elsewhere):
    assert plot("roc", "1", "2", "-d", "m*").exit_code == 0
    found = texts(elsewhere, "roc.svg")
    for strategy in ("none", "class_weight"):
        assert sum(text.startswith(f"{strategy} (AUC") for text in found) == 2


def test_metrics_and_thresholds_are_computed_from_scores(plot, elsewhere):
    shown = {}
    for threshold in ("0.1", "0.9"):
        result = plot(
            "heatmap", "1", "--metrics", "recall", "--threshold", threshold, "-m", "sklearn-lr,*[C=1]"
        )
        assert result.exit_code == 0, result.stderr
        shown[threshold] = [
            text for text in texts(elsewhere, "heatmap.svg") if re.fullmatch(r"\d\.\d{4}", text)
        ]
    assert all(map(float.__ge__, *(map(float, values) for values in shown.values())))
    assert "recall at 0.9" in texts(elsewhere, "heatmap.svg")
    assert len(shown["0.1"]) == 4
    assert shown["0.1"] != shown["0.9"]


@pytest.mark.parametrize(
    ("arguments", "text"), [((), "threshold 0.3"), (("--threshold", "0.07"), "threshold 0.07")]
)
def test_boundaries_are_drawn_at_a_threshold(plot, elsewhere, arguments, text):
    assert plot("boundary", "-d", "moons", "-m", "*[C=1.0]", *arguments).exit_code == 0
    assert text in texts(elsewhere, "boundary.svg")


def test_kinds_of_files(plot, elsewhere):
    for suffix, begins in ((".png", b"\x89PNG"), (".PDF", b"%PDF")):
        name = f"mine{suffix}"
        assert plot("calibration", "-d", "moons", "-m", "sklearn-lr", "--output", name).exit_code == 0
        assert (elsewhere / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prs"], "'prs' is not one of 'pr', 'roc', 'calibration', 'scores', 'boundary', 'heatmap', 'ranks'"),
        (["pr", "--output", "a.gif"], "--output a.gif: expected a file that ends in .svg, .png, .pdf"),
        (["pr", "--output", "nowhere/a.svg"], "has no folder"),
        (
            ["pr", "-d", "mons"],
            "the run has no dataset 'mons' (did you mean 'moons'?); it has moons[n_samples=400], ",
        ),
        (["pr", "--metrics", "f1"], "plot pr is of scores, not of a metric"),
        (["pr", "--threshold", "0.3"], "plot pr is of scores, not of a threshold"),
        (["boundary", "--threshold", "tuned:f1"], "--threshold tuned:f1: plot boundary draws fixed ones"),
        (["boundary", "--calibrate", "prior"], "plot boundary is of scores as they are"),
        (["heatmap", "--metrics", "recal"], "did you mean 'recall'"),
        (["heatmap", "--threshold", "0.3,0.5"], "--threshold 0.3,0.5: plot heatmap shows figures at one"),
        (["ranks", "1", "2"], "a diagram of ranks needs 6 data sets"),
        (["pr", "7"], "no run 7 is stored"),
    ],
)
def test_mistakes_are_messages(plot, elsewhere, arguments, message):
    if arguments[0] == "ranks":
        pytest.importorskip("scikit_posthocs")
    result = plot(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_what_is_not_drawn_is_said(plot, elsewhere):
    result = plot("scores", "1", "2", "--calibrate", "platt")
    assert result.exit_code == 2
    assert "there is nothing to draw; not drawn of moons[n_samples=400] · holdout: none with" in result.stderr
    assert "imbbench run --calibrate platt" in result.stderr
