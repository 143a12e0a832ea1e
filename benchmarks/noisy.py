"""A plugin for benchmarks: a model that differs from run to run, and can be made worse on purpose.

What `LUCK` and `BLUR` say is no parameter of the model: a cell is the same whatever they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imbbench import Context, Model, TrainingSet, hookimpl

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Number of the rerun: another one is another seed of every fit.
LUCK = 0
#: Standard deviation of the noise that is added to the log-odds, as a share of theirs.
BLUR = 0.0


class RandomLayer:
    """Logistic regression on a hidden layer of random weights that is not trained.

    Parameters
    ----------
    units : of the hidden layer; the fewer, the more depends on luck.
    seed : what the luck of this fit depends on besides `LUCK`.
    """

    def __init__(self, units: int, seed: int) -> None:
        self.units, self.seed = units, seed

    def fit(self, train: TrainingSet) -> RandomLayer:
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        rng = np.random.default_rng([LUCK, self.seed])
        self.weights = rng.normal(size=(train.X.shape[1], self.units))
        self.bias = rng.normal(size=self.units)
        weight = None if train.class_weight is None else dict(train.class_weight)
        self.top = LogisticRegression(solver="newton-cholesky", class_weight=weight)
        self.top.fit(self._hidden(train.X), train.y, train.sample_weight)
        return self

    def decision_function(self, X: NDArray[Any]) -> NDArray[np.float64]:
        import numpy as np

        score = self.top.decision_function(self._hidden(X))
        rng = np.random.default_rng([LUCK, self.seed, 1])
        blurred: NDArray[np.float64] = score + BLUR * score.std() * rng.normal(size=len(score))
        return blurred

    def _hidden(self, X: NDArray[Any]) -> NDArray[np.float64]:
        import numpy as np

        return np.maximum(X @ self.weights + self.bias, 0)


def random_layer(context: Context, *, units: int = 16, one_seed: bool = False) -> RandomLayer:
    """With `one_seed` all folds of a run share their luck."""
    return RandomLayer(units, 0 if one_seed else context.seed)


@hookimpl
def imbbench_models() -> list[Model]:
    return [Model("random-layer", random_layer, in_all=False)]
