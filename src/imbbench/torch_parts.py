"""What training a torch module needs besides the loop: its loss, its seeds, its threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from imbbench.data import Context, TrainingSet
from imbbench.errors import ImbbenchError

if TYPE_CHECKING:
    import torch


@cache
def preload() -> None:
    """Import torch and make an optimizer: the first one of a process imports for about a second,
    which is no part of a fit."""
    import torch

    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)


def one_logit(output: torch.Tensor, rows: int | None = None) -> torch.Tensor:
    """(b,) logits from the module's (b,) or (b, 1) output."""
    if output.ndim == 2 and output.shape[1] == 1:
        output = output.squeeze(1)
    if output.ndim != 1 or (rows is not None and len(output) != rows):
        raise ImbbenchError(
            f"the module returned shape {tuple(output.shape)}; expected one logit a row, (rows,) or (rows, 1)"
        )
    return output


def weighted_loss(
    train: TrainingSet, device: str
) -> Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]:
    """(logits, labels, row numbers) -> loss: the weighted sum over the batch divided by its size.

    Never divided by the weights' sum: a batch can hold no positive.
    """
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as bce

    w0, w1 = (1.0, 1.0) if train.class_weight is None else (train.class_weight[0], train.class_weight[1])
    ratio = torch.tensor(w1 / w0, device=device)
    weight = None
    if train.sample_weight is not None:
        weight = torch.tensor(train.sample_weight, device=device, dtype=torch.float32)

    def loss(logits: torch.Tensor, labels: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        rows = None if weight is None else weight.index_select(0, index)
        return w0 * bce(logits, labels, weight=rows, pos_weight=ratio)

    return loss


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
def isolated(context: Context) -> Iterator[None]:
    """torch with the context's seed and threads; the global generators are as before afterwards.

    Any module may be handed in, and torch's layers (initial weights, dropout) draw from the global
    generators only: so these are forked, seeded, and restored.
    """
    import torch

    device = torch.device(context.device)
    cuda = [device.index or 0] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda), torch_threads(context.threads):
        torch.default_generator.manual_seed(context.seed)
        for index in cuda:
            torch.cuda.default_generators[index].manual_seed(context.seed)
        yield
