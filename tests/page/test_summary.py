"""The page in sentences: only what the figures say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imbbench.page.evidence import comparison_of, comparison_tables
from imbbench.page.names import Names
from imbbench.page.summary import Summary, summary_of
from imbbench.result import Cell, Result
from imbbench.results import Results

COLUMNS = ("recall", "average_precision", "roc_auc", "brier")


def row(strategy="none", model="lr", area=0.5, *, fold=0, dataset="moons", status="ok", **more):
    cell = Cell(
        dataset, more.pop("split", "holdout"), fold, "standard", strategy, model, 0, more.pop("seed", 0)
    )
    figures = {
        "recall": more.pop("recall", 0.5),
        "average_precision": area,
        "roc_auc": more.pop("roc_auc", 0.9),
    }
    counts = {"train": (80, 20), "test": (16, 4)}
    metrics = {0.5: figures} if status == "ok" else {}
    return Result(cell, status, metrics=metrics, counts=counts, **more)


def made(*rows, **more):
    return Results(rows, {}, (0.5,), COLUMNS, frozenset({"brier"}), **more)


def told(results) -> Summary:
    return summary_of(results, comparison_of(results))


def folds(strategy, areas, model="lr", dataset="moons"):
    """Rows of as many folds."""
    return [
        row(
            strategy,
            model,
            area,
            fold=fold,
            dataset=dataset,
            split="kfold",
            hashes={"test": f"{dataset}{fold}"},
        )
        for fold, area in enumerate(areas)
    ]


def test_what_ran():
    rows = [row(s, m, dataset=d, source="simulated" if d == "cards" else "")
            for d in ("cards", "moons") for s in ("none", "class_weight") for m in ("lr[C=1]", "lr[C=2]", "tree")]  # fmt: skip
    rows[-1] = replace(rows[-1], status="timeout", reason="took more than 5 s", metrics={})
    assert told(made(*rows)).ran == (
        "12 cells: 11 ok, 1 timeout.",
        "2 data sets: cards (simulated) and moons.",
        "2 strategies: none and class_weight.",
        "3 models: lr[C=1], lr[C=2] and tree.",
        "Split by holdout: one fold.",
        "cards (simulated) stands in for the real rows.",
    )


def test_what_ran_with_folds_and_seeds():
    rows = [row(fold=fold, seed=seed, split="kfold[n_splits=3]") for fold in range(3) for seed in range(2)]
    assert told(made(*rows)).ran[-1] == "Split by kfold[n_splits=3]: 3 folds x 2 seeds."


def test_what_is_best_and_by_how_much():
    rows = (
        row("none", "lr", 0.61), row("none", "tree", 0.58), row("a", "tree", 0.7), row("a", "lr", 0.699),
        row("b", "lr", 0.6543),
    )  # fmt: skip
    assert told(made(*rows)).best == (
        (
            "moons · holdout: a with tree has the best PR AUC, 0.7000; next of the other strategies is b with "
            "lr, 0.6543, behind by 0.0457; the best without a strategy is none with lr, 0.6100, behind by 0.0900."
        ),
    )


def test_the_next_may_be_none():
    (best,) = told(made(row("none", area=0.6), row("a", area=0.7), row("b", area=0.5))).best
    assert best.endswith("0.7000; next of the other strategies is none with lr, 0.6000, behind by 0.1000.")


def test_several_may_share_it_as_it_is_shown():
    (best,) = told(made(row("none", area=0.70001), row("a", area=0.70002), row("b", area=0.5))).best
    assert (
        "none with lr and a with lr share the best PR AUC, 0.7000; next of the other strategies is b" in best
    )


def test_rows_that_lack_a_fold_do_not_compete():
    rows = [
        *folds("none", [0.5, 0.7]),
        *folds("a", [0.6]),
        row("a", fold=1, split="kfold", status="error", reason="x"),
    ]
    (best,) = told(made(*rows)).best
    assert best == "moons · kfold: none with lr has the best PR AUC, 0.6000 ± 0.1414."


@pytest.mark.parametrize(("columns", "winner"), [(("brier", "recall"), "a"), (("recall", "brier"), "none")])
def test_without_pr_auc_it_is_the_first_column_with_a_direction(columns, winner):
    rows = [row(name) for name in ("none", "a")]
    figures = {
        "none": {"recall": 0.8, "brier": 0.3, "slope": 1.0},
        "a": {"recall": 0.7, "brier": 0.2, "slope": 2.0},
    }
    rows = [replace(one, metrics={0.5: figures[one.cell.strategy], 0.3: figures["a"]}) for one in rows]
    results = replace(
        made(*rows), columns=("slope", *columns), undirected=frozenset({"slope"}), thresholds=(0.5, 0.3)
    )
    assert (
        told(results)
        .best[0]
        .startswith(f"moons · holdout: {winner} with lr has the best {columns[0]} at 0.5,")
    )


def test_many_data_sets_are_counted():
    rows = []
    for number in range(10):
        best = 0.5 if number < 3 else 0.5 + number / 100
        rows += [row("none", area=0.5, dataset=f"d{number}"), row("a", area=best, dataset=f"d{number}")]
        rows.append(row("b", area=0.9 if number == 9 else 0.1, dataset=f"d{number}"))
    assert told(made(*rows)).best[:2] == (
        "The best PR AUC of 10 data sets: a on 6, b on 1 and several strategies on 3.",
        (
            "Doing nothing (none) is best, or level with the best, on 3 of 10; elsewhere it is behind by 0.06 "
            "at the median, by 0.4 at most (d9 · holdout)."
        ),
    )  # fmt: skip


def test_one_fold_decides_nothing():
    summary = told(made(row("none"), row("a", area=0.9)))
    assert len(summary.best) == 1
    (undecided,) = summary.undecided
    assert undecided.startswith("One fold has no spread, so that luck cannot be told from skill")


def test_folds_decide_or_not():
    plain = [0.50, 0.52, 0.48, 0.51, 0.49]
    rows = [
        *folds("none", plain), *folds("sure", [value + 0.3 for value in plain]),
        *folds("unsure", [0.3, 0.9, 0.2, 0.8, 0.7]),
    ]  # fmt: skip
    summary = told(made(*rows))
    assert summary.best[1].startswith("sure with lr: better than none in PR AUC (+0.3000)")
    assert not any("unsure with lr: better" in line for line in summary.best)
    assert summary.undecided[0].startswith("unsure with lr: 5 folds do not tell about PR AUC (+0.0800)")
    assert not any(line.startswith("sure ") for line in summary.undecided)


def test_where_folds_do_not_tell_the_data_set_is_named():
    plain, unsure = [0.50, 0.52, 0.48, 0.51, 0.49], [0.3, 0.9, 0.2, 0.8, 0.7]
    rows = [
        *folds("none", plain), *folds("a", [value + 0.3 for value in plain]),
        *folds("none", plain, dataset="circles"), *folds("a", unsure, dataset="circles"),
    ]  # fmt: skip
    summary = told(made(*rows))
    assert any(line.startswith("a with lr on moons: better than none") for line in summary.best)
    assert summary.undecided[0].startswith("a with lr on circles: 5 folds do not tell about PR AUC")


def test_without_none_strategies_are_compared_with_each_other():
    rows = [*folds("a", [0.5, 0.6, 0.4]), *folds("b", [0.6, 0.3, 0.5])]
    assert "b with lr: 3 folds do not tell about PR AUC" in " ".join(told(made(*rows)).undecided)


def test_one_strategy_has_nothing_to_be_compared_with():
    summary = told(made(row(model="lr", area=0.5), row(model="tree", area=0.6)))
    assert summary.best == ("moons · holdout: none with tree has the best PR AUC, 0.6000.",)
    assert summary.undecided == ()


def test_each_reason_once():
    def why(number):
        return f"smote was given {number} rows"

    rows = [row(dataset=f"d{n}") for n in range(3)]
    rows += [row("smote", dataset=f"d{n}", status="unsupported", reason=why(n)) for n in range(9)]
    rows += [row("a", "tree", status="error", reason="out of\nideas", fold=fold) for fold in range(3)]
    assert told(made(*rows)).failed == (
        (
            "9 cells ended with status unsupported (smote with lr on d0, smote with lr on d1, smote with lr on d2, smote with lr on "
            "d3, smote with lr on d4, smote with lr on d5 and 3 more): smote was given 0 rows; others with other "
            "numbers"
        ),
        "3 cells ended with status error (a with tree on moons): out of ideas",
    )  # fmt: skip


def test_many_reasons_are_cut():
    rows = [row(dataset=f"d{n}", status="error", reason="x" * (n + 1)) for n in range(30)]
    failed = told(made(*rows)).failed
    assert len(failed) == 13
    assert failed[-1] == "And 18 more reasons; the table of all cells has them."


def test_nothing_is_best_where_nothing_ran():
    summary = told(made(row(status="error", reason="no")))
    assert (summary.best, summary.undecided) == ((), ())
    assert told(made()).ran[0] == "0 cells."


def test_folders_and_control_characters_stay_at_home():
    data = "csv[path=/home/somebody/secret/cards.csv,target=y]"
    summary = told(made(row(dataset=data, status="error", reason="/home/somebody/x.py:\x1b[31m3")))
    said = " ".join((*summary.ran, *summary.failed))
    assert "csv[path=cards.csv,target=y]" in said
    assert "somebody" not in said
    assert "\x1b" not in said


def test_tables_over_data_sets():
    """A table a metric, how to read them below the last; none for one data set."""
    rows = [
        row(name, area=0.5 + (name == "a") / 10, dataset=f"d{n}") for n in range(7) for name in ("none", "a")
    ]
    results = made(*rows)
    tables = comparison_tables(comparison_of(results), Names.of(results))
    assert [table.title for table in tables] == ["holdout · PR AUC", "holdout · ROC AUC"]
    assert [entry.text for entry in tables[0].rows[0]][:4] == ["a", "lr", "7/0/0", "+0.1000"]
    assert any("Wilcoxon" in note for note in tables[-1].notes)
    assert comparison_tables(comparison_of(made(*rows[:2])), Names.of(results)) == ()


def test_data_sets_decide_or_not():
    rows = [
        row(name, area=area, dataset=f"d{number}")
        for number in range(8)
        for name, area in (("none", 0.5), ("sure", 0.8), ("unsure", 0.5 + (-1) ** number * number / 50))
    ]
    summary = told(made(*rows))
    assert summary.best[2].startswith("sure with lr: better than none in PR AUC (+0.3000)")
    assert summary.undecided[0].startswith("unsure with lr: 8 data sets do not tell about PR AUC")
    (unsure,) = (line for line in summary.best if line.startswith("unsure"))
    assert unsure == "unsure with lr: practically equivalent to none in ROC AUC."
    assert not any(line.startswith("sure ") for line in summary.undecided)
