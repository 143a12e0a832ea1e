"""One cell: split, preprocess, apply the strategy, fit, score. The only place that does so."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.border import check_folds, check_scores, check_telling, check_training_set
from imbbench.border_data import check_data
from imbbench.data import Classifier, Context, Data, Predictions, TrainingSet
from imbbench.errors import PluginError
from imbbench.fingerprint import fingerprint
from imbbench.kept import Kept
from imbbench.keys import cell_key, key_parts
from imbbench.outcome import Failure, blame, recorded
from imbbench.plan import n_folds
from imbbench.preprocess import prepare_fold
from imbbench.provenance import version
from imbbench.registry import Bound, Registry
from imbbench.results import Cell, Result
from imbbench.sklearn_classifier import SklearnClassifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMPONENTS = ("dataset", "split", "strategy", "model")


@dataclass(frozen=True)
class Settings:
    """What holds for every cell of a run.

    Parameters
    ----------
    thresholds : probabilities above which a row is called positive.
    metrics : specs of the metrics to compute.
    device : resolved torch device for models that use one.
    threads : for BLAS and torch.
    n_jobs : idle cores, for work whose result cannot depend on them.
    debug : print the traceback of whatever a component raises.
    """

    thresholds: tuple[float, ...] = (0.5,)
    metrics: tuple[str, ...] = ()
    device: str = "cpu"
    threads: int = 1
    n_jobs: int = 1
    debug: bool = False


@dataclass(frozen=True)
class _Fold:
    """A prepared fold, ready for every strategy and model."""

    train: TrainingSet
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int8]
    amount_test: NDArray[Any] | None
    fingerprint: str


class Worker:
    """Runs cells by name in one process, keeping at hand what the last cell shares with the next."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self._kept = Kept()

    def run(self, cell: Cell) -> Result:
        """Fit and score one cell. Whatever a component raises becomes the row's status and reason."""
        outcome: dict[str, Any] = {"threads": self.settings.threads}
        notes: list[str] = []
        try:
            with recorded(notes):
                self._run(cell, outcome)
        except Failure as failure:
            return Result(cell, failure.status, str(failure), notes=tuple(dict.fromkeys(notes)), **outcome)
        return Result(cell, "ok", notes=tuple(dict.fromkeys(notes)), **outcome)

    def _run(self, cell: Cell, outcome: dict[str, Any]) -> None:
        """The algorithm; what is known so far is always in `outcome`."""
        parts = {kind: self.registry.resolve(kind, getattr(cell, kind)) for kind in _COMPONENTS}
        _check_requirements(parts.values())
        data = self._kept.get("data", cell.dataset, lambda: self._load(parts["dataset"]))
        outcome["source"] = data[0].source
        fold: _Fold = self._kept.get("fold", _fold_of(cell), lambda: self._prepare(cell, parts, *data))
        labels = {"data": data[0].y, "train": fold.train.y, "test": fold.y_test}
        outcome["counts"] = {part: class_counts(y) for part, y in labels.items()}
        context = Context(
            seeds.model_seed(cell),
            self.settings.device,
            self.settings.n_jobs,
            self.settings.threads,
            outcome["counts"]["train"],
        )
        classifier = self._build(parts["model"], context)  # imports its library: not the fit's time
        start = time.perf_counter()
        train = self._treat(cell, parts["strategy"], fold.train)
        outcome["counts"]["fitted"] = class_counts(train.y)
        with blame(parts["model"].who, debug=self.settings.debug):
            classifier.fit(train)
        outcome["seconds"] = time.perf_counter() - start
        with blame(parts["model"].who, debug=self.settings.debug):
            outcome["info"], outcome["device"] = check_telling(classifier)
        keyed = key_parts(cell, parts, fold.fingerprint, outcome["device"], self.settings.threads)
        outcome["key"] = cell_key(keyed)
        with blame(parts["model"].who, debug=self.settings.debug):
            score = check_scores(
                classifier.decision_function(fold.X_test), len(fold.y_test), parts["model"].who
            )
        outcome["metrics"] = {}
        self._score(fold, score, outcome["metrics"])

    def _load(self, dataset: Bound) -> tuple[Data, str]:
        with blame(dataset.who, debug=self.settings.debug):
            data = check_data(dataset.call(), dataset.who)
            return data, fingerprint(data)

    def _prepare(self, cell: Cell, parts: Mapping[str, Bound], data: Data, print_: str) -> _Fold:
        """Split once for all folds; preprocess this one, fitted on its training part."""
        split = parts["split"]

        def make_folds() -> Any:
            with blame(split.who, debug=self.settings.debug):
                folds = split.call(data, seeds.split_seed(cell))
                return check_folds(folds, data.y, n_folds(split), split.who)

        whole_split = (cell.dataset, cell.split, cell.random_state)
        train, test = self._kept.get("split", whole_split, make_folds)[cell.fold]
        with blame(parts["dataset"].who, debug=self.settings.debug):
            X_train, X_test = prepare_fold(data.X, train, test, cell.scale)
        y_train = data.y[train]
        y_train.setflags(write=False)
        amount = None if data.amount is None else data.amount[test]
        return _Fold(TrainingSet(X_train, y_train), X_test, data.y[test], amount, print_)

    def _treat(self, cell: Cell, strategy: Bound, train: TrainingSet) -> TrainingSet:
        with blame(strategy.who, debug=self.settings.debug):
            return check_training_set(strategy.call(train, seeds.strategy_seed(cell)), train, strategy.who)

    def _build(self, model: Bound, context: Context) -> Classifier:
        with blame(model.who, debug=self.settings.debug):
            built = model.call(context)
            if hasattr(built, "get_params") and hasattr(built, "predict"):  # scikit-learn's own manners
                return SklearnClassifier(built)
            if not isinstance(built, Classifier):
                raise PluginError(
                    f"build returned a {type(built).__name__}; expected a scikit-learn classifier or an "
                    "object with fit(train) and decision_function(X)"
                )
            return built

    def _score(self, fold: _Fold, score: NDArray[np.float64], metrics: dict[float, dict[str, float]]) -> None:
        prevalence = float((fold.train.y == 1).mean())
        broken = None
        for threshold in self.settings.thresholds:
            predictions = Predictions(fold.y_test, score, threshold, prevalence, fold.amount_test)
            metrics[threshold] = {}
            for spec in self.settings.metrics:
                metric = self.registry.resolve("metric", spec)
                try:
                    with blame(metric.who, debug=self.settings.debug):
                        metrics[threshold][spec] = float(metric.call(predictions))
                except Failure as failure:
                    metrics[threshold][spec] = float("nan")
                    broken = failure
        if broken:
            raise broken


def class_counts(y: NDArray[np.int8]) -> tuple[int, int]:
    """(n0, n1)."""
    positives = int((y == 1).sum())
    return len(y) - positives, positives


def _fold_of(cell: Cell) -> tuple[object, ...]:
    return (cell.dataset, cell.split, cell.random_state, cell.fold, cell.scale)


def _check_requirements(components: Iterable[Bound]) -> None:
    for bound in components:
        absent = [name for name in bound.component.requires if version(name) is None]
        if absent:
            raise Failure(
                "missing-dependency",
                f"{bound.who} needs {', '.join(absent)}, not installed; run pip install {' '.join(absent)}",
            )
