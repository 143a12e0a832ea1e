"""One cell: split, preprocess, apply the strategy, fit, score. The only place that does so."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.border import check_folds, check_scores, check_telling, check_training_set
from imbbench.border_data import check_data
from imbbench.data import Classifier, Context, Data, Predictions, TrainingSet, read_only
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
from imbbench.scoring import compute_metrics
from imbbench.settings import Settings
from imbbench.sklearn_classifier import SklearnClassifier
from imbbench.threads import Threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMPONENTS = ("dataset", "split", "strategy", "model")


@dataclass(frozen=True)
class _Fold:
    """A prepared fold, ready for every strategy and model."""

    train: TrainingSet
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int8]
    amount_test: NDArray[Any] | None
    fingerprint: str

    def fresh(self) -> _Fold:
        """A copy for one cell: a flag does not keep a component from changing arrays, as when torch
        shares their memory, and the next cell must not see that."""
        train = TrainingSet(read_only(self.train.X.copy()), read_only(self.train.y.copy()))
        return replace(self, train=train, X_test=read_only(self.X_test.copy()))


class Worker:
    """Runs cells by name in one process, keeping at hand what the last cell shares with the next."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self._kept = Kept()
        self._threads = Threads(settings.threads)

    def run(self, cell: Cell) -> Result:
        """Fit and score one cell. Whatever a component raises becomes the row's status and reason."""
        outcome: dict[str, Any] = {"threads": self.settings.threads}
        notes: list[str] = []
        try:
            with recorded(notes), self._threads.limited():
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
        kept: _Fold = self._kept.get("fold", _fold_of(cell), lambda: self._prepare(cell, parts, *data))
        fold = kept.fresh()
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
        with blame(parts["model"].who, debug=self.settings.debug), self._threads.limited():
            classifier.fit(train)
        outcome["seconds"] = time.perf_counter() - start
        with blame(parts["model"].who, debug=self.settings.debug):
            outcome["info"], outcome["device"] = check_telling(classifier)
        keyed = key_parts(cell, parts, fold.fingerprint, outcome["device"], self.settings.threads)
        outcome["key"] = cell_key(keyed)
        with blame(parts["model"].who, debug=self.settings.debug), self._threads.limited():
            scores = classifier.decision_function(fold.X_test)
            score = check_scores(scores, len(fold.y_test), parts["model"].who)
        self._score(fold, score, outcome)

    def _score(self, fold: _Fold, score: NDArray[np.float64], outcome: dict[str, Any]) -> None:
        outcome["metrics"] = {}
        failures: list[str] = []
        prevalence = float((fold.train.y == 1).mean())
        for threshold in self.settings.thresholds:
            predictions = Predictions(fold.y_test, score, threshold, prevalence, fold.amount_test)
            figures, failed = compute_metrics(self.registry, self.settings, predictions)
            outcome["metrics"][threshold] = figures
            failures += failed
        if failures:
            raise Failure("error", "; ".join(dict.fromkeys(failures)))

    def _load(self, dataset: Bound) -> tuple[Data, str]:
        with blame(dataset.who, debug=self.settings.debug):
            data = check_data(dataset.call(), dataset.who)
            return data, fingerprint(data)

    def _prepare(self, cell: Cell, parts: Mapping[str, Bound], data: Data, print_: str) -> _Fold:
        """Split once for all folds; preprocess this one, fitted on its training part."""
        split = parts["split"]

        def make_folds() -> Any:
            with blame(split.who, debug=self.settings.debug):
                rows = replace(data, X=data.X.copy(deep=False))  # a column that it adds stays its own
                folds = split.call(rows, seeds.split_seed(cell))
                return check_folds(folds, data.y, n_folds(split), split.who)

        whole_split = (cell.dataset, cell.split, cell.random_state)
        train, test = self._kept.get("split", whole_split, make_folds)[cell.fold]
        with blame(parts["dataset"].who, debug=self.settings.debug):
            X_train, X_test = prepare_fold(data.X, train, test, cell.scale)
        amount = None if data.amount is None else read_only(data.amount[test])
        return _Fold(TrainingSet(X_train, data.y[train]), X_test, read_only(data.y[test]), amount, print_)

    def _treat(self, cell: Cell, strategy: Bound, train: TrainingSet) -> TrainingSet:
        with blame(strategy.who, debug=self.settings.debug):
            return check_training_set(strategy.call(train, seeds.strategy_seed(cell)), train, strategy.who)

    def _build(self, model: Bound, context: Context) -> Classifier:
        with blame(model.who, debug=self.settings.debug):
            built = model.call(context)
            if isinstance(built, type):
                raise PluginError(f"build returned the class {built.__name__}; expected an instance of it")
            if hasattr(built, "get_params"):  # scikit-learn's own manners
                return SklearnClassifier(built)
            if not isinstance(built, Classifier):
                raise PluginError(
                    f"build returned a {type(built).__name__}; expected a scikit-learn classifier or an "
                    "object with fit(train) and decision_function(X)"
                )
            return built


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
