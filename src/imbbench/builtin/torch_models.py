"""torch models, with the course script's settings as defaults: one output, no final sigmoid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from imbbench import Context, Model, TorchClassifier, hookimpl

if TYPE_CHECKING:
    from torch import nn

    from imbbench import Classifier


def linear(
    context: Context,
    *,
    optimizer: Literal["adam", "adamw", "sgd"] = "adam",
    lr: float = 1e-3,
    weight_decay: float = 0.0,
    epochs: int = 50,
    batch_size: int = 1024,
    min_steps: int = 2000,
    budget: Literal["steps", "epochs"] = "steps",
    random_state: int | None = None,
) -> Classifier:
    """One linear layer: logistic regression by gradient descent."""

    def make_module(n_features: int) -> nn.Module:
        from torch import nn

        return nn.Linear(n_features, 1)

    return TorchClassifier(
        make_module,
        context if random_state is None else replace(context, seed=random_state),
        optimizer=optimizer,
        lr=lr,
        weight_decay=weight_decay,
        epochs=epochs,
        batch_size=batch_size,
        min_steps=min_steps,
        budget=budget,
        capturable=True,
    )


def mlp(
    context: Context,
    *,
    hidden_layer_sizes: tuple[int, ...] = (64, 64, 32),
    activation: Literal["gelu", "relu", "silu", "tanh"] = "gelu",
    optimizer: Literal["adam", "adamw", "sgd"] = "adam",
    lr: float = 1e-3,
    weight_decay: float = 1e-5,
    epochs: int = 80,
    batch_size: int = 1024,
    min_steps: int = 2000,
    budget: Literal["steps", "epochs"] = "steps",
    random_state: int | None = None,
) -> Classifier:
    """Linear layers with an activation behind each but the last."""

    def make_module(n_features: int) -> nn.Module:
        from torch import nn

        act = {"gelu": nn.GELU, "relu": nn.ReLU, "silu": nn.SiLU, "tanh": nn.Tanh}[activation]
        layers: list[nn.Module] = []
        for size_in, size_out in zip((n_features, *hidden_layer_sizes), hidden_layer_sizes, strict=False):
            layers += [nn.Linear(size_in, size_out), act()]
        return nn.Sequential(*layers, nn.Linear((n_features, *hidden_layer_sizes)[-1], 1))

    return TorchClassifier(
        make_module,
        context if random_state is None else replace(context, seed=random_state),
        optimizer=optimizer,
        lr=lr,
        weight_decay=weight_decay,
        epochs=epochs,
        batch_size=batch_size,
        min_steps=min_steps,
        budget=budget,
        capturable=True,
    )


@hookimpl
def imbbench_models() -> list[Model]:
    """A linear layer and a small multi-layer perceptron."""
    return [
        Model(
            "torch-linear",
            linear,
            requires=("torch",),
            seconds_per_row=1e-5,
            fit_many=TorchClassifier.fit_many(linear),
        ),
        Model(
            "torch-mlp",
            mlp,
            requires=("torch",),
            seconds_per_row=8e-5,
            fit_many=TorchClassifier.fit_many(mlp),
        ),
    ]
