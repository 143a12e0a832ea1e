"""What training a torch module needs besides the loop: its seeds, its threads, its precision."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from imbbench.data import Context
from imbbench.errors import ImbbenchError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray


def rows_on(device: str, X: NDArray[np.float32]) -> torch.Tensor:
    """The rows, which are only read, as a tensor: on the CPU without a copy."""
    import numpy as np
    import torch

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The given NumPy array is not writable")
        return torch.from_numpy(np.ascontiguousarray(X)).to(device)


def one_logit(output: torch.Tensor, rows: int | None = None) -> torch.Tensor:
    """(b,) logits from the module's (b,) or (b, 1) output."""
    if output.ndim == 2 and output.shape[1] == 1:
        output = output.squeeze(1)
    if output.ndim != 1 or (rows is not None and len(output) != rows):
        raise ImbbenchError(
            f"the module returned shape {tuple(output.shape)}; expected one logit a row, (rows,) or (rows, 1)"
        )
    return output


def gradients(
    logits: torch.Tensor, slope: torch.Tensor, parameters: Sequence[torch.Tensor]
) -> tuple[torch.Tensor | None, ...]:
    """The gradients of a loss whose slope at the logits, (n,), is known; None of a parameter that took no
    part.

    By way of a product whose slope is the given one, exactly: handing the slope to autograd makes it
    compare symbolic shapes at every step, for which it first imports for a quarter of a second.
    """
    import torch

    return torch.autograd.grad(torch.dot(logits, slope), parameters, allow_unused=True)


@contextmanager
def torch_threads(threads: int) -> Iterator[None]:
    """torch on that many threads, for a while."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def full_precision() -> Iterator[None]:
    """float32 computed in float32 for a while, whatever the process has asked for: TF32 and bfloat16
    are faster and give other numbers."""
    import torch

    before = torch.get_float32_matmul_precision(), torch.backends.cudnn.allow_tf32
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before[0])
        torch.backends.cudnn.allow_tf32 = before[1]


@contextmanager
def isolated(context: Context) -> Iterator[None]:
    """torch with the context's seed, device, threads and full precision; the global generators are as
    before afterwards.

    Any module may be handed in, and torch's layers (initial weights, dropout) draw from the global
    generators only: so these are forked, seeded, and restored.
    """
    import torch

    device = torch.device(context.device)
    cuda = [device.index or 0] if device.type == "cuda" else []
    with ExitStack() as stack:
        stack.enter_context(torch.random.fork_rng(devices=cuda))
        stack.enter_context(torch_threads(context.threads))
        stack.enter_context(full_precision())
        torch.default_generator.manual_seed(context.seed)
        for index in cuda:
            stack.enter_context(torch.cuda.device(index))
            torch.cuda.default_generators[index].manual_seed(context.seed)
        yield
