"""One cell: make ready, fit, finish. The only place that does so."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.border import check_scores, check_telling, check_training_set
from imbbench.data import Classifier, Context, Predictions, TrainingSet
from imbbench.errors import PluginError
from imbbench.folds import Folds, HeldOut, class_counts
from imbbench.keys import cell_key
from imbbench.memory import trim
from imbbench.outcome import Draft, Failure, blame
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

#: Seconds of a fit that is likely to have been of a large model.
LONG = 1.0
_COMPONENTS = ("dataset", "split", "strategy", "model")


@dataclass(frozen=True, eq=False)
class Ready:
    """A cell before its fit.

    Parameters
    ----------
    draft : the cell, and what is known of its result.
    parts : its components, by kind.
    context, train, test : what the model is built with, fitted on (a copy of the cell's own) and
        scored on.
    fingerprint : of the dataset.
    seconds : that applying the strategy took; 0 before that.
    """

    draft: Draft
    parts: Mapping[str, Bound]
    context: Context
    train: TrainingSet
    test: HeldOut
    fingerprint: str
    seconds: float = 0.0


class Worker:
    """Runs cells by name in one process, keeping at hand what the last cell shares with the next."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self._folds = Folds(debug=settings.debug)
        self.threads = Threads(settings.threads)
        self._after_long_fit = False

    def run(self, cell: Cell) -> Result:
        """Fit and score one cell. Whatever a component raises becomes the row's status and reason."""
        if self._after_long_fit:
            trim()
        draft = self.draft(cell)
        with self.threads.limited(), draft.step():
            ready = self.ready(draft)
            classifier = self.build(ready)
            ready = self.treated(ready)
            self.fit(ready, classifier)
            self.finish(ready, classifier)
        return draft.result()

    def draft(self, cell: Cell) -> Draft:
        """A row of which only the run's threads are known, and that it is fitted alone."""
        return Draft(cell, {"threads": self.settings.threads, "numerics": "single"})

    def ready(self, draft: Draft) -> Ready:
        """The cell's components, its own copy of the training part, and what the model may know."""
        cell, settings = draft.cell, self.settings
        parts = {kind: self.registry.resolve(kind, getattr(cell, kind)) for kind in _COMPONENTS}
        _check_requirements(parts.values())
        loaded = self._folds.loaded(cell, parts["dataset"])
        draft.known["source"] = loaded.data.source
        fold = self._folds.prepared(cell, parts["dataset"], parts["split"])
        draft.known["counts"] = dict(fold.counts)
        seed, natural = seeds.model_seed(cell), fold.counts["train"]
        context = Context(seed, settings.device, settings.n_jobs, settings.threads, natural)
        return Ready(draft, parts, context, fold.fresh_train(), fold.test, loaded.fingerprint)

    def build(self, ready: Ready) -> Classifier:
        """The model, not fitted. It imports its library: that is not the fit's time."""
        with blame(ready.parts["model"].who, debug=self.settings.debug):
            return _classifier(ready.parts["model"].call(ready.context))

    def treated(self, ready: Ready) -> Ready:
        """With the strategy applied."""
        strategy = ready.parts["strategy"]
        start = time.perf_counter()
        with blame(strategy.who, debug=self.settings.debug):
            treated = strategy.call(ready.train, seeds.strategy_seed(ready.draft.cell))
            train = check_training_set(treated, ready.train, strategy.who)
        seconds = time.perf_counter() - start
        ready.draft.known["counts"]["fitted"] = class_counts(train.y)
        return replace(ready, train=train, seconds=seconds)

    def fit(self, ready: Ready, classifier: Classifier) -> None:
        """Fit and keep the seconds: applying the strategy counts, building does not."""
        start = time.perf_counter()
        with blame(ready.parts["model"].who, debug=self.settings.debug), self.threads.limited():
            classifier.fit(ready.train)
        ready.draft.known["seconds"] = seconds = ready.seconds + time.perf_counter() - start
        self._after_long_fit = seconds > LONG

    def finish(self, ready: Ready, classifier: Classifier) -> None:
        """What the fit tells of itself, its key, its scores and metrics."""
        known, model = ready.draft.known, ready.parts["model"]
        with blame(model.who, debug=self.settings.debug):
            known["info"], known["device"] = check_telling(classifier)
        surroundings = known["device"], known["threads"], known["numerics"]
        known["key"] = cell_key(ready.draft.cell, ready.parts, ready.fingerprint, *surroundings)
        with blame(model.who, debug=self.settings.debug), self.threads.limited():
            scores = classifier.decision_function(ready.test.fresh_rows())
            score = check_scores(scores, len(ready.test.y), model.who)
        self._score(ready, score)

    def _score(self, ready: Ready, score: NDArray[np.float64]) -> None:
        metrics = ready.draft.known["metrics"] = {}
        failures: list[str] = []
        n0, n1 = ready.context.class_counts
        for threshold in self.settings.thresholds:
            predictions = Predictions(ready.test.y, score, threshold, n1 / (n0 + n1), ready.test.amount)
            metrics[threshold], failed = compute_metrics(self.registry, self.settings, predictions)
            failures += failed
        if failures:
            raise Failure("error", "; ".join(dict.fromkeys(failures)))


def _classifier(built: Any) -> Classifier:
    """What `build` returned, scikit-learn's own wrapped."""
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


def _check_requirements(components: Iterable[Bound]) -> None:
    for bound in components:
        absent = [name for name in bound.component.requires if version(name) is None]
        if absent:
            raise Failure(
                "missing-dependency",
                f"{bound.who} needs {', '.join(absent)}, not installed; run pip install {' '.join(absent)}",
            )
