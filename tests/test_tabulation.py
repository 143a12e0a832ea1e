from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pytest

from imbbench.result import Cell, Result
from imbbench.results import Results
from imbbench.table import Table
from imbbench.tabulation import tables

COLUMNS = ("tn", "fp", "fn", "tp", "precision", "roc_auc", "average_precision", "f_beta[beta=2.0]", "brier")
LOWER = frozenset({"fp", "fn", "brier"})


def row(strategy: str = "none", model: str = "lr", fold: int = 0, **given: Any) -> Result:
    cell = Cell(
        given.pop("dataset", "moons"),
        given.pop("split", "holdout"),
        fold,
        given.pop("scale", "standard"),
        strategy,
        model,
        given.pop("random_state", 0),
        given.pop("seed", 0),
    )
    figures = dict.fromkeys(COLUMNS, 0.5) | {name: given.pop(name) for name in COLUMNS if name in given}
    if given.get("status", "ok") == "ok":
        given.setdefault("metrics", {0.5: figures})
        given.setdefault("seconds", 1.0)
    return Result(cell, given.pop("status", "ok"), **given)


def one(*rows: Result, thresholds: tuple[float, ...] = (0.5,), columns: tuple[str, ...] = COLUMNS) -> Table:
    (table,) = tables(Results(rows, {}, thresholds, columns, LOWER))
    return table


def column(table: Table, heading: str) -> list[str]:
    index = [column.heading for column in table.columns].index(heading)
    return [f"{entries[index]}{'*' if entries[index].best else ''}" for entries in table.rows]


def test_headings() -> None:
    assert [column.heading for column in one(row()).columns] == [
        *("strategy", "model", "TN", "FP", "FN", "TP", "precision", "ROC AUC", "PR AUC"),
        *("f beta[beta=2.0]", "brier", "fit seconds", "status"),
    ]


def test_one_fold_shows_plain_figures() -> None:
    table = one(row(tn=85291.0, precision=2 / 3, seconds=12.345))
    assert column(table, "TN") == ["85291"]
    assert column(table, "precision") == ["0.6667"]
    assert column(table, "fit seconds") == ["12.3"]
    assert column(table, "status") == ["ok"]
    assert table.notes == table.footnotes == ()


def test_folds_are_summed_or_averaged() -> None:
    rng = np.random.default_rng(0)
    precision, tn = rng.random(5), rng.integers(0, 99, 5)
    rows = [row(fold=fold, precision=precision[fold], tn=tn[fold], seconds=fold + 1) for fold in range(5)]
    table = one(*rows)
    assert column(table, "TN") == [str(tn.sum())]
    assert column(table, "precision") == [f"{precision.mean():.4f} ± {precision.std(ddof=1):.4f}"]
    assert column(table, "fit seconds") == ["3.00"]
    assert "over folds, counts are summed and other figures averaged" in table.caption[-1]


def test_over_folds_and_seeds_by_hand() -> None:
    """2 folds x 3 seeds of a network; a regression in which nothing is drawn has one fit for each fold."""
    tp = [[8.0, 9.0, 9.0], [5.0, 5.0, 7.0]]
    auc = [[0.90, 0.92, 0.94], [0.80, 0.82, 0.90]]
    network = [
        row(
            model="mlp", fold=fold, seed=seed, tp=tp[fold][seed], roc_auc=auc[fold][seed], key=f"{fold}{seed}"
        )
        for fold in range(2)
        for seed in range(3)
    ]
    linear = [
        row(fold=fold, seed=seed, tp=6.0 + fold, roc_auc=0.8 + 0.1 * fold, key=f"lr{fold}")
        for fold in range(2)
        for seed in range(3)
    ]
    table = one(*network, *linear)
    assert column(table, "TP") == ["14.3*", "13"]  # 26/3 + 17/3, and 6 + 7
    # Of six fits: the squares of their distances from 0.88 are 4, 16, 36, 64, 36 and 4 in units of 1e-4.
    assert statistics.stdev([*auc[0], *auc[1]]) == pytest.approx(math.sqrt(160e-4 / 5))
    assert column(table, "ROC AUC") == ["0.8800 ± 0.0566*", "0.8500 ± 0.0707"]
    assert column(table, "status") == ["ok", "ok [1]"]
    assert table.footnotes == ("the same with every seed: nothing is drawn",)
    said = "counts are summed over folds and averaged over seeds, other figures averaged over both"
    assert said in table.caption[-1]


