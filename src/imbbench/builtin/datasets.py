"""Datasets that come with imbbench."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imbbench import Card, Data, Dataset, UsageError, hookimpl
from imbbench.builtin import creditcard, csv_file

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _class_sizes(n_samples: int, minority_fraction: float) -> tuple[int, int]:
    """(n0, n1); an even split is scikit-learn's own for the same `n_samples`."""
    positives = int(n_samples * minority_fraction + 0.5)
    if not 0 < minority_fraction <= 0.5 or positives < 1:
        raise UsageError(
            f"minority_fraction={minority_fraction} of n_samples={n_samples} leaves no "
            "minority; choose a fraction above 0 and up to 0.5 that gives at least one row"
        )
    return n_samples - positives, positives


def _data(X: NDArray[np.float64], y: NDArray[np.int64]) -> Data:
    import pandas as pd

    return Data(pd.DataFrame(X, columns=["x0", "x1"]), y.astype("int8"))


def moons(
    *, n_samples: int = 10_000, noise: float = 0.3, minority_fraction: float = 0.05, random_state: int = 0
) -> Data:
    """Two interleaving half circles; the inner one is class 1."""
    from sklearn.datasets import make_moons

    sizes = _class_sizes(n_samples, minority_fraction)
    return _data(*make_moons(n_samples=sizes, noise=noise, random_state=random_state))


def circles(
    *,
    n_samples: int = 10_000,
    noise: float = 0.1,
    factor: float = 0.5,
    minority_fraction: float = 0.05,
    random_state: int = 0,
) -> Data:
    """A small circle inside a large one; the inner one is class 1."""
    from sklearn.datasets import make_circles

    sizes = _class_sizes(n_samples, minority_fraction)
    return _data(*make_circles(n_samples=sizes, noise=noise, factor=factor, random_state=random_state))


def _generated(shape: str, function: str) -> Card:
    return Card(
        what=f"Generated points with two features; class 1 is the inner {shape}.",
        source=f"sklearn.datasets.{function}",
        licence="BSD-3-Clause (scikit-learn)",
        citation="Pedregosa et al. (2011), Scikit-learn: Machine Learning in Python, JMLR 12",
        rows=10_000,
        prevalence=0.05,
    )


def no_files(**params: object) -> tuple[Path, ...]:  # noqa: ARG001
    """They are computed: nothing is read."""
    return ()


@hookimpl
def imbbench_datasets() -> list[Dataset]:
    """The real problem first, then two pictures of it, then the user's own file."""
    requires = ("scikit-learn", "numpy")
    return [
        creditcard.DATASET,
        Dataset("moons", moons, _generated("half circle", "make_moons"), files=no_files, requires=requires),
        Dataset("circles", circles, _generated("circle", "make_circles"), files=no_files, requires=requires),
        csv_file.DATASET,
    ]
