"""imbbench: which imbalance strategy, with which model, on my kind of data?

This is the public door: everything a plugin or a notebook needs is imported from here. Names are
looked up on first use, so that `import imbbench` loads none of numpy, pandas, scikit-learn, torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imbbench.api import run
    from imbbench.card import Card
    from imbbench.components import Dataset, Executor, Metric, Model, Report, Split, Strategy
    from imbbench.data import Classifier, Context, Data, Predictions, TrainingSet
    from imbbench.errors import ImbbenchError, MissingData, MissingDependency, Unsupported, UsageError
    from imbbench.folders import Folder
    from imbbench.hookspecs import hookimpl
    from imbbench.json_form import from_json, to_json
    from imbbench.processes import Processes
    from imbbench.result import Cell, Result
    from imbbench.results import Results
    from imbbench.sklearn_classifier import SklearnClassifier
    from imbbench.table import Table
    from imbbench.tabulation import tables
    from imbbench.torch_classifier import TorchClassifier

_HOME = {
    "imbbench.api": ("run",),
    "imbbench.card": ("Card",),
    "imbbench.components": (
        "Dataset", "Executor", "Metric", "Model", "Report", "Split", "Strategy",
    ),
    "imbbench.data": ("Classifier", "Context", "Data", "Predictions", "TrainingSet"),
    "imbbench.errors": (
        "ImbbenchError", "MissingData", "MissingDependency", "Unsupported", "UsageError",
    ),
    "imbbench.folders": ("Folder",),
    "imbbench.hookspecs": ("hookimpl",),
    "imbbench.json_form": ("from_json", "to_json"),
    "imbbench.processes": ("Processes",),
    "imbbench.result": ("Cell", "Result"),
    "imbbench.results": ("Results",),
    "imbbench.sklearn_classifier": ("SklearnClassifier",),
    "imbbench.table": ("Table",),
    "imbbench.tabulation": ("tables",),
    "imbbench.torch_classifier": ("TorchClassifier",),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Card", "Cell", "Classifier", "Context", "Data", "Dataset", "Executor", "Folder", "ImbbenchError",
    "Metric", "MissingData", "MissingDependency", "Model", "Predictions", "Processes", "Report",
    "Result", "Results", "SklearnClassifier", "Split", "Strategy", "Table", "TorchClassifier",
    "TrainingSet", "Unsupported", "UsageError", "from_json", "hookimpl", "run", "tables", "to_json",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'imbbench' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
