"""Annotations and the job summary on GitHub: read back as GitHub reads them."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from imbbench.aggregate import clean
from imbbench.check import Checked
from imbbench.github import annotate, summarise
from tests.findings import BETTER, EVERY, FAILED, HOSTILE, NEW, SAME, WORSE, change, finding, found

BASELINE = Path("baseline.json")
#: As the runner undoes it: of a message, and of a property.
ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


def unescaped(text: str) -> str:
    return re.sub("|".join(ESCAPES), lambda match: ESCAPES[match[0]], text)


def commands(checked: Checked, baseline: Path = BASELINE) -> list[tuple[dict[str, str], str]]:
    """(properties, message) of each annotation, one a line."""
    stream = io.StringIO()
    annotate(checked, baseline, stream)
    assert stream.getvalue() == "" or stream.getvalue().endswith("\n")
    read = []
    for line in stream.getvalue().split("\n")[:-1]:
        assert "\r" not in line
        empty, command, message = line.split("::", 2)
        kind, properties = command.split(" ", 1)
        assert (empty, kind) == ("", "error")
        pairs = (part.split("=", 1) for part in properties.split(","))
        read.append(({name: unescaped(value) for name, value in pairs}, unescaped(message)))
    return read


def test_an_annotation_for_each_failing_finding_the_worst_first() -> None:
    read = commands(EVERY)
    assert [known["title"] for known, _ in read] == [
        f"imbbench check: {verdict}" for verdict in ("failed", "missing", "not comparable", "worse")
    ]
    assert {known["file"] for known, _ in read} == {"baseline.json"}
    assert read[-1][1].splitlines() == [
        "moons · kfold · none, sklearn-lr, fold 2: precision 0.5000 -> – (precision is undefined now)",
        "roc_auc 0.9314 -> 0.9214 (-0.0100, tolerance 0.0050)",
        "changed since the baseline: scikit-learn 1.8.0 -> 1.9.1",
    ]
    assert commands(found(BETTER, NEW, SAME)) == []


@pytest.mark.parametrize(("failing", "shown"), [(10, 10), (11, 10), (300, 10)])
def test_no_more_annotations_than_github_shows(failing: int, shown: int) -> None:
    read = commands(found(*(finding(verdict="missing", reason="gone", fold=fold) for fold in range(failing))))
    assert len(read) == shown
    if failing > shown:
        assert read[-1][0]["title"] == f"imbbench check: {failing - 9} more"
        assert f"{failing} missing" in read[-1][1]
    else:
        assert "fold 9" in read[-1][1]


def test_the_file_is_named_from_the_root_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    for path in (BASELINE, tmp_path / "sub" / BASELINE, Path("../sub/baseline.json")):
        assert commands(found(FAILED), path)[0][0]["file"] == "sub/baseline.json"
    assert commands(found(FAILED), tmp_path.parent / "b.json")[0][0]["file"] == str(
        tmp_path.parent / "b.json"
    )
    odd = Path("a,b:c%0A=d.json")
    assert commands(found(FAILED), odd)[0][0]["file"] == f"sub/{odd}"


@settings(deadline=None)
@given(st.text(st.characters(), max_size=30))
def test_any_text_stays_one_command(text: str) -> None:
    hostile = finding(verdict="missing", reason=f"x{text}", model=f"m{text}", strategy=f"s{text}")
    ((_, message),) = commands(found(hostile))
    names = clean(f"moons · kfold · s{text}, m{text}, fold 0")
    assert message == f"{names}: {clean(f'x{text}')}"


def test_a_long_message_is_cut_below_what_the_runner_takes() -> None:
    ((_, message),) = commands(found(finding(verdict="failed", reason="very " * 2000)))
    assert len(message) < 4096
    assert message.endswith("[...]")


def test_a_stream_that_knows_few_characters() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    annotate(found(WORSE), BASELINE, stream)
    stream.flush()
    assert stream.buffer.getvalue().startswith(b"::error file=baseline.json")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that GitHub shows."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path / "summary.md"


BLOCKS = ("paragraph", "heading", "table", "thead", "tbody", "tr", "th", "td")


def rendered(path: Path) -> tuple[list[str], list[list[str]], set[str]]:
    """Paragraphs, headings (behind their tag) and blocks of code; rows of tables; and any other markup."""
    lines, rows, markup, inside, head = [], [], set(), "", ""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    for token in parser.parse(path.read_text("utf-8")):
        kind = token.type.removesuffix("_open")
        if token.type == "inline":
            markup |= {part.type for part in token.children} - {"text", "text_special"}
            text = "".join(part.content for part in token.children)
            if inside in ("th", "td"):
                rows[-1].append(text)
            else:
                lines.append(head + text)
        elif kind in BLOCKS:
            inside, head = kind, f"{token.tag}: " if kind == "heading" else ""
            rows += [[]] if kind == "tr" else []
        elif token.type == "code_block":
            lines.append(token.content)
        elif token.type.removesuffix("_close") not in BLOCKS:
            markup.add(token.type)
    return lines, rows, markup


def test_a_summary_of_a_red_check(page: Path) -> None:
    page.write_text("of an earlier step\n\n")
    summarise(EVERY, Path("tests/baseline.json"))
    lines, rows, _ = rendered(page)
    assert lines[0] == "of an earlier step"
    assert lines[1] == "h2: imbbench check of tests/baseline.json: failed"
    assert (
        lines[2]
        == "8 cells: 1 failed, 1 missing, 1 not comparable, 1 worse, 1 better, 1 new, 1 same, 1 unsupported as before"
    )
    assert "h3: moons · kfold" in lines
    assert "h3: creditcard · holdout" in lines
    assert lines[-1] == "imbbench baseline update tests/baseline.json --only NAME\n"
    assert [row[-1].split(" [")[0] for row in rows] == [
        "verdict", "failed", "missing", "worse", "worse", "better", "new", "verdict", "not comparable",
    ]  # fmt: skip
    assert ["none", "sklearn-lr", "2", "ROC AUC", "0.9314", "0.9214", "-0.0100", "0.0050"] in [
        row[:-1] for row in rows
    ]


def test_a_summary_of_a_green_check(page: Path) -> None:
    summarise(found(SAME), BASELINE)
    assert rendered(page)[0] == ["h2: imbbench check of baseline.json: passed", "1 cell: 1 same"]


def test_failures_alone_cannot_be_accepted(page: Path) -> None:
    summarise(found(FAILED, SAME), BASELINE)
    assert "baseline update" not in page.read_text()


def test_another_processor_is_told(page: Path) -> None:
    summarise(found(WORSE, cpus=("Abacus", "Slide <b>rule</b>")), BASELINE)
    lines, _, markup = rendered(page)
    assert "the baseline was made on another processor (Abacus; this is Slide <b>rule</b>)" in lines
    assert not markup - {"code_inline"}


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_no_markup_and_call_nobody(page: Path, text: str) -> None:
    names = {"strategy": f"{text}a", "model": f"{text} b"}
    summarise(
        found(
            finding(change("roc_auc", 0.9, 0.8), verdict="worse", versions=text, dataset=f"{text}c", **names),
            finding(verdict="failed", reason=text, dataset=f"{text}d", **names),
        ),
        BASELINE,
    )
    lines, rows, markup = rendered(page)
    assert not markup - {"code_inline"}
    names = [clean(f"{text}a"), clean(f"{text} b")]
    assert [[part.replace("\u200b", "") for part in row[:2]] for row in rows[1::2]] == [names] * 2
    said = [line.replace("\u200b", "") for line in lines]
    assert [line for line in said if line.startswith(("h1", "h2", "h3"))][1:] == [
        f"h3: {clean(f'{text}d')} · kfold", f"h3: {clean(f'{text}c')} · kfold",
    ]  # fmt: skip
    assert clean(text) in ["", *said]
    assert not re.search(r"@\w", "".join([*lines[:-1], *(part for row in rows for part in row)]))


@pytest.mark.parametrize("name", ["my baseline.json", "it's `x`.json", "a@b.json", "-b.json", "*.json"])
def test_the_command_that_accepts_names_the_file_whatever_it_is_called(page: Path, name: str) -> None:
    summarise(found(WORSE), Path(name))
    lines = rendered(page)[0]
    assert shlex.split(lines[-1])[3] == name
    assert lines[0].replace("\u200b", "") == f"h2: imbbench check of {name}: failed"


def test_a_summary_is_never_so_long_that_github_refuses_it(page: Path) -> None:
    many = [
        finding(change("roc_auc", 0.9, 0.8 - fold / 1e5), model=f"model-{fold}-" + "x" * 900)
        for fold in range(2000)
    ]
    summarise(found(*many, SAME), BASELINE)
    assert page.stat().st_size < 2**19
    lines, rows, _ = rendered(page)
    left_out = next(line for line in lines if "left out" in line)
    assert int(left_out.split()[0]) == 2000 - (len(rows) - 1)
    assert len(rows) > 20
    assert lines[1] == "2001 cells: 2000 worse, 1 same"


def test_one_reason_that_is_too_long(page: Path) -> None:
    summarise(found(finding(verdict="failed", reason="x" * 2_000_000)), BASELINE)
    assert page.stat().st_size < 2**19
    assert any(line.startswith("1 more") for line in rendered(page)[0])


def test_elsewhere_nothing_is_written(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for value in (None, ""):
        monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        if value is not None:
            monkeypatch.setenv("GITHUB_STEP_SUMMARY", value)
        summarise(EVERY, BASELINE)
    assert list(elsewhere.iterdir()) == []
    assert capsys.readouterr() == ("", "")


def test_a_summary_that_cannot_be_written_is_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    summarise(EVERY, BASELINE)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Warning: GITHUB_STEP_SUMMARY cannot be written")
    assert err.count("\n") == 1
