"""Imbalance-aware training losses as strategies for models that are trained by gradient.

Class sizes are those of the training part that the strategy is given. p is the predicted probability of
class 1, z its log-odds, p_t the probability of the row's own class.
"""

from __future__ import annotations

import math
from dataclasses import replace

from imbbench import ImbbenchError, Strategy, TrainingSet, hookimpl

from imbbench_losses.losses import AsymmetricLoss, FocalLoss, ShiftedLoss


def focal(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    gamma: float = 2.0,
    alpha: float | None = 0.25,
) -> TrainingSet:
    """Focal loss -alpha_t (1 - p_t)^gamma log(p_t): rows that are easy by now count less.

    Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection, ICCV 2017, equation 5, with
    the paper's best gamma and alpha. gamma=0, alpha=none is the logistic loss.

    Parameters
    ----------
    gamma : from 0 upwards; how fast the weight falls as a row becomes easy.
    alpha : between 0 and 1, the weight of positives; negatives have 1 - alpha. None: no weights. The
        paper's 0.25 favours the *negatives*, since gamma has taken most of their weight already.
    """
    _not_negative(gamma=gamma)
    if alpha is not None and not 0 < alpha < 1:
        raise ImbbenchError(f"alpha={alpha}; expected a number between 0 and 1, or none for no weights")
    if alpha is not None:
        train = replace(train, class_weight={0: 1 - alpha, 1: alpha})
    return replace(train, loss=FocalLoss(gamma))


def class_balanced(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    beta: float = 0.9999,
    gamma: float = 0.0,
) -> TrainingSet:
    """Class weights 1 / E_c by the effective number of rows, E_c = (1 - beta^n_c) / (1 - beta).

    Cui, Jia, Lin, Song, Belongie: Class-Balanced Loss Based on Effective Number of Samples, CVPR 2019.
    Weights are scaled to the sum 2, the number of classes. beta=0 is no weights; towards 1 they are
    proportional to `class_weight`. With gamma it is the paper's class-balanced focal loss, and needs a
    model that takes a loss; without, it is a pair of class weights for every model that has them.

    Parameters
    ----------
    beta : from 0, below 1. The authors' code has 0.9999 for ten classes (CIFAR-10), and 0.999 with gamma
        0.5 for thousands (iNaturalist).
    gamma : from 0 upwards, as in `focal`.
    """
    if not 0 <= beta < 1:
        raise ImbbenchError(f"beta={beta}; expected a number from 0, below 1, such as 0.999")
    _not_negative(gamma=gamma)
    if beta:
        inverse = [(1 - beta) / (1 - beta**size) for size in _class_sizes(train)]
        weights = {label: 2 * weight / sum(inverse) for label, weight in enumerate(inverse)}
        train = replace(train, class_weight=weights)
    return replace(train, loss=FocalLoss(gamma)) if gamma else train


def logit_adjusted(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    tau: float = 1.0,
) -> TrainingSet:
    """Logistic loss at z + tau log(n1 / n0): the score z is then of a balanced population.

    Menon, Jayasumana, Rawat, Jain, Veit, Kumar: Long-tail Learning via Logit Adjustment, ICLR 2021:
    its logit adjusted softmax cross-entropy, for two classes and one logit. What is scored is z without
    the adjustment: at the optimum, with tau=1, the log-odds if both classes were equally frequent. tau=0
    is the logistic loss.

    Parameters
    ----------
    tau : from 0 upwards; the paper's 1 aims at the balanced error.
    """
    _not_negative(tau=tau)
    negatives, positives = _class_sizes(train)
    shift = tau * math.log(positives / negatives)
    return replace(train, loss=ShiftedLoss(shift, shift))


def ldam(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    max_m: float = 0.5,
) -> TrainingSet:
    """Logistic loss after a margin C / n_c^(1/4) is taken off the logit of the row's own class.

    Cao, Wei, Gaidon, Arechiga, Ma: Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss,
    NeurIPS 2019, for two classes and one logit: z - margin_1 for positives, z + margin_0 for negatives.
    The paper normalises features and last layer, multiplies logits and margins by a scale s (30
    in its code), and may re-weight in later epochs. Here the last layer is free and finds its own scale,
    so that a margin is in units of the logit; the schedule is no loss, and left out. max_m=0 is the
    logistic loss.

    Parameters
    ----------
    max_m : from 0 upwards; the margin of the rarer class, which sets C. 0.5 as in the paper's code, there
        of cosines.
    """
    _not_negative(max_m=max_m)
    sizes = _class_sizes(train)
    margins = [max_m * (min(sizes) / size) ** 0.25 for size in sizes]
    return replace(train, loss=ShiftedLoss(margins[0], -margins[1]))


def asymmetric(
    train: TrainingSet,
    seed: int,  # noqa: ARG001
    *,
    gamma_pos: float = 0.0,
    gamma_neg: float = 4.0,
    clip: float = 0.05,
) -> TrainingSet:
    """Asymmetric loss: focal with an exponent per class, and negatives with p below clip are left out.

    Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor: Asymmetric Loss for Multi-Label
    Classification, ICCV 2021, with the values of its experiments on MS-COCO (the default of its code is
    gamma_pos=1): -(1 - p)^gamma_pos log(p) for positives, -q^gamma_neg log(1 - q) with
    q = max(p - clip, 0) for negatives. All three 0 is the logistic loss.

    Parameters
    ----------
    gamma_pos, gamma_neg : from 0 upwards; as gamma in `focal`, for positives and for negatives.
    clip : from 0, below 1; the probability up to which a negative has no loss, the paper's m.
    """
    _not_negative(gamma_pos=gamma_pos, gamma_neg=gamma_neg)
    if not 0 <= clip < 1:
        raise ImbbenchError(f"clip={clip}; expected a probability from 0, below 1, such as 0.05")
    return replace(train, loss=AsymmetricLoss(gamma_pos, gamma_neg, clip))


def _class_sizes(train: TrainingSet) -> tuple[int, int]:
    positives = int((train.y == 1).sum())
    return len(train.y) - positives, positives


def _not_negative(**values: float) -> None:
    for name, value in values.items():
        if not 0 <= value < math.inf:
            raise ImbbenchError(f"{name}={value}; expected a finite number from 0 upwards")


@hookimpl
def imbbench_strategies() -> list[Strategy]:
    """The losses; `class-balanced` depends on torch only through a model that names torch itself."""
    return [
        Strategy("focal", focal, requires=("torch",)),
        Strategy("class-balanced", class_balanced),
        Strategy("logit-adjusted", logit_adjusted, requires=("torch",)),
        Strategy("ldam", ldam, requires=("torch",)),
        Strategy("asymmetric", asymmetric, requires=("torch",)),
    ]