def test_a_row_in_which_nothing_is_drawn_is_as_without_seeds() -> None:
    figures = [{"precision": value, "tn": value * 100, "key": f"{value}"} for value in (0.2, 0.5, 0.9)]
    once = one(*[row(fold=fold, **known) for fold, known in enumerate(figures)])
    often = one(
        *[row(fold=fold, seed=seed, **known) for fold, known in enumerate(figures) for seed in range(4)]
    )
    for heading in ("TN", "precision", "fit seconds"):
        assert column(often, heading) == column(once, heading)


def test_over_seeds_alone_figures_are_averaged() -> None:
    counts = {"data": (90, 10), "train": (70, 8), "test": (20, 2), "fitted": (8, 8)}
    sizes = [(8, 8), (10, 8), (12, 8)]
    table = one(
        *[row("under", seed=s, tp=4.0 + s, counts=counts | {"fitted": size}) for s, size in enumerate(sizes)],
        row("none", tp=1.0, counts=counts | {"fitted": (70, 8)}),
    )
    assert column(table, "TP") == ["5*", "1"]
    assert table.caption == (
        "100 rows, 10 positive (10%); up to 3 seeds: train 78 (8 positive), test 22 (2 positive)",
        "under fits on about 18 (8 positive)",
        "over seeds, figures are averaged (± their standard deviation)",
    )


def test_what_some_seeds_lack_is_told_in_fits() -> None:
    rows = [
        row(fold=fold, seed=seed, precision=0.5 if fold else math.nan) for fold in (0, 1) for seed in (0, 1)
    ]
    lost = [row("a", seed=seed, status="timeout", reason="over 3 s") for seed in (0, 1)]
    table = one(*rows, *lost, *[row("a", fold=1, seed=seed) for seed in (0, 1)])
    assert "precision is undefined in 2 of 4 fits" in table.footnotes
    assert column(table, "status") == ["ok [1]", "timeout 2/4 [2]"]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.01234, "0.012"),
        (1.2345, "1.23"),
        (12.345, "12.3"),
        (123.45, "123"),
        (1234.5, "1234"),
        (math.nan, "–"),
    ],
)
def test_seconds_have_about_three_digits(seconds: float, shown: str) -> None:
    assert column(one(row(seconds=seconds)), "fit seconds") == [shown]


@pytest.mark.parametrize("undefined", [math.nan, math.inf, -math.inf])
def test_undefined_in_one_fold_is_a_dash_and_a_footnote(undefined: float) -> None:
    rows = [row("a", fold=fold, precision=undefined if fold == 1 else 0.5) for fold in range(3)]
    table = one(*rows, *[row("b", fold=fold) for fold in range(3)])
    assert column(table, "precision") == ["–", "0.5000 ± 0.0000"]
    assert column(table, "status") == ["ok [1]", "ok"]
    assert table.footnotes == ("precision is undefined in 1 of 3 folds",)


def test_undefined_in_the_only_fold_is_just_a_dash() -> None:
    table = one(row(precision=math.nan), row("b"))
    assert column(table, "precision") == ["–", "0.5000"]
    assert table.footnotes == table.notes == ()


def test_negative_zero_shows_as_zero() -> None:
    assert column(one(row(precision=-1e-9)), "precision") == ["0.0000"]


@pytest.mark.parametrize(
    ("metric", "heading"),
    [
        ("average_precision", "PR AUC"),
        ("ece[n_bins=10]", "ECE[n_bins=10]"),
        ("recall_at_precision", "recall at precision"),
        ("recall_at_precision[precision=0.8]", "recall at precision 0.8"),
        ("tpr_at_fpr[fpr=0.05]", "TPR at FPR 0.05"),
        ("precision_at_k[k=50]", "precision at k 50"),
        ("cost_at_k[k=50,c=2]", "cost at k[k=50,c=2]"),
        ("f_beta[beta=2.0]", "f beta[beta=2.0]"),
    ],
)
def test_a_heading_is_short(metric: str, heading: str) -> None:
    (table,) = tables(Results((row(),), columns=(metric,)))
    assert [column.heading for column in table.columns][2] == heading


def test_no_value_is_the_best_of_what_is_neither_better_nor_worse() -> None:
    rows = row(roc_auc=0.9, brier=0.1), row("smote", roc_auc=0.8, brier=0.2)
    (table,) = tables(Results(rows, columns=("roc_auc", "brier"), undirected=frozenset({"brier"})))
    assert column(table, "brier") == ["0.1000", "0.2000"]
    assert column(table, "ROC AUC") == ["0.9000*", "0.8000"]


