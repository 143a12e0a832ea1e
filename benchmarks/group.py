"""Replicates of one torch model trained together (`--group`) and one after another.

    python benchmarks/group.py

Replicates have their own rows of 30 columns, seed and batches, 2,000 steps (what a fit has at
least by default), one thread; a model
whose step is too large to gain is refused by the rule and fitted one after another in both sides, so
that its ratio must be 1. Seconds are those of the fits alone, stacking and unstacking included. The
scores of both sides are compared.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from measure import Figures, alternate, machine, median, parser, show

from imbbench import Classifier, Context, TrainingSet, Unsupported
from imbbench.plugins import load_plugins
from imbbench.torch_parts import torch_threads

ROWS, COLUMNS, STEPS = 8_000, 30, 2_000
#: (model, its parameters, rows, batch size, replicates, goal)
CASES = (
    ("torch-linear", "", ROWS, 64, 100, ">= 12 x"),
    ("torch-linear", "", ROWS, 256, 100, ">= 5 x"),
    ("torch-linear", "", ROWS, 1024, 100, ">= 1.5 x"),
    ("torch-linear", "", 160, 1024, 100, ">= 1 x"),
    ("torch-linear", "", 1100, 1024, 100, ">= 1 x"),
    ("torch-mlp", "hidden_layer_sizes=(16,),", ROWS, 64, 100, ">= 1 x"),
    ("torch-mlp", "hidden_layer_sizes=(16,),", ROWS, 1024, 20, ">= 1 x"),
    ("torch-mlp", "", ROWS, 64, 20, ">= 1 x"),
    ("torch-mlp", "", ROWS, 256, 20, ">= 1 x"),
    ("torch-mlp", "", ROWS, 1024, 5, ">= 1 x"),
)


def replicates(count: int, rows: int) -> tuple[list[Context], list[TrainingSet]]:
    """Own rows and seeds, a tenth of the rows positive, weighted by pos_weight."""
    contexts, trains = [], []
    for number in range(count):
        rng = np.random.default_rng(number)
        X = rng.standard_normal((rows, COLUMNS), dtype=np.float32)
        y = (X[:, 0] + rng.standard_normal(rows) > 1.8).astype(np.int8)
        n1 = int(y.sum())
        contexts.append(Context(number, "cpu", 1, 1, (rows - n1, n1)))
        trains.append(TrainingSet(X, y, {0: 1.0, 1: (rows - n1) / n1}))
    return contexts, trains


def compare(
    model: str, params: str, rows: int, batch: int, count: int, repeats: int | None
) -> tuple[str, ...]:
    """One row of the table, without its goal."""
    epochs = round(STEPS / -(-rows // batch))
    spec = f"{model}[{params}batch_size={batch},epochs={epochs},min_steps=0]"
    bound = load_plugins().resolve("model", spec)
    contexts, trains = replicates(count, rows)
    scores: dict[str, np.ndarray] = {}
    refused: list[bool] = []

    def alone() -> list[Classifier]:
        return [bound.call(context).fit(train) for context, train in zip(contexts, trains, strict=True)]

    def together() -> list[Classifier]:
        answers = list(bound.component.fit_many(contexts, trains, **bound.params))
        refused.append(any(isinstance(answer, Unsupported) for answer in answers))
        return [
            bound.call(context).fit(train) if isinstance(answer, Unsupported) else answer
            for answer, context, train in zip(answers, contexts, trains, strict=True)
        ]

    def side(fit: Callable[[], list[Classifier]], _: int) -> Figures:
        start = time.perf_counter()
        fitted = fit()
        seconds = time.perf_counter() - start
        scores[fit.__name__] = np.array([each.decision_function(trains[0].X) for each in fitted])
        return {"seconds": seconds}

    with torch_threads(1):
        bound.call(contexts[0])  # imports, and the first optimizer
        done = alternate({fit.__name__: partial(side, fit) for fit in (alone, together)}, repeats)
    seconds = {side: median(repetitions) for side, repetitions in done.items()}
    per_step = [f"{seconds[side] / count / STEPS * 1e6:.1f}" for side in ("alone", "together")]
    difference = f"{np.abs(scores['alone'] - scores['together']).max():.0e}"
    how = "refused" if refused[0] else "grouped"
    ratio = f"{seconds['alone'] / seconds['together']:.1f} x"
    name = f"{model}[{params.rstrip(',')}]".replace("hidden_layer_sizes=", "").removesuffix("[]")
    return name, f"{rows:,}", f"{batch}", f"{count}", how, *per_step, ratio, difference


def main() -> None:
    repeats = parser(__doc__ or "").parse_args().repeats
    print(machine())
    rows = [(*compare(*case, repeats), goal) for *case, goal in CASES]
    title = f"n replicates, {STEPS:,} steps, {COLUMNS} columns; microseconds a step and replicate"
    headers = ("model", "rows", "batch", "n", "rule", "alone", "group", "faster", "differ by", "goal")
    show(title, rows, headers)


if __name__ == "__main__":
    main()
