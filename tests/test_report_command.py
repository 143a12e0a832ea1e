"""`imbbench report` on a store: what the page is of, where it goes, which mistakes are told."""

from __future__ import annotations

import base64
import json
import re
import zlib

import numpy as np
import pytest
from click.testing import CliRunner

import imbbench
from imbbench.arrays import unpack
from imbbench.cli import main
from imbbench.errors import UsageError
from imbbench.page.folders import without_folders
from imbbench.page.names import Names
from imbbench.page.origin import environment_of
from imbbench.store import Store
from tests.stores import begin


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two runs: none and pos_weight, then class_weight, at other thresholds."""
    path = tmp_path_factory.mktemp("store") / "results.sqlite"
    for strategies, threshold in (("none,pos_weight", 0.5), ("class_weight", 0.3)):
        imbbench.run(
            "moons[n_samples=200]",
            strategies,
            "sklearn-lr",
            threshold=threshold,
            store=path,
            executor="serial",
        )
    return path


@pytest.fixture
def report(store, elsewhere):
    """The command line in this process; a traceback is a failure of the test."""

    def invoke(*arguments):
        result = CliRunner().invoke(main, ["report", "--store", str(store), *arguments], prog_name="imbbench")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def data_of(text):
    (packed,) = re.findall(r'<script type="text/plain" id="data">\s*([^<\s]*)\s*</script>', text)
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def rows_of(text):
    return [(row["strategy"], row["reading"]) for part in data_of(text)["protocols"] for row in part["rows"]]


def test_the_latest_run_by_default(report, elsewhere):
    result = report("--html", "page.html")
    assert result.exit_code == 0, result.output
    text = (elsewhere / "page.html").read_text()
    assert rows_of(text) == [("class_weight", "0.3")]
    assert re.fullmatch(r"Wrote page\.html: 1 cell, 0\.\d MB\n", result.stderr)
    assert result.stdout == ""


def test_runs_are_joined_and_read_alike(report, elsewhere):
    assert report("2", "1", "--html", "page.html").exit_code == 0
    data = data_of((elsewhere / "page.html").read_text())
    (protocol,) = data["protocols"]
    assert [(row["strategy"], row["reading"]) for row in protocol["rows"]] == [
        (strategy, threshold)
        for strategy in ("none", "pos_weight", "class_weight")
        for threshold in ("0.5", "0.3")
    ]
    assert len(protocol["fits"]) == 3
    assert all(row["figures"]["balanced_accuracy"][0] is not None for row in protocol["rows"])


def test_other_thresholds_and_columns(report, elsewhere):
    """All other metrics are still there, read at the other threshold too."""
    chosen = ("--threshold", "0.2", "--calibrate", "prior", "--metrics", "roc_auc,recall")
    assert report("1", "--html", "page.html", *chosen).exit_code == 0
    data = data_of((elsewhere / "page.html").read_text())
    assert data["columns"] == ["roc_auc", "recall"]
    assert data["grid"][data["start"]] == 0.2
    (protocol,) = data["protocols"]
    assert {row["reading"] for row in protocol["rows"]} == {"prior 0.2"}
    assert {fit["calibrate"] for fit in protocol["fits"]} == {"prior"}
    assert all(row["figures"]["brier"][0] is not None for row in protocol["rows"])


def test_a_metric_that_is_not_stored(store, report, elsewhere):
    assert report("--html", "page.html", "--metrics", "precision_at_k[k=7]").exit_code == 0
    data = data_of((elsewhere / "page.html").read_text())
    ((row,),) = (part["rows"] for part in data["protocols"])
    with Store.read(store) as reader:
        ((_, _, record),) = reader.scored_rows(2)
    y, score = unpack(record.fold.y), unpack(record.scores)
    assert row["figures"]["precision_at_k[k=7]"][1] == f"{y[np.argsort(-score)[:7]].mean():.4f}"
    assert row["figures"]["recall"][0] is not None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Missing option '--html'"),
        (("--html", "nowhere/page.html"), "--html"),
        (("9", "--html", "page.html"), "no run 9 is stored"),
        (("--html", "page.html", "--metrics", "rocauc"), "did you mean"),
    ],
)
def test_mistakes(report, elsewhere, arguments, told):
    result = report(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_run_of_which_nothing_is_done(elsewhere):
    with Store.open(elsewhere / "bare.sqlite") as store:
        begin(store, 3)
    asked = ["report", "--html", "page.html", "--store", "bare.sqlite"]
    result = CliRunner().invoke(main, asked, prog_name="imbbench")
    assert result.exit_code == 2
    assert "there is nothing to report: run 1 has no cell that is done" in result.stderr
    assert not (elsewhere / "page.html").exists()


def test_without_a_store(elsewhere):
    result = CliRunner().invoke(main, ["report", "--html", "page.html"], prog_name="imbbench")
    assert result.exit_code == 2
    assert "no run is stored" in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_a_run_writes_no_page_by_its_suffix(elsewhere):
    result = CliRunner().invoke(main, ["run", "-d", "moons", "--output", "page.html"], prog_name="imbbench")
    assert result.exit_code == 2
    assert "imbbench report --html page.html" in result.stderr
    assert list(elsewhere.iterdir()) == []


def test_results_have_a_page(store, tmp_path):
    with Store.read(store) as reader:
        results = reader.results(1)
    text = results.to_html()
    assert rows_of(text) == [("none", "0.5"), ("pos_weight", "0.5")]
    assert results.to_html(tmp_path / "page.html") is None
    assert (tmp_path / "page.html").read_text() == text
    with pytest.raises(UsageError, match=r"path .* has no folder"):
        results.to_html(tmp_path / "nowhere" / "page.html")


def test_where_the_figures_come_from(store):
    with Store.read(store) as reader:
        results = imbbench.compared.joined([reader.results(1), reader.results(2)])
    about = dict(environment_of(results))
    assert {"run 1 of results.sqlite", "run 2 of results.sqlite"} < about.keys()
    assert about["numpy"] == imbbench.environment.version("numpy")
    assert about["hash of moons[n_samples=200]"] == results[0].hashes["data"]
    assert "command" not in about
    assert str(store.parent) not in repr(about)


def test_results_that_were_not_stored_have_a_command():
    results = imbbench.Results(
        (), {"command": "python /home/me/run.py", "versions": {"numpy": "2", "torch": None}}
    )
    assert environment_of(results) == (("command", "python run.py"), ("numpy", "2"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/me/x.csv", "x.csv"), ("csv[path=/home/me/x.csv,target=y]", "csv[path=x.csv,target=y]"),
        ("File \"/usr/lib/x.py\", line 3", "File \"x.py\", line 3"), ("~/a/b.csv", "b.csv"),
        (r"C:\Users\me\x.csv", "x.csv"), ("https://example.org/a/b", "https://example.org/a/b"),
        ("keel/yeast6", "keel/yeast6"), ("../a/b.csv", "../a/b.csv"), ("wins / ties", "wins / ties"),
        ("csv[path=/home/me/dir/]", "csv[path=dir/]"), ("file:///home/me/x.csv", "x.csv"),
        ("csv[path='/home/me/my dir/x, y.csv',target=y]", "csv[path='x, y.csv',target=y]"),
        (r"csv[path='C:\\Users\\J S\\x.csv']", "csv[path='x.csv']"), (r"\\host\me\x.csv", "x.csv"),
        ("csv[path=\"/home/o'b/x[1].csv\"]", "csv[path=\"x[1].csv\"]"), ("/home/o'b/x.csv", "x.csv"),
        ("no file /home/my dir/x.csv and /home/me/y.csv", "no file x.csv and y.csv"), ("D:/me/x", "x"),
        ("'--data=/home/me/a b/c.csv' -d x", "'--data=c.csv' -d x"), ("(/home/me/x)", "(x)"),
    ],
)  # fmt: skip
def test_folders_stay_at_home(text, left):
    assert without_folders(text) == left


def test_files_of_one_name_are_told_apart():
    """By a number, which tells nothing of their folders."""
    paths = ("/home/me/x.csv", "x.csv", "/home/you/x.csv", "/home/me/x.csv")
    cells = [
        imbbench.Cell(f"csv[path={path}]", "holdout", 0, "standard", "none", "lr", seed)
        for seed, path in enumerate(paths)
    ]
    names = Names.of(imbbench.Results(tuple(imbbench.Result(cell, "ok") for cell in cells)))
    called = [names.plain(cell.dataset) for cell in cells]
    assert called == [f"csv[path={name}]" for name in ("x.csv (2)", "x.csv", "x.csv (3)", "x.csv (2)")]