def test_best_follows_the_direction_and_displayed_precision() -> None:
    table = one(
        row("a", tn=5, fp=7, precision=0.70001, brier=0.2, roc_auc=0.3),
        row("b", tn=9, fp=3, precision=0.70004, brier=0.1, roc_auc=0.3),
        row("c", tn=8, fp=4, precision=0.6, brier=math.nan, roc_auc=0.3),
    )
    assert column(table, "TN") == ["5", "9*", "8"]
    assert column(table, "FP") == ["7", "3*", "4"]
    assert column(table, "precision") == ["0.7000*", "0.7000*", "0.6000"]
    assert column(table, "brier") == ["0.2000", "0.1000*", "–"]
    assert column(table, "ROC AUC") == ["0.3000"] * 3  # nothing is worse


def test_seconds_and_a_single_row_are_never_marked() -> None:
    assert not any(entry.best for entry in one(row()).rows[0])
    table = one(row("a", seconds=1.0), row("b", seconds=9.0))
    assert column(table, "fit seconds") == ["1.00", "9.00"]


def test_rows_that_lack_a_fold_do_not_compete() -> None:
    failed = row("a", fold=1, status="error", reason="loss became NaN")
    table = one(
        *(row("a", fold=0, precision=0.99), failed),
        *(row("b", fold=fold, precision=0.4) for fold in range(2)),
        *(row("c", fold=fold, precision=0.3) for fold in range(2)),
    )
    assert column(table, "precision") == ["0.9900", "0.4000 ± 0.0000*", "0.3000 ± 0.0000"]
    assert column(table, "status") == ["error 1/2 [1]", "ok", "ok"]
    assert table.footnotes == ("error: loss became NaN",)


def test_a_row_without_figures_shows_dashes() -> None:
    table = one(row("a"), row("b", status="timeout", reason="over 5 s"), row("c", status="crashed"))
    assert column(table, "TP") == ["0.5", "–", "–"]
    assert column(table, "status") == ["ok", "timeout [1]", "crashed [2]"]
    assert table.footnotes == ("timeout: over 5 s", "crashed")


def test_footnotes_are_numbered_once_and_shared_ones_are_notes() -> None:
    every, some = "rows are simulated", "did not converge"
    table = one(row("a", notes=(every, some)), row("b", notes=(every,)), row("c", notes=(some, every, some)))
    assert table.notes == (every,)
    assert table.footnotes == (some,)
    assert column(table, "status") == ["ok [1]", "ok", "ok [1]"]


def test_protocols_never_share_a_table() -> None:
    rows = (
        row(),
        row(split="kfold[n_splits=3]"),
        row(scale="minmax"),
        row(random_state=7),
        row(dataset="creditcard", source="simulated"),
        row("b"),
    )
    found = tables(Results(rows, {}, (0.5,), COLUMNS, LOWER))
    assert [table.title for table in found] == [
        "moons · holdout",
        "moons · kfold[n_splits=3]",
        "moons · holdout · scale minmax",
        "moons · holdout · random_state 7",
        "creditcard (simulated) · holdout",
    ]
    assert column(found[0], "strategy") == ["none", "b"]


def test_a_row_that_never_saw_its_data_joins_those_that_did() -> None:
    table = one(row("a", source="simulated"), row("b", status="interrupted"))
    assert table.title == "moons (simulated) · holdout"
    assert column(table, "status") == ["ok", "interrupted [1]"]


def test_real_and_simulated_rows_stay_apart() -> None:
    rows = (row("a", source="simulated"), row("b"), row("c", status="error"))
    titles = [table.title for table in tables(Results(rows, {}, (0.5,), COLUMNS))]
    assert titles == ["moons (simulated) · holdout", "moons · holdout"]


