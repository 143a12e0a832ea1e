"""What a check found, as a reader sees it: what changed, the worst first, and nothing twice."""

from __future__ import annotations

import io
import json
import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imbbench.builtin.reports import as_markdown
from imbbench.builtin.rich_report import print_tables
from imbbench.check import Checked
from imbbench.check_table import plain_data, tables_of
from imbbench.check_text import cautions, cell_name, figure, other_machine, summary, texts, told
from imbbench.json_form import plain
from imbbench.table import Table
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


def read(table: Table) -> list[dict[str, str]]:
    """Heading -> text, of each row."""
    heads = [column.heading for column in table.columns]
    return [dict(zip(heads, (str(entry) for entry in row), strict=True)) for row in table.rows]


def only(checked: Checked, *, verbose: bool = False) -> list[dict[str, str]]:
    (table,) = tables_of(checked, verbose=verbose)
    return read(table)


@pytest.mark.parametrize(
    ("checked", "said"),
    [
        (
            EVERY,
            "8 cells: 1 failed, 1 missing, 1 not comparable, 1 worse, 1 better, 1 new, 1 same, 1 unsupported as before",
        ),
        (found(SAME), "1 cell: 1 same"),
        (found(WORSE, SAME, significance=0.05), "2 cells: 1 worse, 1 same"),
        (found(), "nothing was compared"),
    ],
)
def test_the_summary_counts_verdicts(checked: Checked, said: str) -> None:
    assert summary(checked) == said


def test_another_processor_is_told_where_figures_differ() -> None:
    cpus = ("Abacus\n", "")
    said = "the baseline was made on another processor (Abacus; this is unknown)"
    assert other_machine(found(WORSE, cpus=cpus)) == other_machine(found(BETTER, cpus=cpus)) == said
    assert other_machine(found(SAME, MISSING, cpus=cpus)) == ""
    assert other_machine(found(WORSE)) == ""


def test_only_what_changed_is_shown() -> None:
    assert tables_of(found(SAME, SKIPPED)) == ()
    assert only(found(WORSE, SAME)) == [
        {
            "strategy": "none", "model": "sklearn-lr", "fold": "2", "metric": metric, "baseline": before,
            "now": now, "difference": difference, "tolerance": tolerance, "verdict": verdict,
        }
        for metric, before, now, difference, tolerance, verdict in [
            ("precision", "0.5000", "–", "–", "0.0050", "worse [1]"),
            ("ROC AUC", "0.9314", "0.9214", "-0.0100", "0.0050", "worse"),
        ]
    ]  # fmt: skip
    (table,) = tables_of(found(WORSE))
    assert table.notes == ("changed since the baseline: scikit-learn 1.8.0 -> 1.9.1",)
    assert table.footnotes == ("precision is undefined now",)


def test_verbose_shows_also_what_is_the_same() -> None:
    rows = only(found(WORSE, SAME, SKIPPED), verbose=True)
    assert [(row["model"], row["metric"], row["verdict"].split()[0]) for row in rows] == [
        ("sklearn-lr", "precision", "worse"),
        ("sklearn-lr", "ROC AUC", "worse"),
        ("sklearn-lr", "TP", "same"),
        ("sklearn-lr", "ROC AUC", "same"),
        ("knn", "", "same"),
    ]
    assert [row["verdict"] for row in rows][2:] == [
        "same",
        "same",
        "same [3]",
    ]  # versions explain nothing there


def test_tables_and_cells_are_the_worst_first() -> None:
    kfold, holdout = tables_of(EVERY)
    assert (kfold.title, holdout.title) == ("moons · kfold", "creditcard · holdout")
    assert [row["verdict"].split(" [")[0] for row in read(kfold)] == [
        "failed", "missing", "worse", "worse", "better", "new",
    ]  # fmt: skip
    slight = finding(change("roc_auc", 0.9, 0.89), change("tp", 9.0, 8.0), model="slight")
    grave = finding(change("roc_auc", 0.9, 0.7), change("recall", 0.1, 0.2), model="grave")
    assert [(row["model"], row["metric"]) for row in only(found(slight, grave))] == [
        ("grave", "ROC AUC"), ("grave", "recall"), ("slight", "ROC AUC"), ("slight", "TP"),
    ]  # fmt: skip


def test_what_failed_alone_has_no_columns_for_figures() -> None:
    assert only(found(FAILED)) == [{"strategy": "none", "model": "torch-mlp", "verdict": "failed"}]
    (table,) = tables_of(found(FAILED))
    assert table.notes == ("timeout: over 3 s",)


