"""The training loop: nothing in it waits for a value, on the CPU or on another device."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imbbench.data import Context, TrainingSet
from imbbench.torch_loss import loss_of
from imbbench.torch_parts import gradients, one_logit, rows_on
from imbbench.torch_update import FusedUpdate, OptimizerName

if TYPE_CHECKING:
    import torch

    Step = Callable[[torch.Tensor], torch.Tensor]

#: Steps before a CUDA graph is captured: libraries set themselves up in the first ones.
WARM_UP = 3


@dataclass(frozen=True)
class Schedule:
    """How to train: `steps` optimizer steps on batches of `batch_size` rows, with the settings of the
    optimizer."""

    steps: int
    batch_size: int
    optimizer: OptimizerName
    lr: float
    weight_decay: float

    def update(self, parameters: Sequence[torch.Tensor]) -> FusedUpdate:
        """The optimizer for some parameters."""
        return FusedUpdate(parameters, self.optimizer, self.lr, self.weight_decay)

    def batch_rows(self, rows: int) -> torch.Tensor:
        """How many rows each step sees, (steps,), with `rows` in a pass."""
        import torch

        sizes = torch.full((-(-rows // self.batch_size),), float(self.batch_size))
        sizes[-1] = rows - self.batch_size * (len(sizes) - 1)
        return sizes.repeat(-(-self.steps // len(sizes)))[: self.steps]

    def passes(self, rows: int, generator: torch.Generator) -> Iterator[torch.Tensor]:
        """A permutation of the row numbers for each pass over them, the last cut off at the last step."""
        import torch

        left = self.steps
        while left > 0:
            order = torch.randperm(rows, generator=generator)[: left * self.batch_size]
            left -= -(-len(order) // self.batch_size)
            yield order


def train_module(
    module: torch.nn.Module,
    train: TrainingSet,
    schedule: Schedule,
    context: Context,
    *,
    capturable: bool,
) -> torch.Tensor:
    """Train a module in place and return the mean loss of each step's batch, (steps,), on the CPU.

    Permutations come from a CPU generator on every device, so that all see the same batches.
    `capturable` says that every step does the same tensor operations, so that on CUDA they can be
    captured once and replayed.
    """
    import torch

    device = context.device
    X = rows_on(device, train.X)
    loss = loss_of(train, device)
    parameters = [parameter for parameter in module.train().parameters() if parameter.requires_grad]
    update = schedule.update(parameters)

    def step(rows: torch.Tensor) -> torch.Tensor:
        count = len(rows)
        logits = one_logit(module(X.index_select(0, rows)), count)
        slope = loss.take(rows).gradient(logits.detach(), count)
        update(gradients(logits, slope, parameters))
        return logits.detach()

    # What a strategy's own loss does on a device is not known.
    capturable = capturable and train.loss is None and device.startswith("cuda")
    run = captured(step, schedule.batch_size) if capturable else step
    means = []
    for on_cpu in schedule.passes(len(train.y), torch.Generator().manual_seed(context.seed)):
        order = on_cpu.to(device)
        logits = torch.cat([run(rows) for rows in torch.split(order, schedule.batch_size)])
        means += batch_means(loss.take(order).values(logits), schedule.batch_size)
    return torch.cat(means).cpu()


def batch_means(values: torch.Tensor, batch_size: int) -> list[torch.Tensor]:
    """The means of consecutive batches, as (k,) of the full ones and (1,) or (0,) of what is left."""
    full = len(values) // batch_size * batch_size
    rest = values[full:]
    return [values[:full].view(-1, batch_size).mean(1), rest.mean().view(1) if len(rest) else rest]


def captured(step: Step, batch_size: int) -> Step:
    """`step` as a CUDA graph: launching its kernels one by one takes longer than they do.

    The first steps run as they are, on the side stream that capturing asks for; a batch of another
    size (the last of a pass) always does.
    """
    import torch

    stream, graph = torch.cuda.Stream(), torch.cuda.CUDAGraph()  # type: ignore[no-untyped-call]
    static: tuple[torch.Tensor, torch.Tensor] | None = None
    done = 0

    def run(rows: torch.Tensor) -> torch.Tensor:
        nonlocal static, done
        if len(rows) != batch_size or done < WARM_UP:
            done += len(rows) == batch_size
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                logits = step(rows)
            torch.cuda.current_stream().wait_stream(stream)
            return logits
        if static is None:
            batch = rows.clone()
            with torch.cuda.graph(graph, stream=stream):  # records the step and does not do it
                static = batch, step(batch)
        batch, logits = static
        batch.copy_(rows)
        graph.replay()
        return logits.clone()

    return run
