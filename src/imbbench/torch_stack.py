"""Replicates of one module as a stack: their parameters behind a leading axis, one forward for all."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from imbbench.errors import Unsupported
from imbbench.torch_parts import one_logit

if TYPE_CHECKING:
    from torch import Tensor, nn

    Forward = Callable[[dict[str, Tensor], Tensor], Tensor]

#: Bytes of activations a stack: above, a step leaves the processor's cache and is as slow as single ones
#: (measured, see benchmarks/README.md). An accelerator wants many more at a time.
ACTIVATIONS = {"cpu": 2 * 2**20}
ACTIVATIONS_ELSEWHERE = 256 * 2**20
#: Fewer replicates are not worth a stack.
SMALLEST = 4


def stacked_forward(module: nn.Module) -> Forward:
    """(stacked parameters, (R, b, d)) -> logits (R, b), by the module's own forward."""
    from torch import nn
    from torch.func import functional_call, vmap

    template = copy.deepcopy(module)
    for layer in template.modules():
        if type(layer) is nn.Linear:
            layer.forward = partial(_linear, layer)  # type: ignore[method-assign]

    def forward(parameters: dict[str, Tensor], X: Tensor) -> Tensor:
        return one_logit(functional_call(template, parameters, (X,)), len(X))

    return vmap(forward, randomness="error")


def _linear(layer: nn.Linear, x: Tensor) -> Tensor:
    """A linear layer as weight @ x': stacked, the gradient of its weight is then a product whose long
    side lies along memory, which MKL does ten times faster than the other way round."""
    product = (layer.weight @ x.mT).mT
    return product if layer.bias is None else product + layer.bias


def stack_size(module: nn.Module, X: Tensor) -> int:
    """How many replicates are worth training at once; `X` is a batch, (b, d).

    Raises Unsupported for one whose step is too large to gain.
    """
    from torch.autograd.graph import saved_tensors_hooks

    saved = 0

    def count(tensor: Tensor) -> Tensor:
        nonlocal saved
        saved += tensor.nbytes
        return tensor

    with saved_tensors_hooks(count, lambda tensor: tensor):
        module(X)
    size = ACTIVATIONS.get(X.device.type, ACTIVATIONS_ELSEWHERE) // saved
    if size < SMALLEST:
        megabytes = f"{saved / 2**20:.1f} MB of activations"
        raise Unsupported(f"a step holds {megabytes}, too much to gain from even {SMALLEST} at once")
    return size


def stacked_parameters(modules: Sequence[nn.Module]) -> dict[str, Tensor]:
    """The parameters of all modules behind a leading axis, by name: what `torch.func.stack_module_state`
    makes, but also of classes that are defined anew in each call of a plugin's build."""
    import torch

    named = [dict(module.named_parameters()) for module in modules]
    return {
        name: torch.stack([own[name].detach() for own in named]).requires_grad_(first.requires_grad)
        for name, first in named[0].items()
    }


def check_stack(modules: Sequence[nn.Module], X: Tensor) -> None:
    """Raise Unsupported unless the stack computes what each module computes of the rows, (b, d).

    It does not where a forward keeps a state, draws at random or looks at values, or where modules differ
    in more than their parameters.
    """
    import torch

    if any(True for _ in modules[0].buffers()):
        raise Unsupported("a module with buffers (batch norm) cannot be stacked")
    try:
        with torch.no_grad():
            found = stacked_forward(modules[0])(stacked_parameters(modules), X.expand(len(modules), *X.shape))
            expected = torch.stack([one_logit(module(X)) for module in modules])
    except (RuntimeError, KeyError) as error:
        why = "it draws at random" if "randomness" in str(error) else str(error).split(".")[0]
        raise Unsupported(f"the module cannot be stacked ({why})") from error
    if not torch.allclose(found, expected, rtol=1e-4, atol=1e-5, equal_nan=True):
        raise Unsupported("the modules differ in more than their parameters, so that no stack computes them")


def unstack(stacked: dict[str, Tensor], modules: Sequence[nn.Module]) -> None:
    """Give each module its parameters of the stack."""
    import torch

    with torch.no_grad():
        for number, module in enumerate(modules):
            for name, parameter in module.named_parameters():
                parameter.copy_(stacked[name][number])
