"""The small data that components are tried on: always the same, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imbbench.data import Data, Predictions, TrainingSet, read_only

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The least and the greatest seed that a component can be given.
SEEDS = (0, 2**32 - 1)
#: Columns of a training part lie this far apart, so that one in the place of another shows.
APART = 20.0


def training_part(
    positives: int = 40, negatives: int = 360, *, draw: int = 0, shift: float = 0.0
) -> TrainingSet:
    """For strategies: X float32 (n, 4), two clouds that overlap a little, no two rows alike.

    Parameters
    ----------
    draw : another number gives other rows.
    shift : added to all values.
    """
    import numpy as np

    rng = np.random.default_rng([2024, draw])
    y = rng.permutation(np.repeat([0, 1], [negatives, positives])).astype(np.int8)
    X = rng.standard_normal((len(y), 4)) + 2.5 * y[:, None] * [1, 1, 0, 0] + APART * np.arange(4) + shift
    return TrainingSet(read_only(X.astype(np.float32)), read_only(y))


def lattice() -> TrainingSet:
    """For models: X float32 (540, 3), 30 rows at each of 18 points, both classes at each point.

    No model can tell the rows of a point apart, so that a weight on one class moves the probability at
    every point, also that of trees grown to the end.
    """
    import numpy as np

    levels = (-1.2, 0.0, 1.2), (-1.2, 0.0, 1.2), (-1.0, 1.0)
    points = np.array([[a, b, c] for a in levels[0] for b in levels[1] for c in levels[2]])
    share = 1 / (1 + np.exp(2 - 1.2 * points[:, 0] - 0.8 * points[:, 1]))
    positives = np.clip(np.round(30 * share), 2, 28)
    y = (np.arange(30) < positives[:, None]).astype(np.int8).ravel()
    order = np.random.default_rng(2024).permutation(len(y))
    X = np.repeat(points, 30, axis=0).astype(np.float32)
    return TrainingSet(read_only(X[order]), read_only(y[order]))


def cloud() -> TrainingSet:
    """For models, where a fit shall take a while: X float32 (1000, 10), one row in ten positive."""
    import numpy as np

    rng = np.random.default_rng(2024)
    y = (np.arange(1000) % 10 == 0).astype(np.int8)
    X = rng.standard_normal((1000, 10)) + y[:, None]
    return TrainingSet(read_only(X.astype(np.float32)), read_only(y))


def table(positives: int = 30, negatives: int = 270) -> Data:
    """For splits: three columns, in order of `time`, 20 `groups` that each have both classes if they can."""
    import numpy as np
    import pandas as pd

    n = positives + negatives
    rng = np.random.default_rng(2024)
    y = np.zeros(n, dtype=np.int8)
    y[np.linspace(0, n - 1, positives).round().astype(int)] = 1
    X = pd.DataFrame(rng.standard_normal((n, 3)), columns=["a", "b", "c"])
    time, groups = np.arange(n, dtype=np.float64), np.arange(n) % 20
    amount = read_only(rng.exponential(100, n))
    return Data(X, read_only(y), read_only(time), read_only(groups), amount)


def predictions(kind: str = "good") -> Predictions:
    """For metrics: 200 rows, 20 of them positive.

    Parameters
    ----------
    kind : "good" calls nine in ten rows of each class right, "bad" nine in ten wrong; "rounded" is as good,
        with scores of which many are equal; "all positive", "no positive", "constant", "only 0", "only 1"
        and "one row" are the cases in which something cannot be defined.
    """
    import numpy as np

    rng = np.random.default_rng(2024)
    y = np.repeat([1, 0], [20, 180]).astype(np.int8)
    right = np.where(np.arange(200) % 10 == 0, -1, 1) * (2 * y - 1)
    score = right * rng.uniform(1, 4, 200)
    amount = rng.exponential(100, 200)
    if kind == "bad":
        score = -score
    elif kind == "rounded":
        score = score.round()
    elif kind in ("all positive", "no positive"):
        score = np.abs(score) * (1 if kind == "all positive" else -1)
    elif kind == "constant":
        score = np.full(200, -1.0)
    rows = {"only 0": y == 0, "only 1": y == 1, "one row": np.arange(200) == 5}.get(kind, y >= 0)
    return _predictions(y[rows], score[rows], amount[rows])


def _predictions(y: NDArray[np.int8], score: NDArray[np.float64], amount: NDArray[np.float64]) -> Predictions:
    return Predictions(read_only(y), read_only(score), 0.5, 0.1, read_only(amount))


def permuted(given: Predictions) -> Predictions:
    """The same rows in another order."""
    import numpy as np

    order = np.random.default_rng(1).permutation(len(given.y))
    return _predictions(given.y[order], given.score[order], np.asarray(given.amount)[order])
