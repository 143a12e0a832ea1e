"""The stand-in for creditcard.csv, against its statistics and against plain scipy and scikit-learn."""

import hashlib
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from imbbench.builtin.creditcard_simulated import marginal_ranks, read_statistics, simulate

CLASSES = pytest.mark.parametrize("label", [0, 1])


def digest(X, y):
    return hashlib.sha256(X.to_numpy().tobytes() + y.tobytes()).hexdigest()


def mixture_of(label):
    _, mixtures = read_statistics()
    return next(mixture for mixture in mixtures if mixture.label == label)


def exact_ranks(mixture, j, scores):
    """The marginal distribution function of column j, by scipy."""
    normal = stats.norm(mixture.means[:, j], mixture.deviations[:, j])
    return normal.cdf(scores[:, None]) @ mixture.weights


@pytest.fixture(scope="module")
def table():
    return simulate(0)


def test_it_has_the_size_and_columns_of_the_real_file_in_float32(table):
    X, y = table
    assert list(X.columns) == ["Time", *(f"V{i}" for i in range(1, 29)), "Amount"]
    assert X.shape == (284_807, 30)
    assert set(X.dtypes) == {np.dtype("float32")}
    assert y.dtype == np.int8
    assert np.bincount(y).tolist() == [284_315, 492]
    assert np.isfinite(X.to_numpy()).all()


def test_rows_are_ordered_by_time_with_the_frauds_among_them(table):
    X, y = table
    assert X["Time"].is_monotonic_increasing
    thirds = [int(part.sum()) for part in np.array_split(y, 3)]
    assert min(thirds) > 50


def test_a_seed_gives_one_table_whatever_the_threads_and_the_global_state(table):
    code = (
        "import hashlib; from imbbench.builtin.creditcard_simulated import simulate; X, y = simulate(0); "
        "print(hashlib.sha256(X.to_numpy().tobytes() + y.tobytes()).hexdigest())"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    alone = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert alone.stdout.strip() == digest(*table)


def test_another_seed_gives_another_table(table):
    assert digest(*simulate(1)) != digest(*table)


def test_memory_stays_under_three_times_the_table():
    tracemalloc.start()
    try:
        X, _ = simulate(0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * X.memory_usage(index=False).sum()


@CLASSES
def test_ranks_are_those_of_scipys_normal_distributions(label):
    mixture = mixture_of(label)
    scores = np.concatenate([np.linspace(-5, 5, 301), [-40.0, 40.0]])
    for j in range(30):
        ranks = marginal_ranks(mixture, j, scores)
        np.testing.assert_allclose(ranks, exact_ranks(mixture, j, scores), rtol=1e-12, atol=1e-15)
        assert ranks.min() < 1e-100
        assert ranks.max() == pytest.approx(1, abs=1e-15)


@CLASSES
def test_every_column_has_the_quantiles_it_was_drawn_from(table, label):
    X, y = table
    mixture = mixture_of(label)
    rows = X.to_numpy()[y == label]
    assert (rows.min(axis=0) >= mixture.quantiles[:, 0].astype("float32")).all()
    assert (rows.max(axis=0) <= mixture.quantiles[:, -1].astype("float32")).all()
    # Where quantiles tie (small amounts), the share of rows up to a value belongs to the last of them.
    for column, quantiles in zip(rows.T, mixture.quantiles, strict=True):
        last = np.append(np.diff(quantiles) > 0, True)
        below = (column[:, None] <= quantiles[last].astype("float32")).mean(axis=0)
        expected = mixture.probabilities[last]
        # The float32 of a value may round past a quantile that many rows equal: 6 sd and a little.
        tolerance = 6 * np.sqrt(expected * (1 - expected) / len(rows)) + 2e-3
        assert (np.abs(below - expected) < tolerance).all()


@CLASSES
def test_columns_depend_on_each_other_as_in_a_plain_draw_of_the_mixture(table, label):
    X, y = table
    mixture = mixture_of(label)
    rng = np.random.default_rng(7)
    component = rng.choice(len(mixture.weights), size=20_000, p=mixture.weights)
    scores = np.concatenate(
        [
            rng.multivariate_normal(mean, factor @ factor.T, size=int((component == k).sum()))
            for k, (mean, factor) in enumerate(zip(mixture.means, mixture.factors, strict=True))
        ]
    )
    plain = np.column_stack(
        [
            np.interp(exact_ranks(mixture, j, scores[:, j]), mixture.probabilities, mixture.quantiles[j])
            for j in range(30)
        ]
    )
    ours = X[y == label].iloc[:: 10 if label == 0 else 1]
    difference = ours.corr("spearman").to_numpy() - pd.DataFrame(plain).corr("spearman").to_numpy()
    assert np.abs(difference).max() < (0.06 if label == 0 else 0.25)


@pytest.mark.parametrize(
    ("class_weight", "expected", "tolerance"),
    [
        (None, (85_291, 4, 35, 113), (10, 10, 15, 15)),
        ("balanced", (83_583, 1_712, 11, 137), (900, 900, 10, 10)),
    ],
)
def test_logistic_regression_fares_about_as_on_the_real_rows(table, class_weight, expected, tolerance):
    # From draw to draw the balanced model's false positives vary by about 300 (one standard deviation).
    X, y = table
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    scaler = StandardScaler().fit(X_train)
    model = LogisticRegression(C=np.inf, class_weight=class_weight, max_iter=1000)
    model.fit(scaler.transform(X_train), y_train)
    found = confusion_matrix(y_test, model.predict(scaler.transform(X_test))).ravel()
    assert (np.abs(found - expected) <= tolerance).all(), found
