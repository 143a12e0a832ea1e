from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbbench import Cell, Result, Results, from_json, to_json
from imbbench.builtin.reports import imbbench_reports

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = {report.name: report.write for report in imbbench_reports()}
COLUMNS = ("tn", "fp", "fn", "tp", "precision", "recall", "roc_auc", "average_precision")
HOSTILE = "a|b_%&<x>[bold]$#~^{}\\*`é"
FIGURE = re.compile(r"\d\.\d{4}|\d{5}")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Encoded(io.TextIOWrapper):
    """A stream that can only take one encoding, as PYTHONIOENCODING makes one."""

    def __init__(self, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="")

    def text(self) -> str:
        self.flush()
        return self.buffer.getvalue().decode(self.encoding)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def fabricate(folds: int = 1, thresholds: tuple[float, ...] = (0.5,), name: str = "sklearn-lr") -> Results:
    """Two datasets, three strategies; the second one fails in its first fold, the third is skipped."""
    rows = []
    for dataset, source in (("creditcard", "simulated"), ("moons", "")):
        for strategy in ("none", "class_weight", "undersample"):
            for model in (name, "torch-linear"):
                for fold in range(folds):
                    cell = Cell(dataset, "holdout", fold, "standard", strategy, model, 0)
                    rows.append(_result(cell, source, thresholds, len(rows)))
    lower = frozenset({"fp", "fn"})
    return Results(tuple(rows), {"command": "imbbench"}, thresholds, COLUMNS, lower)


def _result(cell: Cell, source: str, thresholds: tuple[float, ...], number: int) -> Result:
    counts = {"data": (284315, 492), "train": (199020, 344), "test": (85295, 148)}
    notes = ("rows are drawn, not real",) if source else ()
    if cell.strategy == "class_weight" and cell.model == "torch-linear" and cell.fold == 0:
        return Result(cell, "error", "loss became [red]NaN[/red]", source, counts=counts, notes=notes)
    if cell.strategy == "undersample" and cell.model == "torch-linear":
        return Result(cell, "unsupported", "cannot be weighted", source, notes=notes)
    share = 0.9 - number / 100
    figures = {"tn": 85000.0 + number, "fp": 295.0 - number, "fn": 40.0, "tp": 108.0}
    figures |= {"precision": share, "recall": share / 2, "roc_auc": share, "average_precision": 0.5}
    metrics = dict.fromkeys(thresholds, figures)
    return Result(cell, "ok", "", source, metrics, counts, "cpu", 1, 1.25, notes)


def written(form: str, results: Results, stream: io.StringIO | None = None) -> str:
    stream = io.StringIO() if stream is None else stream
    REPORTS[form](results, stream)
    return stream.getvalue()


def test_the_formats() -> None:
    assert list(REPORTS) == ["rich", "plain", "markdown", "latex", "csv", "json"]


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "latex"])
def test_every_table_says_what_a_reader_must_know(form: str) -> None:
    text = written(form, fabricate())
    assert text.count("creditcard (simulated)") == 1
    assert "creditcard ·" not in text
    assert "284,807 rows, 492 positive (0.173" in text
    assert text.count("rows are drawn, not real") == 1
    assert "[1] error: loss became" in text
    assert "[2] unsupported: cannot be weighted" in text
    assert "12 cells: 8 ok, 2 error, 2 unsupported" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "latex", "csv", "json"])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_stream_can_take_it(form: str, encoding: str) -> None:
    results = fabricate(folds=2, name=HOSTILE)
    with Encoded(encoding) as stream:
        REPORTS[form](results, stream)
        text = stream.text()
    assert "85" in text
    if form in ("rich", "plain") and encoding == "ascii":
        assert " +/- " in text
    if form == "json":
        assert from_json(text).rows[0].cell.model == HOSTILE


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "latex", "csv", "json"])
def test_no_rows(form: str) -> None:
    text = written(form, Results(()))
    assert ("0 cells" in text) == (form not in ("csv", "json"))


