"""One cell: make ready, fit, finish. The only place that does so."""

from __future__ import annotations

import time
import warnings
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imbbench import seeds
from imbbench.arrays import pack
from imbbench.border import check_scores, check_telling, check_training_set
from imbbench.calibration import prior_shift
from imbbench.data import Classifier, Context, TrainingSet, read_only
from imbbench.errors import PluginError, Unsupported
from imbbench.folds import Fold, HeldOut, class_counts
from imbbench.guards import RowGuard
from imbbench.inner import inner_scores
from imbbench.json_form import plain
from imbbench.memory import trim
from imbbench.orders import Fit, Fitted
from imbbench.outcome import Draft, Failure, blame
from imbbench.registry import Bound, Registry
from imbbench.result import Cell
from imbbench.scoring import Scored, all_metrics
from imbbench.seal import sealed
from imbbench.settings import Settings
from imbbench.sklearn_classifier import SklearnClassifier
from imbbench.surface import packed_surface
from imbbench.threads import Threads

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Seconds of a fit that is likely to have been of a large model.
LONG = 1.0
#: Kinds of component that a fit uses; its fold is there already.
FITTED = ("strategy", "model")


@dataclass(frozen=True, eq=False)
class Ready:
    """A cell before its fit.

    Parameters
    ----------
    draft : the cell, and what is known of its result.
    parts : its components, by kind.
    context, train, test : what the model is built with, fitted on (a copy of the cell's own) and
        scored on.
    whole : the fold's training part as it was prepared, shared by cells; groups of its rows, or None.
    seconds : that applying the strategy took; 0 before that.
    """

    draft: Draft
    parts: Mapping[str, Bound]
    context: Context
    train: TrainingSet
    test: HeldOut
    whole: TrainingSet
    groups: NDArray[Any] | None = None
    seconds: float = 0.0


class Worker:
    """Fits cells by name in one process."""

    def __init__(self, registry: Registry, settings: Settings) -> None:
        self.registry = registry
        self.settings = settings
        self.threads = Threads(settings.threads)
        self.off_limits: Container[str] = ()
        self._after_long_fit = False
        self._rows = RowGuard()

    def run(self, order: Fit, fold: Fold) -> Fitted:
        """Fit and score the only cell of an order. Whatever a component raises becomes the row's status
        and reason."""
        if self._after_long_fit:
            trim()
        draft = self.draft(order.cells[0], fold)
        with self.threads.limited(), draft.step():
            ready = self.ready(draft, fold, order)
            classifier = self.build(ready)
            ready = self.treated(ready, classifier)
            self.fit(ready, classifier)
            self.finish(ready, classifier)
        return draft.fitted()

    def draft(self, cell: Cell, fold: Fold) -> Draft:
        """A row of which only the run's threads and its fold are known, and that it is fitted alone."""
        known = {"threads": self.settings.threads, "numerics": "single"}
        known |= {"source": fold.source, "counts": dict(fold.counts)}
        return Draft(cell, known, [*fold.notes])

    def ready(self, draft: Draft, fold: Fold, order: Fit) -> Ready:
        """The cell's components, its own copy of the training part, and what the model may know."""
        parts = {kind: self.registry.resolve(kind, getattr(draft.cell, kind)) for kind in FITTED}
        seed, natural = seeds.model_seed(draft.cell), fold.counts["train"]
        context = Context(seed, order.device, order.n_jobs, self.settings.threads, natural)
        return Ready(draft, parts, context, fold.fresh_train(), fold.test, fold.train, fold.groups)

    def build(self, ready: Ready) -> Classifier:
        """The model, not fitted. It imports its library: that is not the fit's time."""
        with blame(ready.parts["model"].who, debug=self.settings.debug):
            return as_classifier(ready.parts["model"].call(ready.context))

    def treated(self, ready: Ready, classifier: Classifier) -> Ready:
        """With the strategy applied. What it asks for and the model cannot do is `unsupported`."""
        strategy, model = ready.parts["strategy"], ready.parts["model"]
        start = time.perf_counter()
        with blame(strategy.who, debug=self.settings.debug):
            with sealed(self.off_limits):
                treated = strategy.call(ready.train, seeds.strategy_seed(ready.draft.cell))
            train = check_training_set(treated, ready.train, strategy.who)
            seconds = time.perf_counter() - start
            self._rows.check(ready, train, strategy.who)
        with blame(model.who, debug=self.settings.debug):
            if train.loss is not None and not getattr(classifier, "takes_loss", False):
                raise Unsupported(f"it takes no other training loss, and {strategy.who} asks for one")
        ready.draft.known["counts"]["fitted"] = class_counts(train.y)
        ready.draft.known["shift"] = prior_shift(train, ready.context.class_counts)
        return replace(ready, train=train, seconds=seconds)

    def fit(self, ready: Ready, classifier: Classifier) -> None:
        """Fit and keep the seconds: applying the strategy counts, building does not."""
        start, who = time.perf_counter(), ready.parts["model"].who
        with blame(who, debug=self.settings.debug), self.threads.limited(), sealed(self.off_limits):
            classifier.fit(ready.train)
        ready.draft.known["seconds"] = seconds = ready.seconds + time.perf_counter() - start
        self._after_long_fit = seconds > LONG

    def finish(self, ready: Ready, classifier: Classifier) -> None:
        """What the fit tells of itself, its scores and metrics."""
        known, model = ready.draft.known, ready.parts["model"]
        with blame(model.who, debug=self.settings.debug):
            info, known["device"] = check_telling(classifier)
            known["info"] = plain(info)
        start = time.perf_counter()
        scores = self.scored(ready, classifier, ready.test.fresh_rows())
        seconds_a_row = (time.perf_counter() - start) / len(scores)
        inner, failures = self._inner(ready) if self.settings.inner else (None, [])
        n0, n1 = ready.context.class_counts
        scored = Scored(
            ready.test.y, read_only(scores.astype("float64", copy=False)), n1 / (n0 + n1), ready.test.amount,
            known["shift"], ready.whole.y, inner,
        )  # fmt: skip
        known["metrics"], failed = all_metrics(self.registry, self.settings, scored)
        if failures := [*failures, *failed]:
            raise Failure("error", "; ".join(failures))
        if self.settings.scores:
            ready.draft.scores = pack(scores)
            ready.draft.inner = None if inner is None else pack(inner)
            ready.draft.surface = packed_surface(self, ready, classifier, seconds_a_row)

    def scored(self, ready: Ready, classifier: Classifier, X: NDArray[np.float32]) -> NDArray[Any]:
        """Log-odds of rows (k, d), (k,), in the model's own type."""
        import numpy as np

        model = ready.parts["model"]
        with blame(model.who, debug=self.settings.debug), self.threads.limited():
            scores = np.asarray(classifier.decision_function(X))
            check_scores(scores, len(X), model.who)
        return scores

    def _inner(self, ready: Ready) -> tuple[NDArray[np.float64], list[str]]:
        """Held-out scores of the training part, and what went wrong. Of shape (0,) where there are none; that
        there can be none, as of too few rows, is a warning only: what was fitted on the whole part stands."""
        import numpy as np

        try:
            return inner_scores(self, ready), []
        except Failure as failure:
            text = f"no held-out scores within the training part: {failure}"
            if failure.status != "unsupported":
                return np.empty(0), [text]
            warnings.warn(text, stacklevel=2)
            return np.empty(0), []


def as_classifier(built: Any) -> Classifier:
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
