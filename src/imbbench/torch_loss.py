"""The loss of torch models and its gradient, from tensors that are computed once per fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imbbench.data import TrainingSet
from imbbench.errors import PluginError

if TYPE_CHECKING:
    import torch

    from imbbench.data import RowLoss


@dataclass(frozen=True)
class WeightedLoss:
    """`w0 * BCEWithLogitsLoss(pos_weight=w1/w0, weight=sample_weight)`, divided by the batch size.

    Never divided by the weights' sum: a batch can hold no positive. The gradient is written out, in
    torch's own order of operations and so equal to autograd's to the last bit: it needs five small
    operations a step where autograd runs some twenty, and the values can wait for the end of a pass.

    Parameters
    ----------
    factor, offset : (n,) tensors; row i has the loss factor*softplus(z) - offset*z at logit z.
    scale : (n,) factor on the loss of each row, or None.
    """

    factor: torch.Tensor
    offset: torch.Tensor
    scale: torch.Tensor | None = None

    def take(self, rows: torch.Tensor) -> WeightedLoss:
        """The loss of some rows, (b,) row numbers."""
        scale = None if self.scale is None else self.scale.index_select(0, rows)
        return WeightedLoss(self.factor.index_select(0, rows), self.offset.index_select(0, rows), scale)

    def gradient(self, logits: torch.Tensor, count: int | torch.Tensor) -> torch.Tensor:
        """d loss / d logit of each row, (n,), in a batch of `count` rows."""
        gradient = logits.sigmoid().mul_(self.factor).sub_(self.offset)
        if self.scale is not None:
            gradient.mul_(self.scale)
        return gradient.div_(count)

    def values(self, logits: torch.Tensor) -> torch.Tensor:
        """The loss of each row, (n,), not divided."""
        from torch.nn.functional import softplus

        negative = self.factor - self.offset  # 1 where y is 0: keeps small losses exact
        loss = negative * logits + self.factor * softplus(-logits)
        return loss if self.scale is None else loss * self.scale


def weighted_loss(train: TrainingSet, device: str) -> WeightedLoss:
    """The loss of one training set."""
    import torch

    y = torch.tensor(train.y, device=device, dtype=torch.float32)
    w0, w1 = (1.0, 1.0) if train.class_weight is None else (train.class_weight[0], train.class_weight[1])
    offset = y * (w1 / w0)
    scale = None if w0 == 1 else torch.full_like(y, w0)
    if train.sample_weight is not None:
        weight = torch.tensor(train.sample_weight, device=device, dtype=torch.float32)
        scale = weight if scale is None else scale * weight
    return WeightedLoss((offset + 1).sub_(y), offset, scale)


@dataclass(frozen=True)
class OwnLoss:
    """The loss that a strategy names, with the weights of the rows, divided by the batch size.

    Parameters
    ----------
    function : (logits, labels) -> loss of each row, (b,); autograd gives its gradient.
    y : (n,) labels as floats.
    scale : (n,) factor on the loss of each row.
    """

    function: RowLoss
    y: torch.Tensor
    scale: torch.Tensor

    def take(self, rows: torch.Tensor) -> OwnLoss:
        """The loss of some rows, (b,) row numbers."""
        return OwnLoss(self.function, self.y.index_select(0, rows), self.scale.index_select(0, rows))

    def gradient(self, logits: torch.Tensor, count: int) -> torch.Tensor:
        """d loss / d logit of each row, (n,), in a batch of `count` rows."""
        import torch

        with torch.enable_grad():
            logits = logits.requires_grad_()
            loss = self.values(logits).sum()
            if not loss.requires_grad:
                raise PluginError("the strategy's loss cannot be differentiated by torch in the logits")
            (gradient,) = torch.autograd.grad(loss, logits)
        logits.requires_grad_(False)
        return gradient.div_(count)

    def values(self, logits: torch.Tensor) -> torch.Tensor:
        """The loss of each row, (n,), not divided. PluginError if the function raises or returns another
        shape."""
        try:
            loss = self.function(logits, self.y)
        except Exception as error:
            raise PluginError(f"the strategy's loss raised {type(error).__name__}: {error}") from error
        found = getattr(loss, "shape", None)
        if found != logits.shape:
            what = type(loss).__name__ if found is None else f"shape {tuple(found)}"
            raise PluginError(
                f"the strategy's loss returned {what}; expected the loss of each row, {tuple(logits.shape)}"
            )
        return loss * self.scale


def loss_of(train: TrainingSet, device: str) -> WeightedLoss | OwnLoss:
    """What a fit on a training set minimises."""
    import torch

    if train.loss is None:
        return weighted_loss(train, device)
    y = torch.tensor(train.y, device=device, dtype=torch.float32)
    w0, w1 = (1.0, 1.0) if train.class_weight is None else (train.class_weight[0], train.class_weight[1])
    scale = torch.where(y == 1, w1, w0)
    if train.sample_weight is not None:
        scale *= torch.tensor(train.sample_weight, device=device, dtype=torch.float32)
    return OwnLoss(train.loss, y, scale)
