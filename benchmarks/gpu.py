"""torch-mlp on an accelerator: one full creditcard fit, and 100 replicates.

    python benchmarks/gpu.py

"textbook" is zero_grad, forward, BCEWithLogitsLoss, backward, Adam(fused=True) on rows that lie on the
device; "eager" is imbbench's loop launched kernel by kernel, "graph" the same loop as it runs on CUDA,
captured once and replayed. Beside the time of a step stands the launch-bound limit of the eager loop:
its kernels a step times the time that launching one takes. Replicates have 8,000 x 30 rows and 2,000
steps each; one after another is measured on the first few and scaled.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import torch
from course_by_hand import BATCH_SIZE, EPOCHS, WEIGHT_DECAY, make_network
from group import ROWS, replicates
from measure import Figures, alternate, machine, median, parser, show
from torch_loop import Rows

from imbbench import Context, TorchClassifier, TrainingSet

REPLICATES, MEASURED, STEPS = 100, 4, 2_000


def classifier(context: Context, steps: int, *, capturable: bool) -> TorchClassifier:
    """torch-mlp for so many steps."""
    return TorchClassifier(
        partial(make_network, "mlp"),
        context,
        weight_decay=WEIGHT_DECAY["mlp"],
        batch_size=BATCH_SIZE,
        epochs=1,
        min_steps=steps,
        capturable=capturable,
    )


def textbook(context: Context, train: TrainingSet, steps: int) -> None:
    """The loop that everyone writes, without a DataLoader."""
    X = torch.tensor(train.X, device=context.device)
    y = torch.tensor(train.y, device=context.device, dtype=torch.float32)
    model = make_network("mlp", X.shape[1]).to(context.device)
    criterion = torch.nn.BCEWithLogitsLoss(pos_weight=(y == 0).sum() / (y == 1).sum())
    optimizer = torch.optim.Adam(model.parameters(), weight_decay=WEIGHT_DECAY["mlp"], fused=True)
    done = 0
    while done < steps:
        for rows in torch.split(torch.randperm(len(y)).to(context.device), BATCH_SIZE):
            optimizer.zero_grad()
            criterion(model(X[rows]).squeeze(1), y[rows]).backward()
            optimizer.step()
            done += 1


def ours(contexts: Sequence[Context], trains: Sequence[TrainingSet], steps: int, *, capturable: bool) -> None:
    for context, train in zip(contexts, trains, strict=True):
        classifier(context, steps, capturable=capturable).fit(train)


def together(contexts: Sequence[Context], trains: Sequence[TrainingSet]) -> None:
    build = partial(classifier, steps=STEPS, capturable=True)
    answers = list(TorchClassifier.fit_many(build)(contexts, trains))
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer


def timed(work: Callable[[], object], scale: float, device: str, _: int) -> Figures:
    """Seconds until the device is done, times `scale`."""
    start = time.perf_counter()
    work()
    if device.startswith("cuda"):
        torch.cuda.synchronize()
    return {"seconds": (time.perf_counter() - start) * scale}


def launch_limit(context: Context, train: TrainingSet) -> tuple[float, float]:
    """(kernels a step of the eager loop, microseconds that launching one takes)."""
    steps = 200
    activities = [torch.profiler.ProfilerActivity.CUDA]
    with torch.profiler.profile(activities=activities) as profile:
        ours([context], [train], steps, capturable=False)
    kernels = sum(event.count for event in profile.key_averages()) / steps
    tiny, launches = torch.zeros(1, device=context.device), 10_000
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(launches):
        tiny.add_(1)
    torch.cuda.synchronize()
    return kernels, (time.perf_counter() - start) / launches * 1e6


def one_fit(device: str, repeats: int | None, rows: Rows) -> None:
    """The full creditcard fit."""
    n1 = int(rows.y_train.sum())
    n0 = len(rows.y_train) - n1
    context = Context(0, device, 1, 1, (n0, n1))
    train = TrainingSet(rows.X_train, rows.y_train, {0: 1.0, 1: n0 / n1})
    steps = EPOCHS["mlp"] * -(-len(rows.y_train) // BATCH_SIZE)
    sides: dict[str, Callable[[], object]] = {
        "textbook": partial(textbook, context, train, steps),
        "eager": partial(ours, [context], [train], steps, capturable=False),
        "graph": partial(ours, [context], [train], steps, capturable=True),
    }
    done = alternate({name: partial(timed, side, 1.0, device) for name, side in sides.items()}, repeats)
    limit = ""
    if device.startswith("cuda"):
        kernels, launch = launch_limit(context, train)
        limit = f"{kernels * launch:.0f} us = {kernels:.0f} kernels x {launch:.1f} us"
    slowest = median(done["textbook"])
    table = [
        (name, f"{s:.2f}", f"{s / steps * 1e6:.0f}", limit if name == "eager" else "", f"{slowest / s:.1f} x")
        for name, s in ((name, median(repetitions)) for name, repetitions in done.items())
    ]
    title = f"One torch-mlp fit on {len(train.y):,} x {train.X.shape[1]} {rows.source} rows, {steps:,} steps"
    show(title, table, ("side", "s a fit", "us a step", "launch-bound limit", "faster"))


def many_fits(device: str, repeats: int | None) -> None:
    """100 replicates."""
    contexts, trains = replicates(REPLICATES, ROWS)
    contexts = [Context(c.seed, device, 1, 1, c.class_counts) for c in contexts]
    some, scale = (contexts[:MEASURED], trains[:MEASURED]), REPLICATES / MEASURED

    def by_textbook() -> None:
        for context, train in zip(*some, strict=True):
            textbook(context, train, STEPS)

    sides = {
        "textbook, one after another": partial(timed, by_textbook, scale, device),
        "graph, one after another": partial(
            timed, partial(ours, *some, STEPS, capturable=True), scale, device
        ),
        "group": partial(timed, partial(together, contexts, trains), 1.0, device),
    }
    done = alternate(sides, repeats)
    slowest = median(done["textbook, one after another"])
    table = [
        (name, f"{s:.2f}", f"{s / STEPS / REPLICATES * 1e6:.1f}", f"{slowest / s:.1f} x", goal)
        for name, goal in zip(sides, ("", "", ">= 20 x"), strict=True)
        for s in [median(done[name])]
    ]
    title = f"{REPLICATES} replicates of torch-mlp, batches of {BATCH_SIZE}"
    show(title, table, ("side", "s", "us a step and replicate", "faster", "goal"))


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--device", default="cuda", help="where to train  [default: cuda]")
    given = options.parse_args()
    if given.device.startswith("cuda") and not torch.cuda.is_available():
        sys.exit("no CUDA device here: nothing is measured")
    print(machine())
    if given.device.startswith("cuda"):
        print(torch.cuda.get_device_name(given.device))
    one_fit(given.device, given.repeats, Rows.load())
    many_fits(given.device, given.repeats)


if __name__ == "__main__":
    main()
