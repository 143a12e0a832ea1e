"""The adapter: scikit-learn-intelex's estimators, as long as oneDAL does the work."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from imbbench import SklearnClassifier, TrainingSet

from imbbench_oneapi.fallback import no_fallback

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class OneDalClassifier(SklearnClassifier):
    """Fits and scores as `SklearnClassifier` does, with oneDAL or not at all.

    Parameters
    ----------
    estimator : a classifier of scikit-learn-intelex, not yet fitted.
    instead : the model to choose where oneDAL cannot do it.
    dtype : what the float32 rows are cast to.

    Raises
    ------
    Unsupported : by `fit` and `decision_function`, where scikit-learn-intelex would leave the work to
        scikit-learn.
    """

    def __init__(self, estimator: Any, *, instead: str, dtype: str = "float32") -> None:
        super().__init__(estimator, dtype=dtype)
        self.instead = instead

    def fit(self, train: TrainingSet) -> OneDalClassifier:
        """Fit on (n, d) rows with their weights."""
        with warnings.catch_warnings(), no_fallback(self.instead):
            # Said wherever all trees that a row is out of the bag of agree on it, which they mostly do.
            warnings.filterwarnings("ignore", "Some inputs do not have OOB scores", UserWarning)
            super().fit(train)
        self._tell_of_rows_in_all_bags()
        return self

    def decision_function(self, X: NDArray[Any]) -> NDArray[np.float64]:
        """Log-odds of class 1, (n,)."""
        with no_fallback(self.instead):
            return super().decision_function(X)

    def _tell_of_rows_in_all_bags(self) -> None:
        """Warn where the out-of-bag score lacks rows."""
        votes = getattr(self.estimator_, "oob_decision_function_", None)
        if votes is not None and (missing := int((votes.sum(axis=1) == 0).sum())):
            of_all = f"{missing:,} of {len(votes):,} rows"
            text = f"too few trees: the out-of-bag score is without {of_all}, which all trees were grown on"
            warnings.warn(text, UserWarning, stacklevel=3)
