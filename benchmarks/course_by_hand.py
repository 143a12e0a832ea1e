"""The credit-card course script, written by hand with pandas, scikit-learn and torch: seven fits.

    python benchmarks/course_by_hand.py [SECONDS.json]

The other side of `course_script.py` and, with its training loop, of `torch_loop.py`. The rows come
from imbbench's loader, so that both sides have the same; nothing else of imbbench is used. Written
as a course would: default threads, a DataLoader, the training loss read from every batch, the test
loss every ten epochs. With a path, the seconds of each fit are written there.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = {"linear": 50, "mlp": 80}
WEIGHT_DECAY = {"linear": 0.0, "mlp": 1e-5}
BATCH_SIZE = 1024


def make_network(kind: str, n_features: int) -> nn.Module:
    if kind == "linear":
        return nn.Linear(n_features, 1)
    return nn.Sequential(
        nn.Linear(n_features, 64),
        nn.GELU(),
        nn.Linear(64, 64),
        nn.GELU(),
        nn.Linear(64, 32),
        nn.GELU(),
        nn.Linear(32, 1),
    )


def train_network(
    kind: str, X_train: Any, y_train: Any, X_test: Any, y_test: Any, *, verbose: bool = True
) -> nn.Module:
    """The training loop of the course: a DataLoader, and a running loss read from every batch."""
    X, y = torch.tensor(X_train), torch.tensor(y_train, dtype=torch.float32).unsqueeze(1)
    X_held, y_held = torch.tensor(X_test), torch.tensor(y_test, dtype=torch.float32).unsqueeze(1)
    loader = DataLoader(TensorDataset(X, y), batch_size=BATCH_SIZE, shuffle=True)
    model = make_network(kind, X.shape[1])
    criterion = nn.BCEWithLogitsLoss(pos_weight=(y == 0).sum() / (y == 1).sum())
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=WEIGHT_DECAY[kind])
    for epoch in range(1, EPOCHS[kind] + 1):
        model.train()
        running = 0.0
        for X_batch, y_batch in loader:
            optimizer.zero_grad()
            loss = criterion(model(X_batch), y_batch)
            loss.backward()
            optimizer.step()
            running += loss.item() * len(X_batch)
        if epoch % 10 == 0:
            model.eval()
            with torch.no_grad():
                held = criterion(model(X_held), y_held).item()
            if verbose:
                print(f"epoch {epoch}: training loss {running / len(X):.4f}, test loss {held:.4f}")
    return model


def logits(model: nn.Module, X: Any) -> np.ndarray:
    model.eval()
    with torch.no_grad():
        return model(torch.tensor(X)).squeeze(1).numpy()


def main() -> None:
    seconds: dict[str, float] = {}

    def fitted(name: str, fit: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        model = fit()
        seconds[name] = time.perf_counter() - start
        return model

    def report(name: str, y: Any, predicted: Any) -> None:
        table = confusion_matrix(y, predicted)
        print(name, pd.DataFrame(table, ["is 0", "is 1"], ["called 0", "called 1"]), sep="\n")

    frame = load_rows()
    X, y = frame.drop(columns="Class"), frame["Class"]
    print(f"all rows ({frame.attrs['source']}):", y.value_counts().to_dict())
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)
    print("training:", y_train.value_counts().to_dict(), "test:", y_test.value_counts().to_dict())
    scaler = StandardScaler().fit(X_train)
    X_train, X_test = scaler.transform(X_train), scaler.transform(X_test)

    for name, weights in (("LR", None), ("LR, balanced weights", "balanced")):
        lr = LogisticRegression(C=np.inf, class_weight=weights, max_iter=1000)
        model = fitted(name, lambda lr=lr: lr.fit(X_train, y_train))
        report(name, y_test, model.predict(X_test))
    forest = RandomForestClassifier(100, max_features="sqrt", oob_score=True, n_jobs=-1, random_state=0)
    model = fitted("forest", lambda: forest.fit(X_train, y_train))
    print(f"out-of-bag accuracy: {model.oob_score_:.5f}")
    report("forest", y_test, model.predict(X_test))

    frauds = frame[frame["Class"] == 1]
    balanced = pd.concat([frauds, frame[frame["Class"] == 0].sample(len(frauds), random_state=0)])
    print("balanced subset:", balanced["Class"].value_counts().to_dict())
    B, b = balanced.drop(columns="Class"), balanced["Class"]
    B_train, B_test, b_train, b_test = train_test_split(B, b, test_size=0.3, stratify=b, random_state=0)
    scaler = StandardScaler().fit(B_train)
    B_train, B_test = scaler.transform(B_train), scaler.transform(B_test)
    for name, estimator in (
        ("LR, balanced rows", LogisticRegression(C=np.inf, solver="newton-cholesky", max_iter=10_000)),
        ("forest, balanced rows", RandomForestClassifier(100, oob_score=True, n_jobs=-1, random_state=0)),
    ):
        model = fitted(name, lambda estimator=estimator: estimator.fit(B_train, b_train))
        report(name, b_test, model.predict(B_test))

    torch.manual_seed(0)
    X_train, X_test = X_train.astype("float32"), X_test.astype("float32")
    y_train, y_test = y_train.to_numpy(), y_test.to_numpy()
    for kind in EPOCHS:
        name = f"torch {kind}"
        network = fitted(name, lambda kind=kind: train_network(kind, X_train, y_train, X_test, y_test))
        probability = torch.sigmoid(torch.tensor(logits(network, X_test)))
        report(name, y_test, probability.numpy() > 0.5)
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(seconds))


def load_rows() -> pd.DataFrame:
    """creditcard's rows as the course reads them from its CSV file: all columns float64, and Class.

    `attrs["source"]` is "simulated" or "real".
    """
    from imbbench.plugins import load_plugins

    with warnings.catch_warnings(action="ignore"):  # that the rows are simulated, which is shown
        data = load_plugins().resolve("dataset", "creditcard").call()
    frame = data.X.astype("float64").assign(Class=data.y)
    frame.attrs["source"] = data.source or "real"
    return frame


if __name__ == "__main__":
    main()
