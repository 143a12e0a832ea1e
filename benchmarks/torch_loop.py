"""torch-linear and torch-mlp as the course script sets them, against its DataLoader loop.

    python benchmarks/torch_loop.py                 both models
    python benchmarks/torch_loop.py --model mlp     one of them

All sides train on the 199,364 x 30 rows of creditcard's 70/30 holdout, standardised, with pos_weight =
n0/n1, for 50 (linear) or 80 (mlp) epochs of batches of 1024; each repetition has another seed, the same
for all sides. "by hand" is the course's loop: a DataLoader and .item() at every step, on the threads
that torch takes if nobody says otherwise (one a core) and on one. "bare loop" is the same arithmetic
without either and without any harness: tensors permuted by index_select once an epoch and
Adam(fused=True). imbbench's seconds are those of the cell's row, strategy included. The AUC is on the
natural test rows.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from course_by_hand import BATCH_SIZE, EPOCHS, WEIGHT_DECAY, load_rows, logits, make_network, train_network
from measure import Figures, alternate, machine, median, parser, show
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

import imbbench
from imbbench.torch_parts import torch_threads

#: The course's loop as it is: what all are compared with.
SCRIPT = "by hand"
GOALS = {("linear", 1): ">= 20 x, <= 150 us", ("mlp", 1): ">= 7 x", ("mlp", 2): ">= 10 x"}


@dataclass(frozen=True)
class Rows:
    """The two parts of the holdout, as a fit gets them."""

    X_train: NDArray[np.float32]
    y_train: NDArray[np.int8]
    X_test: NDArray[np.float32]
    y_test: NDArray[np.int8]
    source: str

    @classmethod
    def load(cls) -> Rows:
        """The rows of `holdout[random_state=0]`."""
        frame = load_rows()
        X, y = frame.drop(columns="Class").to_numpy(), frame["Class"].to_numpy()
        X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
        scaler = StandardScaler().fit(X_train)
        X_train, X_test = (scaler.transform(part).astype("float32") for part in (X_train, X_test))
        return cls(X_train, y_train, X_test, y_test, frame.attrs["source"])


def by_hand(kind: str, rows: Rows, threads: int, repetition: int) -> Figures:
    torch.manual_seed(repetition)
    start = time.perf_counter()
    with torch_threads(threads):
        model = train_network(kind, rows.X_train, rows.y_train, rows.X_test, rows.y_test, verbose=False)
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "auc": roc_auc_score(rows.y_test, logits(model, rows.X_test))}


def bare_loop(kind: str, rows: Rows, repetition: int) -> Figures:
    torch.manual_seed(repetition)
    start = time.perf_counter()
    with torch_threads(1):
        model = train_bare(kind, torch.tensor(rows.X_train), torch.tensor(rows.y_train, dtype=torch.float32))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "auc": roc_auc_score(rows.y_test, logits(model, rows.X_test))}


def train_bare(kind: str, X: torch.Tensor, y: torch.Tensor) -> nn.Module:
    """The arithmetic of the course's loop, and nothing else."""
    model = make_network(kind, X.shape[1])
    criterion = nn.BCEWithLogitsLoss(pos_weight=(y == 0).sum() / (y == 1).sum())
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=WEIGHT_DECAY[kind], fused=True)
    for _ in range(EPOCHS[kind]):
        order = torch.randperm(len(X))
        parts = (torch.split(tensor.index_select(0, order), BATCH_SIZE) for tensor in (X, y))
        for X_batch, y_batch in zip(*parts, strict=True):
            optimizer.zero_grad()
            criterion(model(X_batch).squeeze(1), y_batch).backward()
            optimizer.step()
    return model


def ours(kind: str, threads: int, repetition: int) -> Figures:
    (row,) = imbbench.run(
        "creditcard",
        "pos_weight",
        f"torch-{kind}[random_state={repetition}]",
        split="holdout[random_state=0]",
        device="cpu",
        threads=threads,
        executor="serial",
    )
    return {"seconds": row.seconds, "auc": row.metrics[0.5]["roc_auc"]}


def compare(kind: str, rows: Rows, repeats: int | None) -> None:
    """Measure all sides for one model and print their table."""
    sides = {
        SCRIPT: partial(by_hand, kind, rows, torch.get_num_threads()),
        "by hand, 1 thread": partial(by_hand, kind, rows, 1),
        "bare loop, 1 thread": partial(bare_loop, kind, rows),
        "imbbench, 1 thread": partial(ours, kind, 1),
        "imbbench, 2 threads": partial(ours, kind, 2),
    }
    done = alternate(sides, repeats)
    steps = EPOCHS[kind] * -(-len(rows.X_train) // BATCH_SIZE)
    slowest = median(done[SCRIPT])

    def row(name: str) -> tuple[str, ...]:
        seconds, aucs = median(done[name]), [figures["auc"] for figures in done[name]]
        auc = f"{median(done[name], 'auc'):.4f} ({min(aucs):.4f} to {max(aucs):.4f})"
        threads = int(name.split()[1]) if name.startswith("imbbench") else 0
        goal = GOALS.get((kind, threads), "")
        return name, f"{seconds:.2f}", f"{seconds / steps * 1e6:.0f}", auc, f"{slowest / seconds:.1f} x", goal

    size = f"{len(rows.X_train):,} x {rows.X_train.shape[1]} {rows.source} rows"
    threads = f"{SCRIPT} has {torch.get_num_threads()} threads"
    title = f"torch-{kind}; {size}, {EPOCHS[kind]} epochs, {steps:,} steps; {threads}"
    headers = ("side", "s a fit", "us a step", "ROC AUC, all seeds", "faster", "goal")
    show(title, [row(name) for name in sides], headers)


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--model", choices=EPOCHS, help="one model only  [default: both]")
    given = options.parse_args()
    print(machine())
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])  # the first one imports for most of a second
    rows = Rows.load()
    for kind in [given.model] if given.model else EPOCHS:
        compare(kind, rows, given.repeats)


if __name__ == "__main__":
    main()
