"""Comparisons as reports: what stands in tables, and in every format."""

from __future__ import annotations

import io
import json
import math

import pytest

from imbbench.comparison_figures import p_text, share, signed
from imbbench.comparison_report import FORMS, plain_data
from imbbench.comparison_table import dataset_tables, overall_tables
from imbbench.json_form import plain
from tests.comparisons import METRIC, folds, row, run, shifted

METRICS = (METRIC,)


def text(comparison, form="plain", *, verbose=False) -> str:
    stream = io.StringIO()
    FORMS[form](comparison, stream, verbose=verbose)
    return stream.getvalue()


def test_a_data_set_by_hand():
    """The scale of 0.1 and 0.3 is 0.1414 * sqrt(1/2 + 1/9) = 0.11055. Around 0.2, Cauchy's distribution has the
    quantile 12.706, 2 * (1/2 - atan(0.2 / 0.11055) / pi) = 0.321, and 0.0135 within 0.01."""
    (table,) = dataset_tables(folds({"d": {"none": [0.2, 0.4], "s": [0.3, 0.7]}}).compare(metrics=METRICS))
    assert (table.title, table.caption) == ("d · kfold · PR AUC", ("2 folds",))
    assert [column.heading for column in table.columns] == [
        "strategy", "model", "none", "difference", "p", "P(=)", "verdict",
    ]  # fmt: skip
    assert [list(map(str, entries)) for entries in table.rows] == [
        ["s", "lr", "0.3000", "+0.2000 ± 1.4047", "0.321", "0.01", "unclear"],
    ]  # fmt: skip


def test_undefined_is_a_dash_with_a_reason():
    rows = [row("d", "none", fold, {METRIC: 0.5}) for fold in range(2)]
    rows += [row("d", "s", fold, {}, status="unsupported", reason="too few") for fold in range(2)]
    (table,) = dataset_tables(run(rows).compare(metrics=METRICS))
    assert [str(entry) for entry in table.rows[0]] == ["s", "lr", "–", "–", "–", "–", "–"]
    assert table.notes == ("both have 0 of 2 folds", "unsupported: too few")


def test_over_data_sets_by_hand():
    (table,) = overall_tables(shifted(0.05, spread=0.01, datasets=6).compare(metrics=METRICS))
    assert (table.title, table.caption) == ("kfold · PR AUC", ("6 data sets",))
    assert [str(entry) for entry in table.rows[0]] == [
        "other", "lr", "6/0/0", "+0.0500", "0.031", "0.00", "<0.01", ">0.99", "better",
    ]  # fmt: skip
    (ranks,) = table.notes
    assert ranks == "lr: mean ranks other 1.00, none 2.00 (critical difference 0.80)"


def test_fewer_data_sets_than_others_have_are_told():
    made = {f"d{index}": {"none": [0.1, 0.2], "a": [0.1, 0.3], "b": [0.2, 0.2]} for index in range(3)}
    del made["d0"]["b"]
    (table,) = overall_tables(folds(made).compare(metrics=METRICS))
    assert [str(entries[-1]) for entries in table.rows] == ["–", "– [1]"]
    assert (table.caption, table.footnotes) == (("3 data sets",), ("2 data sets",))
    assert "(2 data sets)" in table.notes[0]


def test_what_has_no_figures_over_data_sets_is_a_row():
    rows = [*shifted(0, datasets=2, a=0.1)]
    rows += [row(f"data{i}", "b", 0, {}, status="error", reason=f"no {i}") for i in range(2)]
    (table,) = overall_tables(run(rows).compare(metrics=METRICS))
    assert [str(entry) for entry in table.rows[1]] == ["b", "lr", "–", "–", "– [1]"]
    assert table.footnotes == ("no data set has both; both have 0 of 10 folds; error: no 0; error: no 1",)
    assert table.notes == ("lr: mean ranks a 1.00, none 2.00 (without b)",)
    rows += [row("data1", "b", fold, {}, status="error", reason=f"not {fold}") for fold in (1, 2)]
    (table,) = overall_tables(run(rows).compare(metrics=METRICS))
    assert table.footnotes[0].endswith("error: no 0; error: no 1; and 2 more")


def test_what_was_not_tested_has_no_columns_for_it():
    (table,) = overall_tables(shifted(0.05, datasets=2).compare(metrics=METRICS))
    assert [column.heading for column in table.columns][2:] == [
        "wins / ties / losses",
        "pseudo median diff.",
        "verdict",
    ]


def test_many_data_sets_are_shown_one_by_one_on_request():
    comparison = shifted(0.05, datasets=6).compare(metrics=METRICS)
    assert "data3 · kfold" not in text(comparison)
    assert "--verbose shows the 6 data sets one by one" in text(comparison)
    assert "data3 · kfold" in text(comparison, verbose=True)
    assert "data3 · kfold" in text(shifted(0.05, datasets=5).compare(metrics=METRICS))


def test_every_pair_says_against_whom():
    comparison = shifted(0, a=0.1, b=0.2).compare("all", METRICS)
    (table,) = dataset_tables(comparison)
    assert [str(entries[2]) for entries in table.rows] == ["none", "none", "a"]
    assert "that of the other" in text(comparison)


@pytest.mark.parametrize("form", sorted(FORMS))
def test_every_format_ends_in_the_sentences(form):
    comparison = shifted(0, **{"s[a=1]": 0.05}, spread=0.01).compare(metrics=METRICS)
    written = text(comparison, form)
    if form == "json":
        assert json.loads(written)["sentences"] == list(comparison.sentences)
    else:
        bullet = "- " if form == "markdown" else ""
        assert written.splitlines()[-1] == f"{bullet}s[a=1] with lr: better than none in PR AUC (+0.0500)."


def test_json_has_every_figure():
    comparison = shifted(0.05, datasets=6, spread=0.01).compare(metrics=METRICS)
    document = json.loads(text(comparison, "json"))
    assert document == plain(plain_data(comparison))
    (overall,) = document["overall"]
    evidence = comparison.overall[0].evidence
    assert overall == {
        "protocol": ["kfold"], "strategy": "other", "against": "none", "model": "lr", "metric": METRIC,
        "threshold": 0.5, "datasets": 6, "wins": 6, "ties": 0, "losses": 0,
        "difference": pytest.approx(0.05), "p": evidence.p, "p_adjusted": evidence.p_adjusted,
        "p_worse": evidence.p_worse, "p_equivalent": evidence.p_equivalent, "p_better": evidence.p_better,
        "verdict": "better", "remarks": [],
    }  # fmt: skip
    assert document["rankings"][0]["model"] == "lr"
    assert document["rankings"][0]["p"] is None
    first = document["differences"][0]
    assert first["low"] < first["difference"] < first["high"]
    assert first["dataset"] == "data0"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0.00"), (0.001, "<0.01"), (0.25, "0.25"), (0.999, ">0.99"), (1.0, "1.00"), (math.nan, "–")],
)
def test_probabilities_are_never_rounded_to_certainty(value, shown):
    assert share(value) == shown


def test_signs_and_p_values():
    assert [signed(value, False) for value in (0.1, -0.1, 0.0, math.nan)] == [
        "+0.1000",
        "-0.1000",
        "0.0000",
        "–",
    ]
    assert [signed(2.0, True), p_text(0.0004), p_text(0.05)] == ["+2", "<0.001", "0.050"]
