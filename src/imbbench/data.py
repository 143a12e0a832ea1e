"""What components exchange: frozen containers of arrays, and what a model must be able to do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from imbbench.errors import NoThreshold

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from torch import Tensor

    from imbbench.curve import Curve

    FloatArray = NDArray[np.floating[Any]]
    RowLoss = Callable[[Tensor, Tensor], Tensor]


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """The same values behind a view that cannot be written to."""
    view = array.view()
    view.setflags(write=False)
    return view


@dataclass(frozen=True, eq=False)
class Data:
    """A loaded dataset.

    Parameters
    ----------
    X : DataFrame (n, d), one column a feature: numbers, booleans or categories, gaps allowed.
    y : (n,) labels in {0, 1}; 1 is the positive class. Any integer or boolean array, or a Series;
        int8 after loading.
    time, groups, amount : (n,) optional columns that are not features.
    source : a word that is shown in parentheses behind the dataset's name wherever it appears,
        when the rows are not what the name promises ("simulated"); empty otherwise.
    positive : what class 1 is called where the rows come from ("malignant"), so that a baseline can tell
        that it was another label; empty where that cannot change.
    """

    X: pd.DataFrame
    y: NDArray[Any]
    time: NDArray[Any] | None = None
    groups: NDArray[Any] | None = None
    amount: FloatArray | None = None
    source: str = ""
    positive: str = ""


@dataclass(frozen=True, eq=False)
class TrainingSet:
    """What a model is fitted on; strategies map one onto another. Arrays are read-only.

    Parameters
    ----------
    X : float32 array (n, d), preprocessed on the training part of the fold.
    y : (n,) labels in {0, 1}.
    class_weight : {0: w0, 1: w1}, a factor on the loss of each row of that class, or None.
    sample_weight : (n,) factor on the loss of each row, or None.
    loss : what a model trained by gradient minimises instead of the logistic loss: (logits, labels) ->
        loss of each row, float tensors (b,), differentiable by torch; weights multiply it. None is the
        logistic loss. A model that does not say `takes_loss` is then `unsupported`.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int8]
    class_weight: Mapping[int, float] | None = None
    sample_weight: FloatArray | None = None
    loss: RowLoss | None = None


@dataclass(frozen=True)
class Context:
    """What a model may know beyond its training set.

    Parameters
    ----------
    seed : for every random choice of the fit; the same for every strategy. Nothing global is
        seeded: a model that does not use it differs from run to run. A model with a `random_state`
        parameter of its own lets that win.
    device : torch device string ("cpu", "cuda:0", "mps").
    n_jobs : idle cores, for work whose result cannot depend on their number.
    threads : threads that BLAS and torch use, already set around `fit` and `decision_function`;
        sums differ in the last bits with it.
    class_counts : (n0, n1) of the training part before the strategy.
    """

    seed: int
    device: str
    n_jobs: int
    threads: int
    class_counts: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Predictions:
    """The scores of one fit on the test part of one fold, seen at one threshold. Arrays are
    read-only: all metrics see the same ones.

    Parameters
    ----------
    y : (n,) true labels in {0, 1}.
    score : (n,) log-odds of class 1, float64, finite.
    threshold : probability above which a row is called positive.
    cut : the threshold's log-odds where it was chosen as such, since a probability cannot tell those above 37
        apart; None for those of `threshold`; NaN, like `threshold`, where no threshold does what was asked
        for: `positive` and `counts` then raise `NoThreshold`, which is a figure of NaN.
    prevalence : fraction of class 1 in the training part before the strategy.
    amount : (n,) money at stake a row, where the dataset has it.
    """

    y: NDArray[np.int8]
    score: NDArray[np.float64]
    threshold: float = 0.5
    prevalence: float = float("nan")
    amount: FloatArray | None = None
    cut: float | None = None

    @cached_property
    def probability(self) -> NDArray[np.float64]:
        """Probability of class 1: the logistic function of the score, in float64."""
        from scipy.special import expit

        return read_only(expit(self.score))

    @cached_property
    def positive(self) -> NDArray[np.bool_]:
        """Rows called positive: score strictly above the threshold's log-odds."""
        from scipy.special import logit

        if self.cut is not None and math.isnan(self.cut):
            raise NoThreshold(
                "no threshold does what was asked for, so no row is called positive or negative"
            )
        return read_only(self.score > (logit(self.threshold) if self.cut is None else self.cut))

    @cached_property
    def counts(self) -> tuple[int, int, int, int]:
        """(tn, fp, fn, tp), the confusion table in scikit-learn's order."""
        truth = self.y == 1
        tp = int((self.positive & truth).sum())
        fp = int(self.positive.sum()) - tp
        fn = int(truth.sum()) - tp
        return len(self.y) - tp - fp - fn, fp, fn, tp

    @cached_property
    def curve(self) -> Curve:
        """What each threshold would do: false and true positives at every distinct score, sorted once for
        all metrics."""
        from imbbench.curve import curve_of

        return curve_of(self.y, self.score)


@runtime_checkable
class Classifier(Protocol):
    """What a model's `build` returns. Two optional attributes are kept in the result: `info_`,
    a dict of plain data (loss curve, iterations), and `device_`, where the work was done if not "cpu".
    A third, `takes_loss = True`, says that `fit` minimises `train.loss` where there is one."""

    def fit(self, train: TrainingSet) -> Classifier:
        """Fit on the training set, honouring its weights, and return self."""
        ...

    def decision_function(self, X: NDArray[np.float32]) -> FloatArray:
        """Log-odds of class 1 for each row of `X`, shape (n,), all finite."""
        ...
