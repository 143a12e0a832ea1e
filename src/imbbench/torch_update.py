"""One step of Adam, AdamW or SGD by torch's fused kernels, without an optimizer's bookkeeping.

Equal to `torch.optim.Adam(..., fused=True).step()` to the last bit. Its Python costs more than the
kernel when the parameters are a few thousand numbers, as they are here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import torch

OptimizerName = Literal["adam", "adamw", "sgd"]
#: What torch.optim takes as defaults.
_ADAM = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "amsgrad": False, "maximize": False}
_SGD = {"momentum": 0.0, "dampening": 0.0, "nesterov": False, "maximize": False, "is_first_step": False}


class FusedUpdate:
    """Parameters and the state of their optimizer.

    Parameters
    ----------
    parameters : leaf tensors of one dtype on one device, changed in place.
    optimizer : "adam" (Kingma & Ba, 2015), "adamw" (Loshchilov & Hutter, 2019) or "sgd".
    lr, weight_decay : as in torch.optim.
    """

    def __init__(
        self, parameters: Sequence[torch.Tensor], optimizer: OptimizerName, lr: float, weight_decay: float
    ) -> None:
        import torch

        self._values = [parameter.detach() for parameter in parameters]  # the same memory, without a tape
        self._steps = [torch.zeros((), device=value.device) for value in self._values]
        self._state: list[list[torch.Tensor]] = [[]]
        kernels: dict[str, Callable[..., None]] = {
            "adam": torch._fused_adam_,
            "adamw": torch._fused_adamw_,
            "sgd": torch._fused_sgd_,
        }
        settings: dict[str, Any] = _SGD
        if optimizer != "sgd":
            settings = _ADAM
            moments = [[torch.zeros_like(value) for value in self._values] for _ in range(2)]
            self._state = [*moments, [], self._steps]
        self._kernel = partial(kernels[optimizer], lr=lr, weight_decay=weight_decay, **settings)

    def __call__(self, given: Sequence[torch.Tensor | None]) -> None:
        """One step; a parameter without a gradient stays as it is, as in torch.optim."""
        values, steps, state = self._values, self._steps, self._state
        gradients = list(map(_laid_out, given, values))
        if any(gradient is None for gradient in gradients):
            used = [i for i, gradient in enumerate(gradients) if gradient is not None]
            gradients = [gradients[i] for i in used]
            values, steps, *state = (
                [tensors[i] for i in used if tensors] for tensors in (values, steps, *state)
            )
        for step in steps:
            step.add_(1)
        self._kernel(values, gradients, *state)


def _laid_out(gradient: torch.Tensor | None, value: torch.Tensor) -> torch.Tensor | None:
    """The gradient in the memory layout of its parameter: the kernels go along memory."""
    if gradient is None or gradient.stride() == value.stride():
        return gradient
    import torch

    return torch.empty_like(value, memory_format=torch.preserve_format).copy_(gradient)
