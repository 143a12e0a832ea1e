"""What oneDAL cannot do is refused, never done by scikit-learn under oneDAL's name."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import numpy as np
import pytest
from imbbench import ImbbenchError, Unsupported

from imbbench_oneapi import logistic_regression, random_forest
from imbbench_oneapi.fallback import no_fallback
from samples import context, rows, training_set

WEIGHTS = np.linspace(0.5, 2, 2000)
REFUSED = {
    "sample weights of a forest": (random_forest, {}, {"sample_weight": WEIGHTS}, "sample weights"),
    "both weights of a forest": (
        random_forest,
        {},
        {"w0": 1.0, "w1": 9.0, "sample_weight": WEIGHTS},
        "sample weights",
    ),
    "thousands of trees": (random_forest, {"n_estimators": 6025}, {}, "6024 estimators"),
    "class weights of LR": (logistic_regression, {}, {"w0": 1.0, "w1": 9.0}, "Class weights"),
    "sample weights of LR": (logistic_regression, {}, {"sample_weight": WEIGHTS}, "Sample weights"),
    "LR without penalty": (logistic_regression, {"C": np.inf}, {}, "Penalties other than l2"),
}


@pytest.mark.parametrize(("build", "params", "weights", "cause"), REFUSED.values(), ids=REFUSED)
def test_what_scikit_learn_would_do_is_unsupported(build, params, weights, cause):
    from sklearn.linear_model import _logistic

    path = _logistic._logistic_regression_path
    model = build(context(), **params)
    with pytest.raises(Unsupported, match=cause) as caught:
        model.fit(training_set(**weights))
    instead = {random_forest: "sklearn-rf", logistic_regression: "sklearn-lr"}[build]
    assert str(caught.value).endswith(f"leave it to scikit-learn; choose {instead} for it")
    fitted = {
        name for name in vars(model.estimator_) if name in ("coef_", "_cached_estimators_", "estimators_")
    }
    assert fitted == set()  # scikit-learn has not begun
    assert _logistic._logistic_regression_path is path


def test_scores_are_onedals_too():
    from sklearn.linear_model import LogisticRegression

    model = logistic_regression(context()).fit(training_set())
    model.estimator_ = LogisticRegression().fit(*rows())
    with pytest.raises(ImbbenchError, match="oneDAL or scikit-learn"):
        model.decision_function(rows()[0])


@pytest.fixture
def log():
    """The library's logger, whose handlers are put aside meanwhile."""
    logger = logging.getLogger("sklearnex")
    before = logger.level, logger.handlers
    logger.handlers = []
    yield logger
    logger.setLevel(before[0])
    logger.handlers = before[1]


def say(log, *texts, scope="sklearn.linear_model.LogisticRegression.fit"):
    """As the library does: what is for developers first, then who computes."""
    with no_fallback("sklearn-lr"):
        for text in texts:
            (log.info if "Scikit-learn" in text or "accelerated" in text else log.debug)(f"{scope}: {text}")


@pytest.mark.parametrize(("level", "shown"), [("NOTSET", 0), ("INFO", 1), ("DEBUG", 2)])
def test_the_log_shows_what_it_showed(log, caplog, level, shown):
    log.setLevel(level)
    before = log.level
    say(log, "setting 1 threads (previous - 4)", "running accelerated version on CPU")
    assert len(caplog.messages) == shown
    assert (log.level, log.filters) == (before, [])


def test_causes_are_told_and_the_log_is_as_before(log):
    texts = [f"patching failed with cause - {cause}" for cause in ("too large.", "too old.")]
    texts += ["fallback to original Scikit-learn. All input data transferred to host"]
    with pytest.raises(Unsupported, match=r"LogisticRegression\.fit \(too large; too old\), and"):
        say(log, "running accelerated version on CPU", *texts)
    assert (log.level, log.filters) == (logging.NOTSET, [])


def test_silence_is_an_error():
    model = random_forest(context(), n_estimators=2, oob_score=False)
    logging.disable(logging.CRITICAL)
    try:
        with pytest.raises(ImbbenchError, match=r"'running accelerated version'; undo logging\.disable\(\)"):
            model.fit(training_set())
    finally:
        logging.disable(logging.NOTSET)


def test_nothing_global_is_changed():
    """In a process of its own: scikit-learn's classes and functions, configurations, warnings, threads."""
    code = """
import json, logging, sys, warnings
import sklearn, sklearn.ensemble, sklearn.linear_model, threadpoolctl
from sklearn.linear_model import _logistic

def state():
    modules = [sys.modules[name] for name in sorted(before) if name.partition(".")[0] == "sklearn"]
    members = {(module.__name__, name): id(value) for module in modules for name, value in vars(module).items()
               if callable(value)}
    pools = [(pool["filepath"], pool["num_threads"]) for pool in threadpoolctl.threadpool_info()
             if "daal" not in pool["filepath"]]
    return members, sklearn.get_config(), list(warnings.filters), pools, logging.root.level, logging.root.handlers

before = {*sys.modules}
first = state()
sys.path.insert(0, sys.argv[1])
from samples import context, training_set
import imbbench_oneapi
first = first[:3] + state()[3:]  # numpy's and scipy's pools are there now
for model, weights in ((imbbench_oneapi.random_forest(context(), n_estimators=3, oob_score=False), (1.0, 9.0)),
                       (imbbench_oneapi.logistic_regression(context()), ())):
    model.fit(training_set(*weights)).decision_function(training_set().X)
changed = [a != b for a, b in zip(first, state())]
from sklearnex import sklearn_is_patched
print(json.dumps([changed, sklearn_is_patched(), len(first[0]) > 1000]))
"""
    tests = __file__.rpartition("test_fallback")[0]
    done = subprocess.run([sys.executable, "-c", code, tests], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[False] * 6, False, True]
    assert done.stderr == ""
