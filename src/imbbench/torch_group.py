"""Training replicates of one module together: a small step costs its launch, and a stack has one launch.

torch.func stacks the parameters of the replicates behind a leading axis, `vmap` carries the module's own
forward over it, and one optimizer moves all of them. Each replicate keeps its rows, its batches and its
weights; what it computes differs from a single fit in the last bits, with the size of its stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from imbbench.data import Context, TrainingSet
from imbbench.torch_loop import Schedule
from imbbench.torch_loss import WeightedLoss, weighted_loss
from imbbench.torch_parts import gradients, rows_on
from imbbench.torch_stack import stacked_forward, stacked_parameters, unstack

if TYPE_CHECKING:
    from torch import Tensor, nn


def train_together(
    modules: Sequence[nn.Module],
    trains: Sequence[TrainingSet],
    schedule: Schedule,
    contexts: Sequence[Context],
) -> Tensor:
    """Train modules in place, each on its own rows, and return the mean loss of each step, (R, steps).

    All training sets have the same columns. A batch that is shorter than the longest of its step is
    filled up with a row that has no loss, hence no gradient.
    """
    import torch

    device, R, columns = contexts[0].device, len(modules), trains[0].X.shape[1]
    table, starts, terms = _table(trains, device)
    stacked = stacked_parameters([module.train() for module in modules])
    forward = stacked_forward(modules[0])
    parameters = [tensor for tensor in stacked.values() if tensor.requires_grad]
    update = schedule.update(parameters)
    memory = table.new_empty(R * schedule.batch_size, table.shape[1])  # once: new memory is slow

    def step(rows: Tensor, count: int | Tensor) -> tuple[Tensor, Tensor]:
        batch = torch.index_select(table, 0, rows, out=memory[: len(rows)])
        own = batch[:, columns : columns + terms].T.contiguous()
        logits = forward(stacked, batch.view(R, -1, table.shape[1])[..., :columns]).flatten()
        slope = WeightedLoss(*own).gradient(logits.detach(), count)
        update(gradients(logits, slope, parameters))
        return logits.detach(), own

    padding, means = len(table) - 1, []
    for on_cpu in _abreast(_batches(trains, starts, padding, schedule, contexts)):
        sizes = (on_cpu < padding).sum(2)
        widths = sizes.max(1).values.tolist()
        counts = [_counts(each, width, device) for each, width in zip(sizes, widths, strict=True)]
        chosen = [rows[:, :width].flatten() for rows, width in zip(on_cpu.to(device), widths, strict=True)]
        logits, own_terms = zip(*map(step, chosen, counts), strict=True)
        values = WeightedLoss(*torch.cat(own_terms, 1)).values(torch.cat(logits))
        means.append(_sums(values, R, widths).cpu() / sizes)
    unstack(stacked, modules)
    return torch.cat(means).T


def _table(trains: Sequence[TrainingSet], device: str) -> tuple[Tensor, list[int], int]:
    """The rows of all training sets, one below the other, where each set begins, and the number of terms
    of its loss that stand behind a row's columns, so that one look-up finds all of it.

    Rows fill whole cache lines of 64 bytes. A last row of zeros has no loss.
    """
    import torch

    losses = [weighted_loss(train, "cpu") for train in trains]
    sizes, columns = [len(train.y) for train in trains], trains[0].X.shape[1]
    terms = 2 if all(loss.scale is None for loss in losses) else 3
    table = torch.zeros(sum(sizes) + 1, -(-(columns + terms) // 16) * 16)
    for part, train, loss in zip(torch.split(table[:-1], sizes), trains, losses, strict=True):
        part[:, :columns] = rows_on("cpu", train.X)
        part[:, columns], part[:, columns + 1] = loss.factor, loss.offset
        if terms == 3:
            part[:, columns + 2] = 1.0 if loss.scale is None else loss.scale
    return table.to(device), list(accumulate(sizes, initial=0))[:-1], terms


def _batches(
    trains: Sequence[TrainingSet],
    starts: Sequence[int],
    padding: int,
    schedule: Schedule,
    contexts: Sequence[Context],
) -> list[Iterator[Tensor]]:
    """For each replicate the row numbers of its batches, pass by pass, (S, batch_size), the last batch of
    a pass filled up."""
    import torch

    def filled(order: Tensor) -> Tensor:
        batches = torch.full((-(-len(order) // schedule.batch_size), schedule.batch_size), padding)
        batches.view(-1)[: len(order)] = order
        return batches

    def passes(rows: int, start: int, seed: int) -> Iterator[Tensor]:
        for order in schedule.passes(rows, torch.Generator().manual_seed(seed)):
            yield filled(order + start)

    sizes, seeds = [len(train.y) for train in trains], [context.seed for context in contexts]
    return [passes(*replicate) for replicate in zip(sizes, starts, seeds, strict=True)]


def _abreast(replicates: Sequence[Iterator[Tensor]]) -> Iterator[Tensor]:
    """The batches of all replicates side by side, (steps, R, batch_size): where one has a batch more in
    a pass than another, their passes move apart."""
    import torch

    left = [next(batches) for batches in replicates]
    while True:
        steps = min(map(len, left))
        yield torch.stack([batches[:steps] for batches in left], dim=1)
        for number, batches in enumerate(left):
            more = batches[steps:] if len(batches) > steps else next(replicates[number], None)
            if more is None:  # all have the same number of steps: the others are done, too
                return
            left[number] = more


def _sums(values: Tensor, replicates: int, widths: Sequence[int]) -> Tensor:
    """The loss of each step and replicate, (steps, R), from that of all rows."""
    import torch

    steps = torch.split(values, [replicates * width for width in widths])
    return torch.stack([step.view(replicates, -1).sum(1) for step in steps])


def _counts(sizes: Tensor, width: int, device: str) -> int | Tensor:
    """The size of its batch for each row of a step; one number where it is the same for all."""
    return width if (sizes == width).all() else sizes.repeat_interleave(width).to(device)
