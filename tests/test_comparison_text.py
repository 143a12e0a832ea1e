"""Sentences of comparisons whose right ones are known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imbbench import Results
from tests.comparisons import METRIC, row, run, shifted

METRICS = (METRIC,)
MORE_FOLDS = "Where folds do not tell, more of them narrow the intervals: run with --split 'kfold[n_splits=10,n_repeats=10]'."
MORE_DATASETS = "Where data sets do not tell, more of them may."
MEND = "What harms calibration may be mended: "
RUN = f"{MEND}run again with --calibrate platt,isotonic, then compare."
ONE_FOLD = (
    "One fold has no spread, so that luck cannot be told from skill: run with --split 'kfold[n_repeats=10]'."
)


def with_probabilities(results: Results, gain: float) -> Results:
    """Every strategy but none differs by this in a metric of probabilities; a little more in odd folds."""
    rows = []
    for known in results:
        more = ("none", "a", "b").index(known.cell.strategy) * (known.cell.fold % 2) * 0.001
        value = 0.3 + (known.cell.strategy != "none") * gain + more
        metrics = {METRIC: known.metrics[0.5][METRIC], "log_loss_skill": value}
        rows.append(
            row(known.cell.dataset, known.cell.strategy, known.cell.fold, metrics, model=known.cell.model)
        )
    return run(rows)


@pytest.mark.parametrize(
    ("shift", "spread", "said"),
    [
        (0.05, 0.01, ["other with lr: better than none in PR AUC (+0.0500)."]),
        (-0.05, 0.01, ["other with lr: worse than none in PR AUC (-0.0500)."]),
        (0.009, 0.005, ["other with lr: slightly better than none in PR AUC (+0.0090)."]),
        (0.002, 0.002, ["other with lr: practically equivalent to none in PR AUC."]),
        (0.02, 0.05, ["other with lr: 10 folds do not tell about PR AUC (+0.0200).", MORE_FOLDS]),
    ],
)
def test_one_data_set(shift, spread, said):
    assert shifted(shift, spread=spread).compare(metrics=METRICS).sentences == tuple(said)


def test_one_fold_tells_nothing():
    assert shifted(0.1, number=1).compare(metrics=METRICS).sentences == (ONE_FOLD,)


@pytest.mark.parametrize(
    ("shift", "spread", "said"),
    [
        (0.05, 0.01, ["other with lr: better than none in PR AUC (+0.0500)."]),
        (0.002, 0.002, ["other with lr: practically equivalent to none in PR AUC."]),
    ],
)
def test_over_data_sets(shift, spread, said):
    assert shifted(shift, spread=spread, datasets=8).compare(metrics=METRICS).sentences == tuple(said)
    assert shifted(shift, number=1, spread=0, datasets=8).compare(metrics=METRICS).sentences == tuple(said)


def test_over_data_sets_that_go_either_way():
    rows = [
        row(f"d{index}", name, fold, {METRIC: 0.5 + fold / 10 + (name == "other") * (0.05 if index < 3 else -0.06)})
        for index in range(6) for name in ("none", "other") for fold in range(2)
    ]  # fmt: skip
    assert run(rows).compare(metrics=METRICS).sentences == (
        "other with lr: 6 data sets do not tell about PR AUC (better on 3, worse on 3).",
        MORE_DATASETS,
    )


def test_probabilities_that_suffer_are_harm():
    results = with_probabilities(shifted(0, a=0.001), -0.2)
    said = "a with lr: harms calibration: log loss skill (-0.1995); practically equivalent to none in PR AUC."
    assert results.compare(metrics=(METRIC, "log_loss_skill")).sentences == (said, RUN)
    against = results.compare("a", (METRIC, "log_loss_skill")).sentences
    assert against == (
        "none with lr: better than a in log loss skill (+0.1995); practically equivalent to a in PR AUC.",
    )


def test_only_what_is_done_to_nothing_harms():
    results = with_probabilities(shifted(0, a=0.001, b=0.001), -0.2)
    lines = results.compare("all", ("log_loss_skill",)).sentences
    assert [line for line in lines if "b with lr" in line] == [
        "b with lr: harms calibration: log loss skill (-0.1990).",
        "b with lr: practically equivalent to a in log loss skill.",
    ]
    lower = run(list(results), lower=("log_loss_skill",)).compare("a", ("log_loss_skill",)).sentences
    assert lower[0] == "none with lr: worse than a in log loss skill (+0.1995)."


def test_what_agrees_is_one_sentence():
    """Models of one data set, and data sets of the same models."""
    rows = [
        row(r.cell.dataset, r.cell.strategy, r.cell.fold, r.metrics[0.5], model=model)
        for model, by in (("lr", 0.05), ("rf", 0.06)) for r in shifted(by, spread=0.01, datasets=2)
    ]  # fmt: skip
    (said,) = run(rows).compare(metrics=METRICS).sentences
    assert (
        said
        == "other with lr and rf on data0 and data1: better than none in PR AUC (differences of +0.0500 to +0.0600)."
    )


def test_what_differs_is_told_apart():
    rows = [
        row(dataset, r.cell.strategy, r.cell.fold, r.metrics[0.5])
        for dataset, by in (("one", 0.05), ("two", -0.05)) for r in shifted(by, spread=0.01)
    ]  # fmt: skip
    assert run(rows).compare(metrics=METRICS).sentences == (
        "other with lr on one: better than none in PR AUC (+0.0500).",
        "other with lr on two: worse than none in PR AUC (-0.0500).",
    )


def test_thresholds_are_named_where_there_are_several():
    rows = [
        row("d", name, fold, {
            0.5: {"recall": 0.5 + fold * 0.011 + (name == "s") * (0.2 + fold * 0.001)},
            "tuned:f1": {"recall": 0.5 + fold * 0.01 + (name == "s") * (0.001 * fold - 0.001)},
        })
        for name in ("none", "s") for fold in range(4)
    ]  # fmt: skip
    (said,) = run(rows, thresholds=(0.5, "tuned:f1")).compare(metrics=("recall",)).sentences
    assert said == (
        "s with lr: better than none in recall at 0.5 (+0.2015); practically equivalent to none in recall at tuned:f1."
    )


def test_calibrations_that_were_tried_are_not_advised():
    keys = ("prior 0.5", "platt 0.25")
    rows = [
        row("d", name, fold, {key: {"brier": 0.1 + (name == "s") * (0.2 + fold * 0.001 + len(key) * 0.01)} for key in keys})
        for name in ("none", "s") for fold in range(4)
    ]  # fmt: skip
    said = run(rows, ("brier",), thresholds=keys).compare(metrics=("brier",)).sentences
    assert said[-1] == f"{MEND}compare again with --calibrate isotonic."


@pytest.mark.parametrize(
    ("keys", "shift", "advice"),
    [
        ((0.5,), None, "run again with --calibrate platt,isotonic, then compare."),
        ((0.5,), 0.0, "run again with --calibrate platt,isotonic, then compare."),
        ((0.5,), 2.0, "compare again with --calibrate prior, or run again with --calibrate platt,isotonic, then compare."),
        ((0.5, "platt 0.5"), 2.0, "compare again with --calibrate prior,isotonic."),
        (("prior 0.5",), 2.0, "run again with --calibrate platt,isotonic, then compare."),
    ],
)  # fmt: skip
def test_calibrations_are_advised_where_they_can_be_had(keys, shift, advice):
    rows = [
        row("d", name, fold, {key: {"brier": 0.1 + (name == "s") * (0.2 + fold * 0.001 + len(str(key)) * 0.01)} for key in keys},
            shift=shift if name == "s" else 0.0)
        for name in ("none", "s") for fold in range(4)
    ]  # fmt: skip
    said = run(rows, ("brier",), thresholds=keys).compare(metrics="brier").sentences
    assert said[-1] == MEND + advice


@pytest.mark.parametrize("split", ["temporal", "temporal[test_size=0.3]", "predefined[path=x]"])
@pytest.mark.parametrize("number", [1, 10])
def test_folds_that_are_given_are_not_drawn_again(split, number):
    made = shifted(0.02, number=number, spread=0.05)
    said = (
        run([replace(r, cell=replace(r.cell, split=split)) for r in made]).compare(metrics=METRICS).sentences
    )
    assert said[-1] == (ONE_FOLD if number == 1 else MORE_FOLDS).partition(": run with")[0] + "."


def test_one_holdout_is_advised_more_folds():
    made = shifted(0.02, number=1)
    rows = [replace(r, cell=replace(r.cell, split="holdout[test_size=0.3]")) for r in made]
    assert run(rows).compare(metrics=METRICS).sentences == (ONE_FOLD,)


def test_thresholds_of_one_metric_stand_together():
    rows = [
        row("d", name, fold, {
            key: {"recall": 0.5 + fold * 0.011 + (name == "s") * (by + fold * 0.001), METRIC: 0.5 + fold / 100 + (name == "s") * (0.1 + fold * 0.001)}
            for key, by in ((0.5, 0.2), (0.3, 0.1))
        })
        for name in ("none", "s") for fold in range(4)
    ]  # fmt: skip
    (said,) = run(rows, thresholds=(0.5, 0.3)).compare(metrics=("recall", METRIC)).sentences
    assert (
        said
        == "s with lr: better than none in recall at 0.5 (+0.2015), at 0.3 (+0.1015) and PR AUC (+0.1015)."
    )


def test_names_of_others_do_not_steer_the_terminal():
    comparison = shifted(0, **{"\x1b[31mred\n": 0.05}, spread=0.01).compare(metrics=METRICS)
    assert comparison.sentences == ("[31mred with lr: better than none in PR AUC (+0.0500).",)
