"""The adapter that trains any torch module with one logit per row, without a DataLoader."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from imbbench.data import Context, TrainingSet
from imbbench.errors import ImbbenchError
from imbbench.torch_parts import isolated, one_logit, preload, torch_threads, weighted_loss

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

#: Passes over the rows, as a multiple of the nominal epochs, that are worth a footnote.
MANY_PASSES = 10
SCORED_AT_ONCE = 65_536


@dataclass(frozen=True)
class Schedule:
    """How long to train: `steps` optimizer steps, an epoch in a result being `epoch` of them."""

    steps: int
    epoch: int


class TorchClassifier:
    """Minimises `w0 * BCEWithLogitsLoss(pos_weight=w1/w0, weight=sample_weight)`, averaged over the
    batch size, on batches of a fresh permutation per pass.

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

    Raises
    ------
    ImbbenchError : by `fit`, when the loss becomes NaN or infinite or the module's output has
        another shape.
    """

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
    ) -> None:
        for name, value in (("epochs", epochs), ("batch_size", batch_size)):
            if value < 1:
                raise ImbbenchError(f"{name}={value}; expected at least 1")
        preload()
        self.make_module = make_module
        self.context = context
        self.device_ = context.device
        self.optimizer, self.lr, self.weight_decay = optimizer, lr, weight_decay
        self.epochs, self.batch_size, self.min_steps, self.budget = epochs, batch_size, min_steps, budget

    def fit(self, train: TrainingSet) -> TorchClassifier:
        """Train on (n, d) rows; `module_` and `info_` (loss_curve, steps, passes) are set."""
        schedule = self._schedule(len(train.y))
        with isolated(self.context):
            self.module_ = self._make(train.X.shape[1])
            losses, rows = self._train(train, schedule)
        self.info_ = self._report(losses, rows, schedule, len(train.y))
        return self

    def _make(self, n_features: int) -> torch.nn.Module:
        from torch import nn

        module = self.make_module(n_features)
        if not isinstance(module, nn.Module):
            raise ImbbenchError(f"make_module returned {module!r:.80}; expected a torch.nn.Module instance")
        return module.to(self.context.device)

    def _schedule(self, rows: int) -> Schedule:
        natural = sum(self.context.class_counts) if self.budget == "steps" else rows
        epoch = math.ceil(natural / self.batch_size)
        floor = self.min_steps if self.budget == "steps" else 0
        return Schedule(max(floor, self.epochs * epoch), epoch)

    def _train(self, train: TrainingSet, schedule: Schedule) -> tuple[torch.Tensor, torch.Tensor]:
        """The loop: the loss of each step and the rows it saw, as tensors of shape (steps,)."""
        import torch

        device = self.context.device
        X, y = torch.tensor(train.X, device=device), torch.tensor(train.y, device=device, dtype=torch.float32)
        criterion = weighted_loss(train, device)
        optimizer = self._optimizer(self.module_.train().parameters())
        generator = torch.Generator().manual_seed(self.context.seed)
        losses = torch.empty(schedule.steps, device=device)
        rows = torch.empty(schedule.steps)
        step = 0
        while step < schedule.steps:
            # Permutations come from the CPU on every device, so that all see the same batches.
            order = torch.randperm(len(y), generator=generator).to(device)
            X_pass, y_pass = X.index_select(0, order), y.index_select(0, order)
            batches = (torch.split(rows_of, self.batch_size) for rows_of in (X_pass, y_pass, order))
            for X_batch, y_batch, index in zip(*batches, strict=True):
                optimizer.zero_grad()
                loss = criterion(one_logit(self.module_(X_batch), len(index)), y_batch, index)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                losses[step] = loss.detach()
                rows[step] = len(index)
                step += 1
                if step == schedule.steps:
                    break
        return losses.cpu(), rows

    def _optimizer(self, parameters: Iterator[torch.nn.Parameter]) -> torch.optim.Optimizer:
        from torch import optim

        make: Any = {"adam": optim.Adam, "adamw": optim.AdamW, "sgd": optim.SGD}[self.optimizer]
        return make(parameters, lr=self.lr, weight_decay=self.weight_decay, fused=True)  # type: ignore[no-any-return]

    def _report(
        self, losses: torch.Tensor, rows: torch.Tensor, schedule: Schedule, fitted: int
    ) -> dict[str, Any]:
        """Mean loss per epoch, and how often the rows were seen. Raises if the loss is not finite."""
        import torch

        finite = losses.isfinite()
        if not finite.all():
            step = int((~finite).nonzero()[0, 0])
            raise ImbbenchError(
                f"training loss became {losses[step].item()} at step {step + 1} of {schedule.steps} "
                f"(epoch {step // schedule.epoch + 1}); try an lr below {self.lr:g} or --scale standard"
            )
        passes = float(rows.sum()) / fitted
        if passes > MANY_PASSES * self.epochs:
            warnings.warn(
                f"equal steps for every strategy: {schedule.steps:,} steps are {passes:,.0f} passes over the "
                f"{fitted:,} rows of this one (nominal: {self.epochs}); budget=epochs is the alternative",
                stacklevel=3,
            )
        sums = zip(torch.split(losses * rows, schedule.epoch), torch.split(rows, schedule.epoch), strict=True)
        curve = [float(loss.sum() / seen.sum()) for loss, seen in sums]
        return {"loss_curve": curve, "steps": schedule.steps, "passes": passes}

    def decision_function(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        """The raw logit of each row, shape (n,)."""
        import torch

        self.module_.eval()
        with torch.inference_mode(), torch_threads(self.context.threads):
            parts = [
                one_logit(
                    self.module_(torch.tensor(X[start : start + SCORED_AT_ONCE], device=self.context.device))
                )
                for start in range(0, len(X), SCORED_AT_ONCE)
            ]
            return torch.cat(parts).cpu().numpy()
