"""imbbench's own components pass the checks that every plugin is held to."""

from __future__ import annotations

from pathlib import Path

from imbbench.testing import parametrize_components

_TABLE = Path(__file__).with_name("testing") / "table.csv"
_FOLDS = _TABLE.with_name("folds.csv")

test_datasets = parametrize_components(
    "imbbench.builtin.datasets", specs=[f"csv[path={_TABLE},target=fraud,positive=yes]"]
)
test_splits = parametrize_components("imbbench.builtin.splits", specs=[f"predefined[path={_FOLDS}]"])
test_strategies = parametrize_components("imbbench.builtin.strategies")
test_sklearn_models = parametrize_components("imbbench.builtin.sklearn_models")
test_torch_models = parametrize_components(
    "imbbench.builtin.torch_models",
    specs=[
        "torch-linear[epochs=60,min_steps=0,lr=0.01]",
        "torch-mlp[epochs=8,min_steps=0,lr=0.01,batch_size=64]",
    ],
)
test_metrics = parametrize_components("imbbench.builtin.metrics")
test_executors = parametrize_components("imbbench.builtin.executors")
test_reports = parametrize_components("imbbench.builtin.reports")
