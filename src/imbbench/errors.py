"""Every error that imbbench raises on purpose. Importing this module costs nothing."""

from __future__ import annotations


class ImbbenchError(Exception):
    """Base class. The message names who, what was found, what was expected and the next step."""


class UsageError(ImbbenchError):
    """What was asked for does not exist or does not fit; the command ends with exit code 2."""


class NothingToCompare(UsageError):
    """A run whose strategies, or models, have no figures to be compared by."""


class NothingSelected(ImbbenchError):
    """The selection matched no component; the command ends with exit code 5."""


class PluginError(ImbbenchError):
    """A plugin could not be loaded, or a component of it broke the contract."""


class Unsupported(ImbbenchError):
    """Raised by a component for a combination it cannot do; the row gets status `unsupported`."""


class NoThreshold(ImbbenchError):
    """Raised by `Predictions` for what a threshold decides where there is none; such figures are NaN."""


class MissingData(ImbbenchError):
    """Raised by a dataset whose rows are not there; its rows get status `missing-data`."""


class MissingDependency(ImbbenchError):
    """Raised by a component that needs a package which is not installed; its rows get status
    `missing-dependency`. Packages in `requires` are checked before."""