def test_a_pipe_is_never_coloured_wrapped_or_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    model, note = "m" * 300, "word " * 100
    results = fabricate(folds=2, thresholds=(0.3, 0.5), name=model)
    rows = tuple(replace(row, notes=(*row.notes, note)) for row in results)
    text = written("rich", replace(results, rows=rows))
    assert "\x1b" not in text
    assert note.strip() in text.splitlines()
    assert sum(model in line for line in text.splitlines()) == 12
    assert "fit seconds  status" in text
    assert "…" not in text
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_a_pipe_marks_the_best_with_a_star_and_keeps_digits_in_line() -> None:
    for form in ("rich", "plain"):
        lines = [line for line in written(form, fabricate()).splitlines() if FIGURE.search(line)]
        assert "* best of its column" in written(form, fabricate())
        assert "85000 " in lines[0]
        assert "0.9000*" in lines[0]
        assert len({line.index("0.5000") for line in lines}) == 1
        assert len({FIGURE.search(line).start() for line in lines}) == 1  # type: ignore[union-attr]


def test_a_terminal_marks_the_best_in_bold_green() -> None:
    text = written("rich", fabricate(), Terminal())
    assert re.search(r"\x1b\[1;32m *0\.9000", text)
    assert "*" not in text


def test_no_color_leaves_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = written("rich", fabricate(), Terminal())
    assert re.search(r"\x1b\[1m *0\.9000", text)
    assert set(re.findall(r"\x1b\[([0-9;]*)m", text)) == {"0", "1"}


