from __future__ import annotations

import math
from dataclasses import replace

import imbbench
import numpy as np
import pytest
from imbbench import Context, ImbbenchError, TorchClassifier, TrainingSet

import imbbench_losses as strategies

DATA = "moons[n_samples=600,minority_fraction=0.1]"
TORCH = ["torch-linear[epochs=2,min_steps=60]", "torch-mlp[epochs=2,min_steps=60,hidden_layer_sizes=(8,)]"]
LOSSES = ["focal", "class-balanced[gamma=0.5]", "logit-adjusted", "ldam", "asymmetric"]
NEUTRAL = {
    "focal": (strategies.focal, {"gamma": 0, "alpha": None}),
    "class-balanced": (strategies.class_balanced, {"beta": 0}),
    "class-balanced[gamma]": (strategies.class_balanced, {"beta": 0, "gamma": 1e-9}),
    "logit-adjusted": (strategies.logit_adjusted, {"tau": 0}),
    "ldam": (strategies.ldam, {"max_m": 0}),
    "asymmetric": (strategies.asymmetric, {"gamma_pos": 0, "gamma_neg": 0, "clip": 0}),
}
OUT_OF_RANGE = [
    (strategies.focal, {"gamma": -1}, "gamma=-1; expected a finite number from 0 upwards"),
    (strategies.focal, {"gamma": math.inf}, "gamma=inf; expected a finite number"),
    (strategies.focal, {"gamma": math.nan}, "gamma=nan; expected a finite number"),
    (strategies.focal, {"alpha": 1}, "alpha=1; expected a number between 0 and 1, or none"),
    (strategies.focal, {"alpha": 0.0}, "alpha=0.0; expected a number between 0 and 1, or none"),
    (strategies.class_balanced, {"beta": 1.0}, "beta=1.0; expected a number from 0, below 1"),
    (strategies.class_balanced, {"beta": -0.1}, "beta=-0.1; expected a number from 0, below 1"),
    (strategies.class_balanced, {"gamma": -0.1}, "gamma=-0.1; expected a finite number"),
    (strategies.logit_adjusted, {"tau": -1}, "tau=-1; expected a finite number from 0 upwards"),
    (strategies.ldam, {"max_m": -0.5}, "max_m=-0.5; expected a finite number from 0 upwards"),
    (strategies.asymmetric, {"gamma_pos": -1}, "gamma_pos=-1; expected a finite number"),
    (strategies.asymmetric, {"gamma_neg": math.nan}, "gamma_neg=nan; expected a finite number"),
    (strategies.asymmetric, {"clip": 1}, "clip=1; expected a probability from 0, below 1"),
    (strategies.asymmetric, {"clip": -0.01}, "clip=-0.01; expected a probability from 0, below 1"),
]


def gaussians(negatives, positives, seed=0):
    """Two unit Gaussians around (0, 0) and (1.5, 0.5): their log-odds are linear, slope (1.5, 0.5)."""
    rng = np.random.default_rng(seed)
    y = np.r_[np.zeros(negatives, np.int8), np.ones(positives, np.int8)]
    X = rng.standard_normal((len(y), 2)) + np.outer(y, MEAN)
    return TrainingSet(X.astype(np.float32), y)


MEAN = np.array([1.5, 0.5])


def fitted(train, **settings):
    """One linear layer; by default at the optimum, all rows in every step."""
    from torch import nn

    sizes = np.bincount(train.y)
    context = Context(seed=1, device="cpu", n_jobs=1, threads=1, class_counts=(int(sizes[0]), int(sizes[1])))
    settings = {"lr": 0.05, "batch_size": len(train.y), "epochs": 600, "min_steps": 0} | settings
    return TorchClassifier(lambda d: nn.Linear(d, 1), context, **settings).fit(train)


def line(classifier):
    """(slope, intercept)"""
    corners = classifier.decision_function(np.array([[0, 0], [1, 0], [0, 1]], np.float32)).astype(float)
    return corners[1:] - corners[0], corners[0]


@pytest.mark.parametrize(("apply", "parameters"), NEUTRAL.values(), ids=NEUTRAL)
def test_neutral_parameters_fit_what_strategy_none_fits(apply, parameters):
    train = gaussians(270, 30)
    settings = {"lr": 1e-2, "batch_size": 64, "epochs": 40}
    scores = [
        fitted(each, **settings).decision_function(train.X) for each in (train, apply(train, 0, **parameters))
    ]
    assert scores[1] == pytest.approx(scores[0], rel=1e-4, abs=1e-4)
    if not parameters.get("gamma", 0) and "beta" in parameters:
        assert (scores[1] == scores[0]).all()
    with_defaults = fitted(apply(train, 0), **settings).decision_function(train.X)
    assert np.abs(with_defaults - scores[0]).max() > 0.02


@pytest.mark.parametrize(("apply", "parameters", "message"), OUT_OF_RANGE)
def test_a_parameter_out_of_range_is_an_error_in_words(apply, parameters, message):
    with pytest.raises(ImbbenchError) as error:
        apply(gaussians(9, 3), 0, **parameters)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("positives", [1, 10])
