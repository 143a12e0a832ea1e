"""Losses of one logit z and one label y in {0, 1}: (z, y) -> loss of each row, tensors of shape (b,).

p = sigmoid(z) is the probability of class 1, p_t that of the row's own class. With softplus(x) for
log(1 + exp(x)), log(p) is -softplus(-z) and log(1 - p) is -softplus(z): so written, a logit of ten
thousand on either side has a finite loss and a finite slope.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class FocalLoss:
    """-(1 - p_t)^gamma log(p_t): the logistic loss with easy rows weighted down.

    Lin, Goyal, Girshick, He, Dollár: Focal Loss for Dense Object Detection, ICCV 2017, equation 4.
    """

    gamma: float

    def __call__(self, logits: Tensor, y: Tensor) -> Tensor:
        """The loss of each row, (b,)."""
        from torch.nn.functional import softplus

        own = (2 * y - 1) * logits  # the logit of the row's own class
        return (-self.gamma * softplus(own)).exp() * softplus(-own)


@dataclass(frozen=True)
class ShiftedLoss:
    """The logistic loss at the logit z + negative for rows of class 0, z + positive for rows of class 1.

    Logit adjustment and LDAM are two choices of the shifts; for more classes, Menon et al. (2021) call
    the family pairwise margin losses.
    """

    negative: float
    positive: float

    def __call__(self, logits: Tensor, y: Tensor) -> Tensor:
        """The loss of each row, (b,)."""
        from torch.nn.functional import softplus

        shifted = logits + (self.negative + (self.positive - self.negative) * y)
        return softplus((1 - 2 * y) * shifted)


@dataclass(frozen=True)
class AsymmetricLoss:
    """-(1 - p)^gamma_pos log(p) for class 1; -q^gamma_neg log(1 - q) for class 0, q = max(p - clip, 0).

    Ridnik, Ben-Baruch, Zamir, Noy, Friedman, Protter, Zelnik-Manor: Asymmetric Loss for Multi-Label
    Classification, ICCV 2021. A negative with p <= clip has no loss and no slope.
    """

    gamma_pos: float
    gamma_neg: float
    clip: float

    def __call__(self, logits: Tensor, y: Tensor) -> Tensor:
        """The loss of each row, (b,)."""
        import torch

        positive = FocalLoss(self.gamma_pos)(logits, torch.ones_like(y))
        return torch.where(y == 1, positive, self._negative(logits))

    def _negative(self, logits: Tensor) -> Tensor:
        import torch
        from torch.nn.functional import softplus

        shifted = logits.sigmoid() - self.clip
        counts = shifted > 0
        shifted = torch.where(counts, shifted, 1.0)  # a power of 0 may have an infinite slope
        # 1 - q is 1 - p + clip, and log(1 - p) is exact where p rounds to 1.
        clip = torch.full_like(logits, math.log(self.clip) if self.clip else -math.inf)
        log_rest = torch.logaddexp(-softplus(logits), clip)
        return torch.where(counts, shifted**self.gamma_neg * -log_rest, 0.0)
