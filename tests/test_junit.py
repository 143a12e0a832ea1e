"""The JUnit report: valid, one test case for each finding, and nothing in a name breaks it."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench.aggregate import clean
from imbbench.check import Checked
from imbbench.compare import Finding
from imbbench.junit import write_junit
from imbbench.output import replace_file
from tests.findings import (
    BETTER,
    EVERY,
    FAILED,
    HOSTILE,
    MISSING,
    NEW,
    OTHER,
    SAME,
    SKIPPED,
    WORSE,
    change,
    finding,
    found,
)

SCHEMA = xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd")


def report(checked: Checked) -> ET.Element:
    """The only suite of a report, which is valid."""
    stream = io.StringIO()
    write_junit(checked, stream)
    SCHEMA.validate(stream.getvalue())
    (suite,) = ET.fromstring(stream.getvalue().encode())
    return suite


def test_a_suite_counts_its_cases() -> None:
    suite = report(EVERY)
    counts = {name: suite.attrib[name] for name in ("name", "tests", "failures", "errors", "skipped")}
    assert counts == {
        "name": "imbbench check", "tests": "8", "failures": "3", "errors": "1", "skipped": "1",
    }  # fmt: skip
    assert float(suite.attrib["time"]) == pytest.approx(5 * 0.25)
    assert len(suite) == 8


@pytest.mark.parametrize(
    ("one", "tag", "kind", "message"),
    [
        (WORSE, "failure", "worse", "precision 0.5000 -> – (precision is undefined now)"),
        (MISSING, "failure", "missing", "no model named 'gone'"),
        (OTHER, "failure", "not comparable", "the data differ"),
        (FAILED, "error", "failed", "timeout: over 3 s"),
        (SKIPPED, "skipped", None, "unsupported: knn takes no weights"),
    ],
)
def test_what_does_not_pass_says_why(one: Finding, tag: str, kind: str | None, message: str) -> None:
    (case,) = report(found(one))
    (outcome,) = case
    assert (outcome.tag, outcome.get("type"), outcome.get("message")) == (tag, kind, message)


def test_a_failure_tells_all_metrics_that_changed_and_the_versions() -> None:
    (case,) = report(found(WORSE, cpus=("Abacus", "Slide rule")))
    assert case[0].text.splitlines() == [
        "precision 0.5000 -> – (precision is undefined now)",
        "roc_auc 0.9314 -> 0.9214 (-0.0100, tolerance 0.0050)",
        "changed since the baseline: scikit-learn 1.8.0 -> 1.9.1",
        "the baseline was made on another processor (Abacus; this is Slide rule)",
    ]


@pytest.mark.parametrize(
    ("one", "output"),
    [
        (BETTER, "better\naverage_precision 0.4000 -> 0.5000 (+0.1000, tolerance 0.0050)"),
        (NEW, "new"),
        (finding(verdict="new", reason="was unsupported"), "new\nwas unsupported"),
    ],
)
def test_better_and_new_pass_and_say_so(one: Finding, output: str) -> None:
    (case,) = report(found(one))
    assert [(part.tag, part.text) for part in case] == [("system-out", output)]


def test_what_is_the_same_just_passes() -> None:
    (case,) = report(found(SAME))
    assert len(case) == 0
    assert case.get("time") == "0.25"


def test_without_a_fit_there_is_no_time() -> None:
    suite = report(found(MISSING, finding(fold=1, seconds=0.1234567)))
    assert [case.get("time") for case in suite] == [None, "0.123"]


def test_a_new_cell_that_is_skipped_is_skipped() -> None:
    (case,) = report(found(finding(verdict="new", reason="missing-data: no rows.csv")))
    assert case[0].tag == "skipped"


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (finding(fold=3), "none, sklearn-lr, fold 3"),
        (finding(scale="robust", random_state=7), "none, sklearn-lr, scale robust, random_state 7, fold 0"),
        (finding(change("roc_auc", 0.9, 0.9), folds=10), "none, sklearn-lr, 10 folds"),
    ],
)
def test_a_name_tells_strategy_model_and_fold(one: Finding, name: str) -> None:
    (case,) = report(found(one))
    assert case.get("name") == name


def test_a_class_is_a_dataset_and_a_split_for_jenkins_too() -> None:
    """Jenkins takes what is before the last dot for a package."""
    one = finding(dataset="moons[noise=0.3]", split="holdout[test_size=0.25]", label="moons[noise=0.3] (x)")
    (case,) = report(found(one))
    package, _, split = case.get("classname").rpartition(".")
    assert package == "moons[noise=0.3] (x)"
    assert split.startswith("holdout[test_size=0")
    assert split.endswith("25]")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_name_or_reason_breaks_the_file(text: str, tmp_path: Path) -> None:
    names = {"dataset": f"d{text}", "split": text, "strategy": text, "model": text, "scale": text}
    worse = change("roc_auc", 0.9, 0.8, reason=text)
    checked = found(
        finding(worse, change(text, 3.0, 1.0), versions=text, **names),
        *(finding(verdict=verdict, reason=text, **names) for verdict in ("failed", "missing", "new")),
        finding(verdict="same", reason=f"unsupported: {text}"),
        cpus=(text, "other"),
    )
    replace_file(tmp_path / "junit.xml", lambda stream: write_junit(checked, stream))
    SCHEMA.validate(tmp_path / "junit.xml")
    assert len(report(checked)) == 5


@settings(deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_any_text_is_kept_as_far_as_it_is_printable(text: str) -> None:
    (case,) = report(found(finding(verdict="failed", reason=text)))
    assert (case[0].text or "") == clean(text)
    assert case[0].get("message") == (clean(text) or "failed")
