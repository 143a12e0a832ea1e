"""What the three libraries have in common: weights, and a score that is the raw margin."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from imbbench import TrainingSet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def fit_arrays(classifier: Any, X: NDArray[Any], y: NDArray[Any], sample_weight: NDArray[Any] | None) -> None:
    """Fit as scikit-learn does."""
    classifier.fit(X, y, sample_weight=sample_weight)


class BoostedTrees:
    """Fits a library's scikit-learn style classifier, weighted in its native way.

    The score is the raw margin: the sum over all trees, and the constant from which boosting starts. It is
    the log-odds of which the library's probability is the logistic function.

    Parameters
    ----------
    create : the library's class.
    settings : its keyword arguments, without weights.
    margin : (fitted classifier, X) -> raw margin of each row, (n,).
    tell : fitted classifier -> plain data for the result; where it has "n_splits", 0 is warned of.
    fit : (classifier, X, y, sample_weight) fits.
    """

    def __init__(
        self,
        create: Callable[..., Any],
        settings: Mapping[str, Any],
        margin: Callable[[Any, NDArray[np.float32]], NDArray[Any]],
        tell: Callable[[Any], dict[str, Any]],
        fit: Callable[[Any, NDArray[Any], NDArray[Any], NDArray[Any] | None], None] = fit_arrays,
    ) -> None:
        self.create, self.settings = create, dict(settings)
        self.margin, self.tell, self.fit_library = margin, tell, fit

    def fit(self, train: TrainingSet) -> BoostedTrees:
        """Fit on (n, d) rows with their weights."""
        weighting, sample_weight = native_weights(train)
        self.fitted_ = self.create(**self.settings, **weighting)
        self.fit_library(self.fitted_, train.X, train.y, sample_weight)
        if self.info_.get("n_splits") == 0:
            least = ", ".join(
                f"{name}={self.settings[name]}" for name in self.settings if "min_child" in name
            )
            text = f"no tree has a split, so that all rows score the same: {len(train.y):,} rows with {least}"
            warnings.warn(text, UserWarning, stacklevel=2)
        return self

    def decision_function(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log-odds of class 1, (n,)."""
        import numpy as np

        return np.asarray(self.margin(self.fitted_, X), dtype=np.float64)

    @property
    def info_(self) -> dict[str, Any]:
        """What the fitted trees tell of themselves."""
        return self.tell(self.fitted_)


def native_weights(train: TrainingSet) -> tuple[dict[str, float], NDArray[Any] | None]:
    """The weights of a training set as (keyword arguments, sample_weight) of all three libraries.

    `scale_pos_weight` where class 0 weighs 1, since that is what it means; other class weights become
    weights of rows. Either way the libraries multiply them with the sample weights.
    """
    import numpy as np

    if train.class_weight is None:
        return {}, train.sample_weight
    w0, w1 = train.class_weight[0], train.class_weight[1]
    if w0 == 1:
        return {"scale_pos_weight": w1}, train.sample_weight
    weights = np.where(train.y == 1, w1, w0)
    return {}, weights if train.sample_weight is None else weights * train.sample_weight