def test_a_threshold_that_data_chose_stands_in_its_row() -> None:
    keys = (0.5, "tuned:f1")
    used = [(0.5, 0.125), (0.5, 0.375)]
    rows = [
        row(
            fold=fold,
            metrics={key: {"tp": 3.0, "threshold_used": at} for key, at in zip(keys, pair, strict=True)},
            notes=("tuned:f1: a note of its own", "one for all"),
        )
        for fold, pair in enumerate(used)
    ]
    table = one(*rows, thresholds=keys, columns=("tp",))
    assert column(table, "threshold") == ["0.5", "tuned:f1"]
    assert column(table, "used") == ["0.5000 ± 0.0000", "0.2500 ± 0.1768"]
    assert table.notes == ("one for all",)
    assert table.footnotes == ("tuned:f1: a note of its own",)
    assert [entries[-1].marks for entries in table.rows] == [(), (1,)]
    assert "used" not in [
        c.heading for c in one(row(metrics={0.5: {}, 0.3: {}}), thresholds=(0.5, 0.3)).columns
    ]


def test_thresholds_of_a_cell_stand_together() -> None:
    def scored(strategy: str, *precision: float) -> Result:
        thresholds = (0.3, 0.5)
        metrics = {t: {"precision": value} for t, value in zip(thresholds, precision, strict=True)}
        return row(strategy, metrics=metrics)

    table = one(scored("a", 0.1, 0.4), scored("b", 0.2, 0.3), thresholds=(0.3, 0.5), columns=("precision",))
    assert column(table, "strategy") == ["a", "a", "b", "b"]
    assert column(table, "threshold") == ["0.3", "0.5", "0.3", "0.5"]
    assert column(table, "precision") == ["0.1000", "0.4000*", "0.2000", "0.3000"]


def test_caption_counts_rows_and_positives() -> None:
    counts = {"data": (284315, 492), "train": (199020, 344), "test": (85295, 148), "fitted": (199020, 344)}
    table = one(row(counts=counts), row("undersample", counts={**counts, "fitted": (344, 344)}))
    assert table.caption == (
        "284,807 rows, 492 positive (0.173%); train 199,364 (344 positive), test 85,443 (148 positive)",
        "undersample fits on 688 (344 positive)",
    )


def test_caption_over_folds_says_about_where_sizes_differ() -> None:
    sizes = [{"data": (95, 5), "train": (64, n), "test": (31, 5 - n)} for n in (3, 4)]
    table = one(*(row(fold=fold, counts=counts) for fold, counts in enumerate(sizes)))
    assert table.caption[0].startswith("100 rows, 5 positive (5%); 2 folds: train about ")
    assert one(row()).caption == ()


def test_without_moves_the_footnote_marks_to_the_model() -> None:
    table = one(*(row("a", fold=fold, notes=("x",)) for fold in range(2)), row("b"), row("b", fold=1))
    narrow = table.without(("seconds", "status", "spread"))
    assert [column.heading for column in narrow.columns] == [c.heading for c in table.columns[:-2]]
    assert column(narrow, "model") == ["lr [1]", "lr"]
    assert column(narrow, "precision") == ["0.5000", "0.5000"]
    assert not any("±" in line for line in narrow.caption)
    assert column(table, "precision") == [f"0.5000 ± {statistics.stdev([0.5, 0.5]):.4f}"] * 2


def test_names_and_notes_cannot_steer_a_terminal() -> None:
    table = one(row("a\x1b[31m\nb", notes=("two\nlines\x07",)), row("\u202eb"))
    assert column(table, "strategy") == ["a [31m b", "b"]
    assert table.footnotes == ("two lines",)


def test_no_rows_no_tables() -> None:
    assert tables(Results(())) == ()


def test_a_note_about_another_reading_stands_at_no_other_row() -> None:
    """Also where that reading is not shown, as when a stored run is read anew."""
    notes = ("at-precision=0.9: no threshold reaches it", "cost:fp=1,fn=9: a note", "a note: with a colon")
    table = one(row(metrics={0.5: {"tp": 1.0}}, notes=notes), columns=("tp",))
    assert table.notes == ("a note: with a colon",)


def test_what_was_not_computed_is_not_called_undefined() -> None:
    rows = [row(fold=fold, metrics={0.5: {"tp": 1.0, "f1": math.nan}, 0.3: {}}) for fold in range(2)]
    table = one(*rows, thresholds=(0.5, 0.3), columns=("tp", "f1"))
    assert table.footnotes == ("f1 is undefined in 2 of 2 folds",)


def test_no_threshold_is_shown_as_a_certainty() -> None:
    used = {
        f"at-fpr={rate}": {"tp": 1.0, "threshold_used": at} for rate, at in ((0.1, 1e-9), (0.01, 1 - 1e-9))
    }
    table = one(row(metrics=used), thresholds=tuple(used), columns=("tp",))
    assert column(table, "used") == ["<0.0001", ">0.9999"]
