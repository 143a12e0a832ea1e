"""The adapter that trains any torch module with one logit per row, without a DataLoader."""

from __future__ import annotations

import math
import pickle
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from imbbench.data import Classifier, Context, TrainingSet
from imbbench.errors import ImbbenchError, Unsupported
from imbbench.torch_loop import Schedule, train_module
from imbbench.torch_parts import full_precision, isolated, one_logit, rows_on, torch_threads

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

#: Passes over the rows, as a multiple of the nominal epochs, that are worth a footnote.
MANY_PASSES = 10
SCORED_AT_ONCE = 65_536


class TorchClassifier:
    """Minimises `w0 * BCEWithLogitsLoss(pos_weight=w1/w0, weight=sample_weight)`, or the training set's
    own `loss` with these weights, averaged over the batch size, on batches of a fresh permutation per pass.

    Every strategy gets the same number of optimizer steps, counted on the training part before the
    strategy: max(min_steps, epochs * ceil(natural rows / batch_size)). With `budget="epochs"` the
    epochs are counted on the rows the strategy returned instead.

    Parameters
    ----------
    make_module : (number of columns) -> torch.nn.Module mapping (b, d) to (b,) or (b, 1) logits,
        without a final sigmoid. Its initial weights are those after `torch.manual_seed(seed)`. Batch
        norm cannot train on one row: choose a batch_size that leaves no single row at the end.
    context : seed, device, threads and natural class counts.
    optimizer : "adam", "adamw" or "sgd", fused.
    lr, weight_decay : of the optimizer.
    epochs, batch_size, min_steps, budget : see above.
    capturable : the module does the same tensor operations on every batch of one size, without a look
        at their values: on CUDA they are then captured once and replayed as a graph.

    Raises
    ------
    ImbbenchError : by `fit`, when the loss becomes NaN or infinite or the module's output has
        another shape.
    """

    takes_loss = True

    def __init__(
        self,
        make_module: Callable[[int], torch.nn.Module],
        context: Context,
        *,
        optimizer: Literal["adam", "adamw", "sgd"] = "adam",
        lr: float = 1e-3,
        weight_decay: float = 0.0,
        epochs: int = 50,
        batch_size: int = 1024,
        min_steps: int = 2000,
        budget: Literal["steps", "epochs"] = "steps",
        capturable: bool = False,
    ) -> None:
        for name, value in (("epochs", epochs), ("batch_size", batch_size)):
            if value < 1:
                raise ImbbenchError(f"{name}={value}; expected at least 1")
        import torch  # noqa: F401  -- here, so that it does not count as the fit's time

        self.make_module = make_module
        self.context = context
        self.device_ = context.device
        self.optimizer, self.lr, self.weight_decay = optimizer, lr, weight_decay
        self.epochs, self.batch_size, self.min_steps, self.budget = epochs, batch_size, min_steps, budget
        self.capturable = capturable

    def fit(self, train: TrainingSet) -> TorchClassifier:
        """Train on (n, d) rows; `module_` and `info_` (loss_curve, steps, passes) are set."""
        schedule = self.schedule(len(train.y))
        with isolated(self.context):
            self.module_ = self.new_module(train.X.shape[1])
            losses = train_module(self.module_, train, schedule, self.context, capturable=self.capturable)
        return self.report(losses, len(train.y))

    def __init_subclass__(cls, **options: Any) -> None:
        """A `fit` of its own may know nothing of a loss: a class that minimises it says so again."""
        super().__init_subclass__(**options)
        if "fit" in vars(cls) and "takes_loss" not in vars(cls):
            cls.takes_loss = False

    def __getstate__(self) -> dict[str, Any]:
        """What is copied or pickled. A fitted one whose `make_module` cannot be pickled, a function inside
        `build`, goes without: it can score, and cannot be fitted again."""
        state = vars(self).copy()
        if hasattr(self, "module_"):
            try:
                pickle.dumps(self.make_module)
            except (AttributeError, TypeError, pickle.PicklingError):
                del state["make_module"]
        return state

    @staticmethod
    def fit_many(
        build: Callable[..., Classifier],
    ) -> Callable[..., Iterator[TorchClassifier | Exception]]:
        """The `fit_many` of a `Model` whose `build` returns a TorchClassifier.

        Replicates with the same columns, steps and (within two) rows are trained as one stack under
        `torch.func.vmap`. A module that cannot be stacked, or would not gain by it, is `Unsupported`:
        one with buffers, with random numbers or a look at values in its forward, or whose replicates
        differ in more than their parameters.
        """

        def fit_many(
            contexts: Sequence[Context], trains: Sequence[TrainingSet], **params: Any
        ) -> Iterator[TorchClassifier | Exception]:
            from imbbench.torch_many import fit_together

            classifiers = [build(context, **params) for context in contexts]
            torch_ones = [each for each in classifiers if type(each) is TorchClassifier]
            if len(torch_ones) < len(classifiers):  # one that fits or scores in a way of its own
                raise Unsupported("its build returned another classifier than a plain TorchClassifier")
            return fit_together(torch_ones, trains)

        return fit_many

    def new_module(self, n_features: int) -> torch.nn.Module:
        """A module with its initial weights, on the device."""
        from torch import nn

        if not hasattr(self, "make_module"):
            raise ImbbenchError(
                "this copy of a fitted classifier was made without its make_module; build a new one"
            )
        module = self.make_module(n_features)
        if not isinstance(module, nn.Module):
            raise ImbbenchError(f"make_module returned {module!r:.80}; expected a torch.nn.Module instance")
        if not any(parameter.requires_grad for parameter in module.parameters()):
            raise ImbbenchError("make_module returned a module without a parameter to train")
        return module.to(self.context.device)

    def schedule(self, rows: int) -> Schedule:
        """How a fit on that many rows is trained."""
        floor = self.min_steps if self.budget == "steps" else 0
        steps = max(floor, self.epochs * self._epoch(rows))
        return Schedule(steps, self.batch_size, self.optimizer, self.lr, self.weight_decay)

    def _epoch(self, rows: int) -> int:
        """The steps of one epoch."""
        natural = sum(self.context.class_counts) if self.budget == "steps" else rows
        return math.ceil(natural / self.batch_size)

    def report(self, losses: torch.Tensor, rows: int) -> TorchClassifier:
        """Sets `info_` from the loss of each step, (steps,): mean loss per epoch, and how often the rows
        were seen. Raises if a loss is not finite."""
        import torch

        schedule, epoch = self.schedule(rows), self._epoch(rows)
        finite = losses.isfinite()
        if not finite.all():
            step = int((~finite).nonzero()[0, 0])
            raise ImbbenchError(
                f"training loss became {losses[step].item()} at step {step + 1} of {schedule.steps} "
                f"(epoch {step // epoch + 1}); try an lr below {self.lr:g} or --scale standard"
            )
        sizes = schedule.batch_rows(rows)
        passes = float(sizes.sum()) / rows
        if passes > MANY_PASSES * self.epochs:
            warnings.warn(
                f"equal steps for every strategy: {schedule.steps:,} steps are {passes:,.0f} passes over the "
                f"{rows:,} rows of this one (nominal: {self.epochs}); budget=epochs is the alternative",
                stacklevel=3,
            )
        sums = zip(torch.split(losses * sizes, epoch), torch.split(sizes, epoch), strict=True)
        curve = [float(loss.sum() / seen.sum()) for loss, seen in sums]
        self.info_ = {"loss_curve": curve, "steps": schedule.steps, "passes": passes}
        return self

    def decision_function(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """The raw logit of each row, shape (n,)."""
        import torch

        self.module_.eval()
        with torch.inference_mode(), torch_threads(self.context.threads), full_precision():
            parts = [
                one_logit(self.module_(rows_on(self.context.device, X[start : start + SCORED_AT_ONCE])))
                for start in range(0, len(X), SCORED_AT_ONCE)
            ]
            return torch.cat(parts).cpu().numpy()
