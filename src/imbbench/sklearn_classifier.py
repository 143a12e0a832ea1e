"""The adapter that lets any scikit-learn classifier be a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imbbench.data import TrainingSet
from imbbench.errors import ImbbenchError, Unsupported

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: logit(p) of probabilities 0 and 1: finite, order kept, and expit of it is exactly 0 and 1.
LIMIT = 800.0
#: Rows that tell whether a score is log-odds, and how near its expit is to the probability then.
PROBED, PROBED_WITHIN = 256, 1e-5


class SklearnClassifier:
    """Fits a clone of a scikit-learn classifier and scores in log-odds.

    Class weights go to the estimator's `class_weight` where it has one, else they are multiplied
    into `sample_weight`. A pipeline hands both to its last step.

    Parameters
    ----------
    estimator : a scikit-learn classifier with `predict_proba`, not yet fitted.
    dtype : what the float32 rows are cast to. Gradient solvers want "float64": in float32 they
        end elsewhere, and weights that should give equal coefficients give other ones.

    Raises
    ------
    Unsupported : by `fit`, when the training set is weighted and the estimator takes no weights;
        by `decision_function`, when it has no probabilities.
    """

    def __init__(self, estimator: Any, *, dtype: str = "float32") -> None:
        self.estimator = estimator
        self.dtype = dtype

    def fit(self, train: TrainingSet) -> SklearnClassifier:
        """Fit on (n, d) rows with their weights."""
        from sklearn.base import clone

        self.estimator_ = clone(self.estimator)
        keywords = self._weights(train)
        self.estimator_.fit(train.X.astype(self.dtype, copy=False), train.y, **keywords)
        if hasattr(self.estimator_, "n_jobs"):
            # Growing trees in parallel changes nothing, summing their votes does, in the last bit.
            self.estimator_.n_jobs = 1
        return self

    def _weights(self, train: TrainingSet) -> dict[str, Any]:
        """What `fit` is given: sets `class_weight` where the estimator has it; what remains is the sample
        weight."""
        import numpy as np
        from sklearn.utils.validation import has_fit_parameter

        weights = train.sample_weight
        last, prefix = _last_step(self.estimator_)
        if train.class_weight is not None:
            own = last.get_params(deep=False)
            if "class_weight" not in own:
                factor = np.where(train.y == 1, train.class_weight[1], train.class_weight[0])
                weights = factor if weights is None else weights * factor
            elif own["class_weight"] is None:
                last.set_params(class_weight=dict(train.class_weight))
            else:
                raise ImbbenchError(
                    f"{self._name} already has class_weight={own['class_weight']!r} and the strategy sets "
                    "another; leave it to the strategy"
                )
        if weights is None:
            return {}
        if not has_fit_parameter(last, "sample_weight"):
            raise Unsupported(f"{type(last).__name__} takes neither class_weight nor sample_weight")
        return {f"{prefix}sample_weight": weights}

    def decision_function(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Log-odds of class 1: the estimator's own where that is what it gives, else logit(p).

        Its own is kept where it can, since probabilities near 1 round to ties. A margin (of an SVM,
        say) is not log-odds; it is told by comparison with `predict_proba` on a few rows.
        """
        import numpy as np
        from scipy.special import expit, logit

        X = X.astype(self.dtype, copy=False)
        fitted = self.estimator_
        if not hasattr(fitted, "predict_proba"):
            raise Unsupported(
                f"{self._name} has no predict_proba; wrap it in sklearn.calibration.CalibratedClassifierCV"
            )
        if hasattr(fitted, "decision_function"):
            score = np.asarray(fitted.decision_function(X), dtype=np.float64)
            few = np.asarray(fitted.predict_proba(X[:PROBED]), dtype=np.float64)[:, 1]
            if score.shape == X.shape[:1] and np.abs(expit(score[:PROBED]) - few).max() <= PROBED_WITHIN:
                return score
        probability = np.asarray(fitted.predict_proba(X), dtype=np.float64)[:, 1]
        return np.clip(logit(probability), -LIMIT, LIMIT)  # type: ignore[no-any-return]

    @property
    def info_(self) -> dict[str, Any]:
        """What the fitted estimator tells of itself: iterations, out-of-bag score."""
        info: dict[str, Any] = {}
        if getattr(self.estimator_, "n_iter_", None) is not None:
            import numpy as np

            info["n_iter"] = int(np.max(self.estimator_.n_iter_))
        if hasattr(self.estimator_, "oob_score_"):
            info["oob_score"] = float(self.estimator_.oob_score_)
        return info

    @property
    def _name(self) -> str:
        return type(self.estimator).__name__


def _last_step(estimator: Any) -> tuple[Any, str]:
    """The estimator that learns, and how a pipeline calls its parameters: `logisticregression__`."""
    from sklearn.pipeline import Pipeline

    prefix = ""
    while isinstance(estimator, Pipeline):
        name, estimator = estimator.steps[-1]
        prefix += f"{name}__"
    return estimator, prefix