@pytest.mark.parametrize("apply", [apply for apply, _ in NEUTRAL.values()])
def test_rows_stay_as_they_are_and_few_positives_are_enough(apply, positives):
    train = replace(gaussians(200, positives), sample_weight=np.ones(200 + positives))
    treated = apply(train, 0)
    assert treated.X is train.X
    assert treated.y is train.y
    assert treated.sample_weight is train.sample_weight


def test_logit_adjusted_scores_are_log_odds_of_a_balanced_population():
    """Of Gaussians the truth is known: slope MEAN, intercept -|MEAN|^2 / 2 with equal class sizes."""
    train = gaussians(28_500, 1_500)
    settings = {"epochs": 1000}
    slope, intercept = line(fitted(strategies.logit_adjusted(train, 0), **settings))
    assert slope == pytest.approx(MEAN, abs=0.1)
    assert intercept == pytest.approx(-MEAN @ MEAN / 2, abs=0.15)
    plain_slope, plain = line(fitted(train, **settings))
    assert slope == pytest.approx(plain_slope, abs=5e-3)
    assert intercept - plain == pytest.approx(math.log(19), abs=5e-3)
    half_slope, half = line(fitted(strategies.logit_adjusted(train, 0, tau=0.5), **settings))
    assert half_slope == pytest.approx(plain_slope, abs=5e-3)
    assert half - plain == pytest.approx(math.log(19) / 2, abs=5e-3)


def test_class_balanced_goes_from_no_weights_to_inverse_class_sizes():
    train = gaussians(1900, 100)
    ratios = []
    for beta in (1e-9, 0.9, 0.99, 0.999, 0.9999, 1 - 1e-9):
        weights = strategies.class_balanced(train, 0, beta=beta).class_weight
        assert sum(weights.values()) == pytest.approx(2)
        ratios.append(weights[1] / weights[0])
    assert ratios == sorted(ratios)
    assert ratios[0] == pytest.approx(1)
    assert ratios[-1] == pytest.approx(19, rel=1e-5)
    assert strategies.class_balanced(train, 0).loss is None
    assert strategies.class_balanced(train, 0, beta=0).class_weight is None


def test_class_balanced_weighs_every_model():
    """At beta near 1 an unpenalised regression ends where class_weight leads it."""
    models = ["sklearn-lr", "sklearn-rf[n_estimators=20,oob_score=false]", *TORCH]
    chosen = ["class_weight", "class-balanced[beta=0.999999999]", "class-balanced[beta=0]", "none"]
    rows = list(imbbench.run(DATA, chosen, models, executor="serial"))
    assert {(row.status, row.reason) for row in rows} == {("ok", "")}
    found = {(row.cell.strategy, row.cell.model): row.metrics[0.5] for row in rows}
    near_one, zero = sorted({strategy for strategy, _ in found if "beta" in strategy}, key=len, reverse=True)
    for name in ("sklearn-lr", "sklearn-rf[n_estimators=20,oob_score=false]"):
        model = next(model for _, model in found if model.startswith(name[:10]))
        assert found[near_one, model]["brier"] == pytest.approx(
            found["class_weight", model]["brier"], rel=1e-3
        )
    for model in {model for _, model in found}:
        assert found[zero, model]["brier"] == pytest.approx(found["none", model]["brier"], rel=1e-6)
        assert found[near_one, model]["brier"] != found["none", model]["brier"]


@pytest.mark.parametrize("options", [{"executor": "serial"}, {"jobs": 2}], ids=["serial", "processes"])
def test_models_that_take_no_loss_are_unsupported(options):
    models = ["sklearn-lr", "sklearn-rf[n_estimators=5,oob_score=false]", *TORCH]
    rows = imbbench.run(DATA, LOSSES, models, **options)
    assert len(rows) == len(LOSSES) * len(models)
    for row in rows:
        if row.cell.model.startswith("sklearn"):
            assert row.status == "unsupported"
            assert f"it takes no other training loss, and strategy '{row.cell.strategy}'" in row.reason
        else:
            assert (row.status, row.reason) == ("ok", "")
    curves = [row.info["loss_curve"] for row in rows if row.cell.model.startswith("torch-mlp")]
    assert len({tuple(curve) for curve in curves}) == len(LOSSES)


def test_under_group_a_loss_is_trained_alone_and_gives_the_same_figures():
    chosen = ["none", "focal", "asymmetric"]
    single = imbbench.run(DATA, chosen, TORCH[0], split="kfold", executor="serial")
    together = imbbench.run(DATA, chosen, TORCH[0], split="kfold", executor="serial", group=True)
    assert {row.status for row in together} == {"ok"}
    for one, other in zip(single, together, strict=True):
        assert other.cell == one.cell
        alone = other.cell.strategy != "none"
        assert any("a strategy's own loss is trained alone" in note for note in other.notes) is alone
        if alone:
            assert repr(other.metrics) == repr(one.metrics)  # NaN among them


def test_a_wrong_parameter_is_its_rows_reason():
    (row,) = imbbench.run(DATA, "focal[gamma=-2]", TORCH[0], executor="serial")
    assert row.status == "error"
    assert row.reason.startswith("strategy 'focal[gamma=-2.0]' of plugin 'losses'")
    assert row.reason.endswith("gamma=-2.0; expected a finite number from 0 upwards")
