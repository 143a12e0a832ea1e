"""Comparisons of runs made by hand: who is held against whom, and what of it is real."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from imbbench import UsageError
from imbbench.compared import joined
from imbbench.comparison import Comparison
from imbbench.ttest import corrected_ttest, holm
from tests.comparisons import METRIC, folds, row, run, shifted

METRICS = (METRIC,)


def only(comparison: Comparison):
    (found,) = comparison.differences
    return found


def test_a_difference_is_that_of_the_corrected_t_test():
    results = shifted(0.01, spread=0.01)
    none, other = (
        [r.metrics[0.5][METRIC] for r in results if r.cell.strategy == name] for name in ("none", "other")
    )
    found = only(results.compare(metrics=METRICS))
    differences = [b - a for a, b in zip(none, other, strict=True)]
    assert (found.contrast.name, found.contrast.against, found.contrast.beside) == ("other", "none", "lr")
    assert (found.dataset, found.protocol, found.folds) == ("data0", ("kfold",), 10)
    assert found.reference == pytest.approx(np.mean(none))
    assert found.difference == pytest.approx(0.01)
    assert found.evidence.p == pytest.approx(2 * corrected_ttest(differences, 0.0, 1 / 9))
    error = math.sqrt(1 / 10 + 1 / 9) * 0.01
    assert (found.low, found.high) == pytest.approx(stats.t(9, 0.01, error).interval(0.95))


@pytest.mark.parametrize(
    ("shift", "spread", "verdict"),
    [
        (0.05, 0.01, "better"),
        (-0.05, 0.01, "worse"),
        (0.002, 0.002, "equivalent"),
        (0.002, 0.05, "unclear"),
        (0.02, 0.05, "unclear"),
        (0.004, 0.0002, "equivalent"),  # real, and too small to matter
        (0.0, 0.0, "equivalent"),
    ],
)
def test_verdicts(shift, spread, verdict):
    results = shifted(shift, spread=spread)
    assert only(results.compare(metrics=METRICS)).verdict == verdict
    turned = replace(results, lower_is_better=frozenset(METRICS))
    opposite = {"better": "worse", "worse": "better"}
    found = only(turned.compare(metrics=METRICS))
    assert found.verdict == opposite.get(verdict, verdict)
    assert found.difference == pytest.approx(shift)  # as it is, whichever direction is better
    known, other = (only(r.compare(metrics=METRICS)).evidence for r in (results, turned))
    assert (known.p_worse, known.p_equivalent) == (other.p_better, other.p_equivalent)


def test_over_data_sets_smaller_may_be_better():
    made = shifted(0.05, spread=0.01, datasets=7)
    turned = replace(made, lower_is_better=frozenset(METRICS))
    (up,), (down,) = made.compare(metrics=METRICS).overall, turned.compare(metrics=METRICS).overall
    assert (up.wins, up.losses, up.verdict) == (7, 0, "better")
    assert (down.wins, down.losses, down.verdict) == (0, 7, "worse")
    assert up.evidence.p_better == pytest.approx(down.evidence.p_worse, abs=0.001)
    assert up.difference == down.difference == pytest.approx(0.05)
    assert dict(turned.compare(metrics=METRICS).rankings[0].ranks) == {"none": 1.0, "other": 2.0}


def test_what_one_test_would_find_many_may_not():
    """The verdict is that of the adjusted p-value."""
    alone = only(shifted(0.009, spread=0.008).compare(metrics=METRICS))
    many = shifted(0, spread=0.008, other=0.009, **{f"s{index}": 0.0 for index in range(9)})
    (found,) = (one for one in many.compare(metrics=METRICS).differences if one.contrast.name == "other")
    assert (alone.verdict, found.verdict) == ("better", "unclear")
    assert found.evidence.p < 0.05 < found.evidence.p_adjusted


def test_over_data_sets_one_of_them_has_two():
    made = {
        "d": {"none": [0.1, 0.2], "a": [0.1, 0.3], "b": [0.2, 0.2]},
        "e": {"none": [0.1, 0.2], "a": [0.1, 0.3]},
    }
    assert [one.contrast.name for one in folds(made).compare(metrics=METRICS).overall] == ["a", "b"]
    known = {one.contrast.name: one for one in folds(made).compare(metrics=METRICS).overall}
    assert (known["a"].datasets, known["b"].datasets) == (2, 1)
    alone = {name: {"none": [0.1, 0.2], name: [0.2, 0.2]} for name in ("a", "b")}
    assert folds(alone).compare(metrics=METRICS).overall == ()


def test_a_wider_region_makes_more_equivalent():
    results = shifted(0.05, spread=0.01)
    assert only(results.compare(metrics=METRICS, rope=0.1)).verdict == "equivalent"


def test_p_values_are_adjusted_for_one_metric_on_one_data_set():
    results = shifted(0, spread=0.02, datasets=2, a=0.01, b=0.02, c=-0.02)
    found = results.compare(metrics=METRICS).differences
    for dataset in ("data0", "data1"):
        family = [one.evidence for one in found if one.dataset == dataset]
        assert len(family) == 3
        assert [one.p_adjusted for one in family] == holm([one.p for one in family])


def test_every_pair_is_the_later_against_the_earlier():
    found = shifted(0, a=0.1, b=0.2).compare("all", METRICS).differences
    assert [(one.contrast.name, one.contrast.against) for one in found] == [
        ("a", "none"), ("b", "none"), ("b", "a"),
    ]  # fmt: skip
    assert found[2].difference == pytest.approx(0.1)


def test_any_strategy_may_be_the_reference():
    found = shifted(0, a=0.1, b=0.2).compare("a", METRICS).differences
    assert [(one.contrast.name, round(one.difference, 6)) for one in found] == [("none", -0.1), ("b", 0.1)]


def test_models_are_compared_for_each_strategy():
    rows = [
        row("d", strategy, fold, {METRIC: 0.5 + fold / 100 + (model == "rf") / 10 + fold * (strategy == "s") / 50}, model=model)
        for strategy in ("none", "s") for model in ("lr", "rf") for fold in range(4)
    ]  # fmt: skip
    found = run(rows).compare(metrics=METRICS, by="model")
    assert [(c.name, c.against, c.beside) for c in (one.contrast for one in found.differences)] == [
        ("rf", "lr", "none"), ("rf", "lr", "s"),
    ]  # fmt: skip


def test_one_fold_gives_a_difference_and_no_verdict():
    found = only(shifted(0.1, number=1, spread=0).compare(metrics=METRICS))
    assert found.difference == pytest.approx(0.1)
    assert found.verdict == ""
    assert all(map(math.isnan, (found.low, found.high, found.evidence.p, found.evidence.p_adjusted)))


def test_a_constant_difference_is_told():
    found = only(folds({"d": {"none": [0.1] * 5, "other": [0.2] * 5}}).compare(metrics=METRICS))
    assert (found.verdict, round(found.difference, 6)) == ("better", 0.1)
    assert found.remarks == ("the same difference in every fold",)
    assert only(folds({"d": {"none": [0.1] * 5, "other": [0.1] * 5}}).compare(metrics=METRICS)).remarks == ()
    assert only(folds({"d": {"none": [0.1], "other": [0.2]}}).compare(metrics=METRICS)).remarks == ()


def test_wins_ties_and_losses_are_those_beyond_the_region():
    made = {
        f"d{index}": {"none": [0.5, 0.6], "other": [0.5 + by, 0.6 + by]}
        for index, by in enumerate((0.02, 0.005, -0.005, 0.0, -0.02, -0.03))
    }
    (found,) = folds(made).compare(metrics=METRICS).overall
    assert (found.datasets, found.wins, found.ties, found.losses) == (6, 1, 3, 2)
    # The means of pairs are 0.02, 0.0125, -0.0025, ... of these 21 the middle one.
    assert found.difference == pytest.approx(-0.005)


def test_over_data_sets_it_is_scipys_signed_rank_test():
    random = np.random.default_rng(3)
    by = random.normal(0.01, 0.02, 9)
    made = {
        f"d{i}": {"none": [0.5, 0.6], "a": [0.5 + d, 0.6 + d], "b": [0.5 - 2 * d, 0.6 - 2 * d + 1e-3 * i]}
        for i, d in enumerate(by)
    }
    comparison = folds(made).compare(metrics=METRICS)
    found = comparison.overall
    means = [one.difference for one in comparison.differences if one.contrast.name == "a"]
    assert found[0].evidence.p == pytest.approx(stats.wilcoxon(means).pvalue)
    assert [one.evidence.p_adjusted for one in found] == holm([one.evidence.p for one in found])
    (ranking,) = comparison.rankings
    blocks = np.array([[0.55, 0.55 + d, 0.55 - 2 * d + 1e-3 * i / 2] for i, d in enumerate(by)])
    expected = stats.rankdata(-blocks, axis=1).mean(axis=0)
    assert ranking.ranks == pytest.approx(dict(zip(("none", "a", "b"), expected, strict=True)))
    assert list(ranking.ranks.values()) == sorted(ranking.ranks.values())


@pytest.mark.parametrize(("datasets", "tested"), [(1, None), (2, False), (5, False), (6, True)])
def test_six_data_sets_are_tested_two_are_counted(datasets, tested):
    comparison = shifted(0.1, datasets=datasets).compare(metrics=METRICS)
    assert [bool(one.verdict) for one in comparison.overall] == ([] if tested is None else [tested])
    assert len(comparison.rankings) == (datasets > 1)
    assert all(math.isnan(one.critical_difference) != bool(tested) for one in comparison.rankings)


def test_all_equal_is_equivalent_everywhere_without_a_warning():
    made = {f"d{index}": {name: [0.5, 0.6, 0.7] for name in ("none", "a", "b")} for index in range(7)}
    comparison = folds(made).compare("all", METRICS)
    assert {one.verdict for one in (*comparison.differences, *comparison.overall)} == {"equivalent"}
    assert {one.evidence.p for one in comparison.overall} == {1.0}
    (ranking,) = comparison.rankings
    assert (set(ranking.ranks.values()), ranking.p) == ({2.0}, 1.0)


def test_a_data_set_under_two_splits_counts_once_in_each():
    one, two = shifted(0.1, datasets=3), shifted(0.1, datasets=3)
    rows = [replace(r, cell=replace(r.cell, split="holdout")) for r in two]
    overall = run([*one, *rows]).compare(metrics=METRICS).overall
    assert [(found.protocol, found.datasets) for found in overall] == [(("kfold",), 3), (("holdout",), 3)]


def test_data_sets_with_a_split_of_their_own_are_counted_together():
    rows = [
        replace(r, cell=replace(r.cell, split=f"folds-of-{r.cell.dataset}")) for r in shifted(0.1, datasets=3)
    ]
    (found,) = run(rows).compare(metrics=METRICS).overall
    assert (found.protocol, found.datasets) == ((), 3)


def test_ranks_are_over_data_sets_that_all_have():
    made = {
        f"d{index}": {name: [0.5 + 0.01 * place] * 2 for place, name in enumerate(("none", "a", "b"))}
        for index in range(4)
    }
    del made["d3"]["b"]
    (ranking,) = folds(made).compare(metrics=METRICS).rankings
    assert (ranking.datasets, dict(ranking.ranks)) == (3, {"b": 1.0, "a": 2.0, "none": 3.0})


def test_who_has_no_reference_is_told():
    made = folds({"d": {"none": [0.1, 0.2], "a": [0.1, 0.3]}, "e": {"a": [0.1, 0.3]}})
    comparison = made.compare(metrics=METRICS)
    assert comparison.notes == ("e · kfold: lr has no none to compare with",)
    assert [one.dataset for one in comparison.differences] == ["d"]


def test_a_metric_without_any_figure_is_told():
    rows = [
        row("d", name, fold, {0.5: {METRIC: 0.1 * fold}, "tuned:f1": {METRIC: math.nan}})
        for name in ("none", "a")
        for fold in (0, 1)
    ]
    comparison = run(rows, thresholds=(0.5, "tuned:f1")).compare(metrics=METRICS)
    (note,) = comparison.notes
    assert note.startswith(
        f"at tuned:f1 no row has {METRIC}: that takes fits within the training part; run it"
    )
    with pytest.raises(UsageError, match="nothing can be compared: at tuned:f1 no row"):
        run(rows, thresholds=("tuned:f1",)).compare(metrics=METRICS)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"against": "othr"}, r"no strategy 'othr'.*did you mean 'other'.*all: none, other"),
        ({"metrics": ("average",)}, "no row has the metric 'average'.*there are average_precision"),
        ({"metrics": ()}, "no metric is named"),
        ({"rope": 0.0}, "rope is 0.0; expected a number above 0"),
        ({"rope": math.nan}, "rope is nan"),
        ({"rope": "0.1"}, "rope is '0.1'; expected a number"),
        ({"rope": None}, "rope is None; expected a number"),
        ({"rope": True}, "rope is True; expected a number"),
        ({"against": 5}, "no strategy '5'.*against is one of its strategies, or all: none, other"),
        ({"by": None}, "None cannot be compared"),
        ({"by": "split"}, "'split' cannot be compared"),
        ({"by": "model"}, "nothing to compare: the run has 1 model, lr"),
    ],
)
def test_what_cannot_be_compared(asked, message):
    with pytest.raises(UsageError, match=message):
        shifted(0.1).compare(**{"metrics": METRICS, **asked})


def test_a_description_cannot_be_compared():
    results = replace(shifted(0.1), undirected=frozenset(METRICS))
    with pytest.raises(UsageError, match="neither larger nor smaller"):
        results.compare(metrics=METRICS)


def over(gains, lower=()):
    """Two strategies over data sets that differ by these."""
    made = {f"d{i}": {"none": [0.5, 0.6], "other": [0.5 + d, 0.6 + d]} for i, d in enumerate(gains)}
    (found,) = replace(folds(made), lower_is_better=frozenset(lower)).compare(metrics=METRICS).overall
    return found


@pytest.mark.parametrize(
    "gains",
    [
        [0.0] * 11 + [0.05 + 0.001 * i for i in range(9)],
        [-0.0001 * (i + 1) for i in range(16)] + [0.05 + 0.001 * i for i in range(14)],
    ],
)
def test_the_direction_is_that_of_the_rank_sums(gains):
    """The median is 0, and below it."""
    found = over(gains)
    assert found.evidence.p < 0.05
    assert (found.verdict, found.difference > 0, found.gain > 0) == ("better", True, True)
    turned = over(gains, METRICS)
    assert (turned.verdict, turned.difference > 0, turned.gain < 0) == ("worse", True, True)


def test_where_most_do_not_differ_the_others_do_not_tell():
    found = over([0.0] * 20 + [0.05 + 0.001 * i for i in range(8)])
    assert found.evidence.p < 0.05
    assert (found.difference, found.verdict) == (0.0, "unclear")


def without_figures(number: int = 7):
    """b is supported nowhere."""
    good = shifted(0, datasets=number, a=0.05, spread=0.01)
    bad = [
        row(f"data{i}", "b", fold, {}, status="unsupported", reason="no b")
        for i in range(number)
        for fold in (0, 1)
    ]
    return run([*good, *bad])


def test_who_has_no_figures_is_a_row_and_the_others_are_ranked():
    comparison = without_figures().compare(metrics=METRICS)
    assert [(one.contrast.name, one.datasets, one.verdict) for one in comparison.overall] == [
        ("a", 7, "better"), ("b", 0, ""),
    ]  # fmt: skip
    assert comparison.overall[1].remarks == ("both have 0 of 10 folds", "unsupported: no b")
    (ranking,) = comparison.rankings
    assert (dict(ranking.ranks), ranking.unranked, ranking.datasets) == ({"a": 1.0, "none": 2.0}, ("b",), 7)


def test_ranks_are_over_the_same_rows():
    """On the last data set one strategy was scored on other rows, as pairs know too."""
    rows = [
        replace(
            r,
            hashes={"data": "x", "test": "o" if (r.cell.dataset, r.cell.strategy) == ("data2", "a") else "t"},
        )
        for r in shifted(0, datasets=3, a=0.1, b=0.2)
    ]
    comparison = run(rows).compare(metrics=METRICS)
    assert [one.datasets for one in comparison.overall] == [2, 3]
    assert comparison.rankings[0].datasets == 2


def test_a_model_without_a_strategy_is_told():
    """As in joined runs of other strategies for other models."""
    rows = [*shifted(0, a=0.1), *(replace(r, cell=replace(r.cell, model="rf")) for r in shifted(0, b=0.1))]
    comparison = run(rows).compare(metrics=METRICS)
    assert comparison.notes == ("lr has no b in any run", "rf has no a in any run")


@pytest.mark.parametrize(
    ("metric", "scale", "rope", "said"),
    [
        ("brier", 0.001, 0.01, "brier is about 0.001: a rope of 0.01 is more than that; choose another"),
        ("brier", 0.1, 0.01, None),
        ("brier", 0.001, 0.0001, None),
        ("amount_cost", 53210, 0.01, "amount cost is about 53,210: a rope of 0.01 is nothing beside that; choose another"),
        ("amount_cost", 53210, 500, None),
        ("roc_auc", 0.9, 0.0001, None),  # chosen for it
        ("f1", 0.001, 0.01, None),  # near 0 where nothing is found, and 0.01 of it is still little
        ("fn", 0.001, 0.01, None),
    ],
)  # fmt: skip
def test_a_rope_that_was_not_chosen_for_a_metric_is_told(metric, scale, rope, said):
    made = folds({"d": {name: [scale * by for by in (0.999, 1, 1.001)] for name in ("none", "a")}}, metric)
    lower = frozenset({"brier", "amount_cost", "fn"})
    notes = replace(made, lower_is_better=lower).compare(metrics=metric, rope=rope).notes
    assert notes == ((said,) if said else ())


def test_what_no_row_has_says_why():
    rows = [
        row("d", name, fold, {0.5: {METRIC: 0.1 * fold}, 0.2: {METRIC: math.nan}})
        for name in ("none", "a")
        for fold in (0, 1)
    ]
    notes = run(rows, thresholds=(0.5, 0.3, 0.2, "platt 0.5")).compare(metrics=METRIC).notes
    assert [note.partition(": ")[::2] for note in notes] == [
        (f"at 0.3 no row has {METRIC}", "stored without scores (--no-scores)? Then run it again with this threshold"),
        (f"at 0.2 no row has {METRIC}", "undefined in every fold"),
        (f"at platt 0.5 no row has {METRIC}", "that takes fits within the training part; run it again with this threshold"),
    ]  # fmt: skip


def test_metrics_are_a_text_or_several():
    rows = [
        row("d", name, fold, {"a": fold / 10, "b[c=1,d=2]": fold / 9})
        for name in ("none", "x")
        for fold in (0, 1)
    ]
    told = [run(rows).compare(metrics=given).differences for given in ("a, b[c=1,d=2]", ["a", "b[c=1,d=2]"])]
    assert (
        [one.contrast.metric for one in told[0]]
        == [one.contrast.metric for one in told[1]]
        == ["a", "b[c=1,d=2]"]
    )


def test_frames_have_a_row_for_each_comparison():
    comparison = shifted(0.05, datasets=6, spread=0.01).compare(metrics=METRICS)
    frame, overall = comparison.to_frame(), comparison.to_frame(overall=True)
    assert [*frame["dataset"]] == [f"data{i}" for i in range(6)]
    assert [*frame["difference"]] == [one.difference for one in comparison.differences]
    assert (overall["strategy"].item(), overall["protocol"].item(), overall["verdict"].item()) == (
        "other",
        "kfold",
        "better",
    )
    assert shifted(0.05).compare(metrics=METRICS).to_frame(overall=True).empty


def test_rows_of_later_runs_win():
    first = folds({"d": {"none": [0.1, 0.2], "a": [0.1, 0.2]}})
    second = replace(folds({"d": {"a": [0.3, 0.5]}, "e": {"a": [0.3, 0.5]}}), thresholds=(0.5, 0.3))
    both = joined([first, second])
    assert [(r.cell.dataset, r.cell.strategy, r.metrics[0.5][METRIC]) for r in both] == [
        ("d", "none", 0.1), ("d", "none", 0.2), ("d", "a", 0.3), ("d", "a", 0.5), ("e", "a", 0.3), ("e", "a", 0.5),
    ]  # fmt: skip
    assert both.thresholds == (0.5, 0.3)


def test_a_run_compares_itself():
    """From the door that users take: all metrics that are looked at by default are there."""
    import imbbench

    results = imbbench.run(
        "moons[n_samples=2000]", "none,pos_weight", "sklearn-lr", split="kfold", executor="serial",
        memory_limit=None, jobs=1,
    )  # fmt: skip
    comparison = results.compare()
    assert [one.contrast.metric for one in comparison.differences] == [
        "average_precision", "roc_auc", "log_loss_skill",
    ]  # fmt: skip
    assert comparison.differences[-1].verdict == "worse"
    assert "pos_weight with sklearn-lr: harms calibration: log loss skill (-" in str(comparison)
