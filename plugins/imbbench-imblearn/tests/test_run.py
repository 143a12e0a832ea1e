"""Whole runs: the package is found by its entry point, and every cell is a row."""

from __future__ import annotations

import imbbench
import numpy as np
from imblearn.over_sampling import SMOTE
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from samples import STRATEGIES

MOONS = "moons[n_samples=300,minority_fraction=0.1]"


def test_every_strategy_is_a_row() -> None:
    names = [name for name in STRATEGIES if name not in ("kmeans-smote", "instance-hardness-threshold")]
    names += ["kmeans-smote[cluster_balance_threshold=0.1]", "instance-hardness-threshold[cv=2]"]
    results = imbbench.run(MOONS, names, "sklearn-lr", executor="serial")
    assert [row.cell.strategy for row in results] == names
    assert {row.status for row in results} == {"ok"}, [row.reason for row in results]
    fitted = {row.cell.strategy: row.counts["fitted"] for row in results}
    assert fitted["smote"] == (189, 189)
    assert fitted["random-under"] == (21, 21)
    assert fitted["tomek-links"][0] < 189


def test_figures_are_those_of_the_library_by_hand() -> None:
    strategy = "smote[sampling_strategy=0.5,random_state=1]"
    (row,) = imbbench.run(MOONS, strategy, "sklearn-lr", split="holdout[random_state=0]", executor="serial")
    X, y = make_moons((270, 30), noise=0.3, random_state=0)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    scaler = StandardScaler().fit(X_train)
    X_train, X_test = (scaler.transform(part).astype(np.float32) for part in (X_train, X_test))
    X_train, y_train = SMOTE(sampling_strategy=0.5, random_state=1).fit_resample(X_train, y_train)
    by_hand = LogisticRegression(C=np.inf, max_iter=1000).fit(X_train.astype(np.float64), y_train)
    positive = by_hand.predict(X_test) == 1
    assert row.metrics[0.5]["tp"] == (positive & (y_test == 1)).sum() > 0
    assert row.metrics[0.5]["fp"] == (positive & (y_test == 0)).sum() > 0


def test_processes_give_the_same_figures_as_one_process() -> None:
    chosen = (MOONS, ["smote", "class_weight"], ["easy-ensemble[n_estimators=2]", "balanced-random-forest"])
    serial = imbbench.run(*chosen, executor="serial")
    processes = imbbench.run(*chosen, executor="processes", jobs=2)
    assert [row.status for row in serial] == ["ok", "ok", "unsupported", "unsupported"]
    assert [(row.cell, row.status) for row in processes] == [(row.cell, row.status) for row in serial]
    assert repr([row.metrics for row in processes]) == repr([row.metrics for row in serial])  # NaN among them


def test_too_few_positives_are_rows_with_a_reason() -> None:
    chosen = ["smote", "smote[k_neighbors=3]", "random-over", "near-miss"]
    results = imbbench.run("moons[n_samples=100]", chosen, "sklearn-lr", executor="serial")
    assert [row.status for row in results] == ["unsupported", "ok", "ok", "ok"]
    assert "SMOTE was given 70 rows (4 positive); k_neighbors=5 needs 6" in results[0].reason
    assert "set k_neighbors=3 or lower" in results[0].reason
    assert "strategy 'smote' of plugin 'imblearn'" in results[0].reason


def test_what_a_fit_says_is_a_footnote() -> None:
    (row,) = imbbench.run(MOONS, "none", "rusboost", executor="serial")
    assert any("RUSBoostClassifier ended after round" in note for note in row.notes)


def test_all_leaves_out_the_slow_and_what_is_there_already() -> None:
    assert {name for name, each in STRATEGIES.items() if not each.in_all} == {
        "random-under",
        "kmeans-smote",
        "instance-hardness-threshold",
        "repeated-edited-nearest-neighbours",
        "all-knn",
        "condensed-nearest-neighbour",
        "smote-enn",
        "smote-tomek",
    }