def test_folds_with_the_same_change_are_one_row_the_worst() -> None:
    aucs, counts = (0.93, 0.80, 0.91, 0.92, 0.85), (8.0, 8.0, 2.0, 7.0, 8.0)
    folds = [
        finding(change("roc_auc", 0.95, auc), change("tp", 9.0, tp), change("recall", 0.5, 0.5), fold=fold)
        for fold, (auc, tp) in enumerate(zip(aucs, counts, strict=True))
    ]
    gone = [finding(verdict="missing", reason="gone", model="gone", fold=fold) for fold in range(3)]
    rows = only(found(*folds, *gone))
    shown = {(row["model"], row["metric"]): (row["fold"], row["now"]) for row in rows}
    assert shown == {
        ("gone", ""): ("0, 2 more", "–"),
        ("sklearn-lr", "ROC AUC"): ("1, 4 more", "0.8000"),
        ("sklearn-lr", "TP"): ("2, 4 more", "2"),
    }
    (table,) = tables_of(found(*folds))
    assert table.caption == ("of the folds in which a figure has one verdict, the worst is shown",)
    assert tables_of(found(folds[1]))[0].caption == ()


def test_folds_with_other_verdicts_or_reasons_are_rows_of_their_own() -> None:
    fell, rose = finding(change("recall", 0.5, 0.4), fold=1), finding(change("recall", 0.5, 0.6), fold=2)
    late, odd = (finding(verdict="failed", reason=reason, fold=4) for reason in ("timeout", "error"))
    rows = only(found(fell, rose, late, odd))
    assert [(row["fold"], row["verdict"]) for row in rows] == [
        ("4", "failed [1]"), ("4", "failed [2]"), ("1", "worse"), ("2", "better"),
    ]  # fmt: skip


def test_verbose_shows_the_fold_that_fell_most_within_its_tolerance() -> None:
    folds = [
        finding(change("recall", 0.5, 0.5 - loss), fold=fold) for fold, loss in enumerate((0, 4e-3, 1e-3))
    ]
    undefined = finding(change("recall", math.nan, math.nan, "same"), fold=3)
    (row,) = only(found(undefined, *folds), verbose=True)
    assert (row["fold"], row["difference"]) == ("1, 3 more", "-0.0040")


def test_folds_judged_together() -> None:
    sure, unsure = (change("roc_auc", 0.93, 0.91, p=p) for p in (0.00004, 0.0312))
    means = change("tp", 9.4, 9.3667, "worse", p=0.5)
    fold = finding(verdict="failed", reason="timeout", fold=9)
    checked = found(
        finding(sure, folds=9), finding(unsure, means, folds=10, model="rf"), fold, significance=0.05
    )
    rows = only(checked)
    assert [(row["fold"], row["metric"], row["p"]) for row in rows] == [
        ("9", "", "–"),
        ("9 folds", "ROC AUC", "<0.001"),
        ("10 folds", "ROC AUC", "0.031"),
        ("10 folds", "TP", "0.500"),
    ]
    assert (rows[-1]["baseline"], rows[-1]["now"], rows[-1]["difference"]) == ("9.40", "9.37", "-0.03")
    assert tables_of(checked)[0].caption == (
        "means over folds; p of the corrected resampled t-test, adjusted for many tests",
    )


def test_a_seed_stands_beside_its_fold() -> None:
    checked = found(
        finding(change("roc_auc", 0.9, 0.8), fold=1, seed=2), finding(change("roc_auc", 0.9, 0.9))
    )
    (line,) = only(checked)
    assert line["fold"] == "1 · seed 2"
    assert cell_name(checked.findings[0]) == "none, sklearn-lr, fold 1 · seed 2"
    alone = found(finding(change("roc_auc", 0.9, 0.8), seed=1))
    assert only(alone)[0]["fold"] == "0 · seed 1"


def test_seeds_judged_together_are_told() -> None:
    judged = finding(change("roc_auc", 0.9, 0.8, p=0.01), folds=5)
    cells = tuple(replace(cell, seed=seed) for cell in judged.cells for seed in range(3))
    checked = found(replace(judged, cells=cells), significance=0.05)
    assert only(checked)[0]["fold"] == "5 folds x 3 seeds"
    assert summary(checked) == "1 cell (15 fits, judged together): 1 worse"
    assert not any("one fold has no spread" in line for line in cautions(checked))
    one_fold = found(replace(judged, cells=cells[:3]), significance=0.05)
    assert cell_name(one_fold.findings[0]) == "none, sklearn-lr, 3 seeds"
    assert any("one fold has no spread" in line for line in cautions(one_fold))


def test_thresholds_have_a_column_where_there_are_several() -> None:
    lower, upper = (change("recall", 0.5, 0.4, threshold=threshold) for threshold in (0.25, 0.5))
    assert "threshold" not in only(found(finding(lower)))[0]
    assert [row["threshold"] for row in only(found(finding(lower, upper)))] == ["0.25", "0.5"]
    assert told(finding(lower, upper))[0] == (
        "recall at threshold 0.25: 0.5000 -> 0.4000 (-0.1000, tolerance 0.0050)"
    )


def test_parameters_that_all_rows_share_stand_above() -> None:
    first, second = (
        finding(change("recall", 0.5, 0.4), model=f"rf[max_depth=3,trees={trees}]") for trees in (10, 20)
    )
    (table,) = tables_of(found(first, second))
    assert [row["model"] for row in read(table)] == ["rf[trees=10]", "rf[trees=20]"]
    assert table.caption == ("rf: max_depth=3",)