def test_a_terminal_without_styles_gets_stars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    text = written("rich", fabricate(), Terminal())
    assert "\x1b" not in text
    assert "0.9000*" in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("columns", "seconds", "status", "spread"),
    [
        (200, True, True, True),
        (145, True, True, True),
        (130, False, True, True),
        (121, False, False, True),
        (80, False, False, False),
    ],
)
def test_a_narrow_terminal_loses_seconds_then_status_then_spread(
    columns: int, seconds: bool, status: bool, spread: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = ANSI.sub("", written("rich", fabricate(folds=3), Terminal()))
    assert max(map(len, text.splitlines())) <= columns
    assert ("seconds" in text) == seconds
    assert ("status" in text) == status
    assert ("±" in text) == spread
    assert "[1] error: loss became" in text
    assert ("torch-linear [1]" in text) == (not status)


@given(st.integers(10, 220), st.integers(1, 3), st.booleans())
def test_no_width_cuts_a_number(columns: int, folds: int, long: bool) -> None:
    results = fabricate(folds, name="forest[n_estimators=100,max_features=0.5]" if long else "lr")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        text = ANSI.sub("", written("rich", results, Terminal()))
    assert figures(text) == figures(written("plain", results))
    assert "…" not in text


def figures(text: str) -> list[list[str]]:
    """The counts and means of every row that has some, standard deviations and seconds aside."""
    rows = [re.sub(r" ± [\d.]+|\*", " ", line) for line in text.splitlines() if FIGURE.search(line)]
    return [re.findall(r"(?<=\s)\d+(?=\s)|\d\.\d{4}", row) for row in rows]


def bounded() -> Results:
    """Fabricated rows with an interval of .02 to either side of each precision and ROC AUC."""

    def row(result: Result) -> Result:
        found = {
            threshold: {name: (values[name] - 0.02, values[name] + 0.02) for name in ("precision", "roc_auc")}
            for threshold, values in result.metrics.items()
        }
        return replace(result, intervals=found)

    results = fabricate()
    return replace(results, rows=tuple(map(row, results)), confidence_level=0.95)


@pytest.mark.parametrize("form", ["rich", "plain", "markdown", "latex"])
def test_an_interval_stands_beside_its_figure(form: str) -> None:
    text = written(form, bounded())
    assert "0.9000 [0.8800, 0.9200]" in text
    assert "in brackets: 95" in text
    assert "stratified bootstrap draws of the test rows" in text


@pytest.mark.parametrize("terminal", ["xterm-256color", "dumb"])
def test_where_there_is_no_room_its_ends_stand_below(terminal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", terminal)
    lines = ANSI.sub("", written("rich", bounded(), Terminal())).splitlines()
    assert max(map(len, lines)) <= 80
    first = next(number for number, line in enumerate(lines) if "0.9000" in line)
    end = lines[first].index("0.9000") + 6
    assert [line[end - 8 : end] for line in lines[first : first + 3]] == ["  0.9000", "[0.8800,", " 0.9200]"]
    assert (lines[first][end : end + 1] == "*") == (terminal == "dumb")


def test_markup_in_names_and_notes_is_inert() -> None:
    text = ANSI.sub("", written("rich", fabricate(name="m[bold]:smile:[/bold]"), Terminal()))
    assert "loss became [red]NaN[/red]" in text
    piped = written("rich", fabricate(name="m[bold]:smile:[/bold]"))
    assert "m[bold]:smile:[/bold]" in piped


def test_markdown_shows_hostile_names_as_they_are() -> None:
    text = written("markdown", fabricate(name=HOSTILE))
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {len(COLUMNS) + 5}
    assert r"a\|b\_%\&\<x>[bold]\$#\~^{}\\\*\`é" in text
    assert "class_weight" in text
    assert "**0.9000**" in text
    assert "### creditcard (simulated)" in text


def test_latex_escapes_and_balances() -> None:
    text = written("latex", fabricate(folds=2, name=HOSTILE))
    escaped = (
        r"a\textbar{}b\_\%\&\ensuremath{<}x\ensuremath{>}[bold]\$\#\textasciitilde{}\^{}\{\}"
        r"\textbackslash{}*\textasciigrave{}é"
    )
    assert text.count(escaped) == 6
    assert r"\textbf{0." in text
    assert r"$\pm$" in text
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")
    rows = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {len(re.findall(r"(?<!\\)&", line)) for line in rows} == {len(COLUMNS) + 3}
    assert not any("\ue000" <= char <= "\uf8ff" for char in text)


def test_csv_is_not_aggregated_and_reads_back_exactly() -> None:
    results = fabricate(folds=2, thresholds=(0.3, 0.5), name=HOSTILE)
    first = results.rows[0]
    metrics = {0.3: {**first.metrics[0.3], "recall": math.nan, "precision": 1 / 3}, 0.5: first.metrics[0.5]}
    results = replace(results, rows=(replace(first, metrics=metrics), *results.rows[1:]))
    text = written("csv", results)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == 2 * len(results)
    assert lines[0] | {"seconds": "1.25"} == lines[0]
    assert lines[0]["recall"] == ""
    assert float(lines[0]["precision"]) == 1 / 3
    assert lines[0]["tn"] == "85000"
    assert lines[0]["model"] == HOSTILE
    assert {line["dataset"] for line in lines} == {"creditcard (simulated)", "moons"}
    frame = pd.read_csv(io.StringIO(text))
    assert list(frame.columns[14:]) == list(COLUMNS)
    assert set(frame["seed"]) == {0}
    assert set(frame["numerics"]) == {"single"}
    assert frame.query("status == 'error'")["tn"].isna().all()
    assert "\r" not in text


def test_json_is_the_json_form() -> None:
    results = fabricate(folds=2)
    text = written("json", results)
    assert text == to_json(results) + "\n"
    assert written("rich", from_json(text)) == written("rich", results)
    assert len(json.loads(text)["cells"]) == len(results)


def test_a_real_terminal_is_used_to_its_width(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    termios = pytest.importorskip("termios")
    path = tmp_path / "results.json"
    path.write_text(to_json(fabricate(folds=3)), encoding="utf-8")
    script = (
        "import pathlib, sys; from imbbench import from_json; from imbbench.builtin.reports import write_rich\n"
        "write_rich(from_json(pathlib.Path(sys.argv[1]).read_text(encoding='utf-8')), sys.stdout)"
    )
    environment = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (40, 90))
    command = [sys.executable, "-X", "utf8", "-c", script, str(path)]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment
    ) as process:
        os.close(follower)
        text = _drain(leader)
    assert process.returncode == 0, text
    lines = ANSI.sub("", text).splitlines()
    assert 60 < max(map(len, lines)) <= 90
    assert "12" not in lines[0]
    assert any("torch-linear [1]" in line for line in lines)


def _drain(descriptor: int) -> str:
    """All that is written to a pseudo-terminal until its other end is closed."""
    chunks = []
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # how Linux reports the end
            chunk = b""
        if not chunk:
            os.close(descriptor)
            return b"".join(chunks).decode()
        chunks.append(chunk)


def test_builtin_reports_import_nothing_heavy() -> None:
    script = (
        "import sys; import imbbench.builtin.reports, imbbench.progress, imbbench.table, imbbench.json_form; "
        "print([m for m in ('numpy', 'pandas', 'rich', 'tabulate', 'torch', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
