"""imbalanced-learn in imbbench: its samplers as strategies, its ensembles as models."""

from __future__ import annotations

from imbbench import Model, Strategy, hookimpl

from imbbench_imblearn import cleaning, combined, ensembles, over, under


@hookimpl
def imbbench_strategies() -> list[Strategy]:
    """Over-samplers, under-samplers, those that clean, those that combine."""
    return [*over.STRATEGIES, *under.STRATEGIES, *cleaning.STRATEGIES, *combined.STRATEGIES]


@hookimpl
def imbbench_models() -> list[Model]:
    """Ensembles, each member of which sees a balanced sample."""
    return ensembles.MODELS
