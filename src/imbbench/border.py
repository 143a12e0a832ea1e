"""The border: what a plugin returns is checked and converted here, once, and trusted behind it.

Training sets and scores are checked here, datasets in `border_data`, folds in `border_folds`.
`who` names the component that returned it ("dataset 'moons' (plugin 'builtin')") and begins every message.
A broken contract is a `PluginError`; rows that cannot be benchmarked are an `ImbbenchError`.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from imbbench.data import TrainingSet, read_only
from imbbench.errors import PluginError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def check_training_set(train: object, before: TrainingSet, who: str) -> TrainingSet:
    """What `apply` returned: X float32 (m, d) with the columns of `before`, y int8 (m,), weights, loss."""
    import numpy as np

    if not isinstance(train, TrainingSet):
        raise PluginError(f"{who}: apply returned {kind(train)}; expected imbbench.TrainingSet")
    X, d = train.X, before.X.shape[1]
    if not isinstance(X, np.ndarray) or X.dtype.kind != "f" or X.ndim != 2 or X.shape[1] != d or not len(X):
        raise PluginError(
            f"{who}: X is {kind(X)}; expected a float array (m, {d}) with m > 0, as it was given"
        )
    with np.errstate(over="ignore"):  # an overflow is infinite, hence an error in the next line
        X = _finite(X.astype(np.float32, copy=False), f"{who}: X")
    y = np.asarray(train.y)
    if y.shape != (len(X),):
        raise PluginError(f"{who}: y has shape {y.shape} beside X of shape {X.shape}; expected ({len(X)},)")
    found = np.unique(y).tolist()
    if found != [0, 1]:
        raise PluginError(f"{who}: y holds the labels {some(found)}; expected both 0 and 1")
    class_weight = train.class_weight
    if class_weight is not None:
        if not isinstance(class_weight, Mapping) or set(class_weight) != {0, 1}:
            raise PluginError(f"{who}: class_weight is {class_weight!r}; expected None or {{0: w0, 1: w1}}")
        weights = _positive([class_weight[0], class_weight[1]], f"{who}: class_weight", (2,))
        class_weight = {0: float(weights[0]), 1: float(weights[1])}
    sample_weight = train.sample_weight
    if sample_weight is not None:
        sample_weight = _positive(sample_weight, f"{who}: sample_weight", (len(X),))
    if train.loss is not None and not callable(train.loss):
        raise PluginError(f"{who}: loss is {kind(train.loss)}; expected None or a function (logits, y)")
    y = read_only(y.astype(np.int8, copy=False))
    return TrainingSet(read_only(X), y, class_weight, sample_weight, train.loss)


def check_scores(scores: object, n: int, who: str) -> NDArray[np.float64]:
    """What `decision_function` returned: float64 (n,), all finite, read-only.

    Warns when it looks like probabilities.
    """
    checked = real(scores, f"{who}: decision_function", (n,))
    if checked.min() >= 0 and checked.max() <= 1 and checked.min() < checked.max():
        text = f"{who}: all scores lie between 0 and 1; log-odds are expected, are these probabilities?"
        warnings.warn(text, UserWarning, stacklevel=2)
    return read_only(checked)


def check_telling(classifier: object) -> tuple[dict[str, Any], str]:
    """What a fitted classifier tells of itself: (`info_` as a dict, `device_`), both optional."""
    info, device = getattr(classifier, "info_", {}), getattr(classifier, "device_", "cpu")
    if not isinstance(info, Mapping) or not all(isinstance(key, str) for key in info):
        raise PluginError(f"info_ is {info!r:.80}; expected a dict from names to numbers, text and lists")
    if not isinstance(device, str):
        raise PluginError(f"device_ is {kind(device)}; expected a torch device string such as 'cuda:0'")
    return dict(info), device


def _positive(values: object, what: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    weights = real(values, what, shape)
    if weights.min() <= 0:
        raise PluginError(f"{what} has a weight of {weights.min():g}; expected weights above 0")
    return weights


def real(values: object, what: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Finite real numbers of that shape, or a PluginError that begins with `what`."""
    import numpy as np

    array = np.asarray(values)
    if array.shape != shape:
        squeeze = "; squeeze it, array[:, 0]" if array.shape == (*shape, 1) else ""
        raise PluginError(f"{what} has shape {array.shape}; expected {shape}{squeeze}")
    if array.dtype.kind not in "fiu":
        raise PluginError(f"{what} is of type {array.dtype}; expected real numbers")
    return _finite(array.astype(np.float64, copy=False), what)


def _finite(array: NDArray[Any], what: str) -> NDArray[Any]:
    import numpy as np

    if not np.isfinite(array).all():
        nan, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
        raise PluginError(
            f"{what} has {nan:,} NaN and {infinite:,} infinite of {array.size:,} values; expected none"
        )
    return array


def kind(value: object) -> str:
    """What a value is, for an error: its type and, where it has one, its shape."""
    shape = f" of shape {value.shape}" if hasattr(value, "shape") else ""
    return f"a {type(value).__name__}{shape}"


def some(values: Iterable[Any]) -> str:
    """The first few, as Python writes them."""
    shown = [repr(value) for value in itertools.islice(values, 6)]
    return ", ".join(shown[:5]) + (", ..." if len(shown) > 5 else "")