def test_the_noise_of_another_machine_is_no_difference() -> None:
    assert texts(change("roc_auc", 0.9, 0.9 + 3e-11))["difference"] == "0.0000"
    assert texts(change("cost", 2e6, 2e6 + 1e-3))["difference"] == "0.0000"
    assert texts(change("roc_auc", 0.9, 0.9 - 2e-5))["difference"] == "-2.0e-05"
    assert texts(change("tp", 9.0, 11.0))["difference"] == "+2"


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), st.booleans())
def test_a_figure_is_never_0_for_what_is_none(value: float, whole: bool) -> None:
    shown = figure(value, whole)
    assert len(shown) < 320
    assert (float(shown) == 0) == (value == 0)
    assert float(shown) == pytest.approx(value, rel=0.05, abs=6e-3 if whole else 6e-5)
    if whole and value.is_integer():
        assert float(shown) == value
    assert not re.fullmatch(r"-0(\.0*)?", shown)


def test_a_figure_that_is_undefined_is_a_dash() -> None:
    assert [figure(value, True) for value in (math.nan, math.inf)] == ["–", "–"]
    assert told(WORSE)[0] == "precision 0.5000 -> – (precision is undefined now)"


def test_a_cell_is_told_in_a_line() -> None:
    assert cell_name(WORSE) == "none, sklearn-lr, fold 2"
    assert told(MISSING) == ["no model named 'gone'"]
    assert told(NEW) == []
    assert told(finding(change("tp", 9.0, 8.0, p=0.01), folds=3)) == ["tp 9 -> 8 (-1, tolerance 0, p 0.010)"]


def test_metrics_that_changed_are_told_the_worst_first() -> None:
    told_of = told(finding(*(change("recall", 0.5, now, threshold=now) for now in (0.6, 0.45, 0.1, 0.501))))
    assert [line.split()[3] for line in told_of] == ["0.1:", "0.45:", "0.6:"]


@pytest.mark.parametrize("text", HOSTILE)
def test_names_are_one_line_without_control_characters(text: str) -> None:
    names = {"dataset": f"d{text}", "strategy": text, "model": text, "reason": text, "versions": text}
    checked = found(
        finding(change(text, 0.9, 0.8, reason=text), **names), finding(verdict="missing", **names)
    )
    for (table,) in (tables_of(checked), tables_of(checked, verbose=True)):
        shown = [table.title, *table.caption, *table.notes, *table.footnotes]
        shown += [str(entry) for row in table.rows for entry in row] + told(checked.findings[0])
        assert all(part.isprintable() for part in shown)
    for write in (print_tables, as_markdown):
        write(tables_of(checked), io.StringIO())


def printed(checked: Checked, width: int) -> str:
    stream = io.StringIO()
    print_tables(tables_of(checked), stream, width)
    return stream.getvalue()


@pytest.mark.parametrize("width", [80, 100, 100_000])
def test_a_terminal_of_80_columns_has_room_for_folds_and_significance(width: int) -> None:
    folds = [
        finding(
            change("roc_auc", 0.9314, 0.9214, p=0.012), strategy="class_weight", model="sklearn-rf", fold=fold
        )
        for fold in range(12)
    ]
    text = printed(found(*folds, OTHER), width)
    assert max(map(len, text.splitlines())) <= width
    for part in ("0, 11 more", "0.9314", "0.9214", "-0.0100", "0.0050", "0.012", "worse", "not comparable"):
        assert part in text


def test_in_60_columns_every_figure_is_whole_and_each_footnote_is_marked_once() -> None:
    text = printed(EVERY, 60)
    assert all(part in text for part in ("0.9314", "0.9214", "-0.0100", "0.0050", "+0.1000"))
    assert text.count("[1]") == 2  # at its row, and below the table
    assert "verdict" in text


def test_signs_of_figures_are_not_escaped_in_markdown() -> None:
    stream = io.StringIO()
    as_markdown(tables_of(found(WORSE, BETTER)), stream)
    assert " -0.0100 |" in stream.getvalue()
    assert " +0.1000 |" in stream.getvalue()


def test_programs_get_every_finding_whole() -> None:
    document = json.loads(json.dumps(plain(plain_data(EVERY)), allow_nan=False))
    assert document["passed"] is False
    assert document["verdicts"]["worse"] == 1
    assert [one["verdict"] for one in document["findings"]] == [one.verdict for one in EVERY.findings]
    worse = next(one for one in document["findings"] if one["verdict"] == "worse")
    assert worse["versions"] == "scikit-learn 1.8.0 -> 1.9.1"
    assert worse["cells"][0]["fold"] == 2
    assert [(one["metric"], one["baseline"], one["now"], one["verdict"]) for one in worse["changes"]] == [
        ("roc_auc", 0.9314, 0.9214, "worse"), ("precision", 0.5, None, "worse"), ("tp", 9.0, 9.0, "same"),
    ]  # fmt: skip
