"""How far a metric may move before a check calls it worse: the `[check]` table.

[check]
tolerance = { roc_auc = 0.005, tp = 2, cost = "2%" }
significance = 0.05
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from imbbench.aggregate import COUNTS
from imbbench.errors import UsageError
from imbbench.spec import literal, split_list
from imbbench.suggest import did_you_mean

#: What sums in another order leave of a figure on another machine: a difference up to this, or up to this
#: share of a figure above 1, is none, whatever the tolerance.
NOISE = 1e-8
#: Of `significance = true`, and of a bare --significance.
_LEVEL = 0.05
_KEYS = ("tolerance", "significance")


@dataclass(frozen=True)
class Tolerance:
    """How far a metric may move: `absolute`, or the share `relative` of the baseline's value, whichever is
    more."""

    absolute: float = 0.0
    relative: float = 0.0

    def allowed(self, before: float) -> float:
        """In the metric's own units, for this value of the baseline."""
        return max(self.absolute, self.relative * abs(before))


DEFAULT = Tolerance(0.005, 0.005)
#: Of a loss, such as Brier's, which can be small throughout.
DEFAULT_LOSS = Tolerance(0.0, 0.02)


@dataclass(frozen=True)
class Rules:
    """How changes are judged.

    Parameters
    ----------
    tolerance : metric spec -> its tolerance; for those that are not named `DEFAULT`, or `DEFAULT_LOSS` where
        lower is better and it is no count.
    significance : level of the test that judges the folds of a cell together; None judges each by itself.
    """

    tolerance: Mapping[str, Tolerance] = field(default_factory=dict)
    significance: float | None = None

    def allowed(self, metric: str, before: float, *, lower_is_better: bool = False) -> float:
        """How far a metric may move from this value; a count by whole rows."""
        default = DEFAULT_LOSS if lower_is_better and metric not in COUNTS else DEFAULT
        allowed = self.tolerance.get(metric, default).allowed(before)
        # 29% of 100 is 28.999... in binary
        return float(math.floor(allowed + noise(allowed))) if metric in COUNTS else allowed


def noise(value: float) -> float:
    """How far a figure may be from `value` and be the same."""
    return NOISE * max(1.0, abs(value))


def check_table(table: Any, where: str) -> dict[str, Any]:
    """The table as it is given; UsageError, naming `where` it stands, for what it cannot mean."""
    if not isinstance(table, Mapping):
        raise UsageError(f"{where}: check is {table!r}; expected a table with tolerance and significance")
    for key in table:
        if key not in _KEYS:
            hint = f"{did_you_mean(key, _KEYS)}; keys are {', '.join(_KEYS)}"
            raise UsageError(f"{where}, check: unknown key {key!r}{hint}")
    tolerance = table.get("tolerance", {})
    if not isinstance(tolerance, Mapping):
        raise UsageError(f"{where}, check: tolerance is {tolerance!r}; expected a table of metrics")
    for metric, given in tolerance.items():
        _tolerance(metric, given, where)
    _significance(table.get("significance"), where)
    return dict(table)


def merged(*tables: Mapping[str, Any]) -> dict[str, Any]:
    """One table of several; what a later one says of a metric wins."""
    both: dict[str, Any] = {}
    for table in tables:
        tolerance = {**both.get("tolerance", {}), **table.get("tolerance", {})}
        both = {**both, **table, **({"tolerance": tolerance} if tolerance else {})}
    return both


def rules_of(table: Mapping[str, Any], metrics: Iterable[str]) -> Rules:
    """What a checked table says of these metrics. UsageError for the tolerance of another one."""
    known = list(metrics)
    for metric in table.get("tolerance", {}):
        if metric not in known:
            there = f"the baseline has {', '.join(known)}"
            raise UsageError(f"tolerance: no metric {metric!r}{did_you_mean(metric, known)}; {there}")
    tolerance = {
        metric: _tolerance(metric, given, "") for metric, given in table.get("tolerance", {}).items()
    }
    return Rules(tolerance, _significance(table.get("significance"), ""))


def from_options(tolerance: Iterable[str], significance: str | None) -> dict[str, Any]:
    """The table that `--tolerance METRIC=VALUE` and `--significance ALPHA` stand for."""
    given: dict[str, list[Any]] = {}
    for item in (part for items in tolerance for part in split_list(items)):
        metric, equals, value = item.rpartition("=")
        if not equals or not metric:
            raise UsageError(
                f"--tolerance {item}: expected METRIC=VALUE, such as roc_auc=0.01 or tp=2 or cost=5%"
            )
        given.setdefault(metric.strip(), []).append(literal(value.strip()))
    tolerances = {metric: parts if len(parts) > 1 else parts[0] for metric, parts in given.items()}
    table: dict[str, Any] = {"tolerance": tolerances} if given else {}
    if significance is not None:
        table["significance"] = literal(significance)
    return check_table(table, "the command line")


def _tolerance(metric: str, given: Any, where: str) -> Tolerance:
    """Of a number, a share such as "2%", or a list of both."""
    parts = given if isinstance(given, list) and given else [given]
    absolute = relative = 0.0
    for part in parts:
        share = isinstance(part, str) and part.endswith("%")
        number = _number(part.removesuffix("%") if share else part)
        whole = share or metric not in COUNTS or number.is_integer()
        if not (0 <= number < math.inf and whole):
            kind = "a whole number (it is a count)" if metric in COUNTS else "a number such as 0.005"
            place = f"{where}: " if where else ""
            raise UsageError(
                f"{place}tolerance of {metric} is {part!r}; expected {kind} or a share such as 2%"
            )
        if share:
            relative = max(relative, number / 100)
        else:
            absolute = max(absolute, number)
    return Tolerance(absolute, relative)


def _significance(given: Any, where: str) -> float | None:
    if given in (None, "none"):
        return None
    level = _LEVEL if given is True else _number(given)
    if not 0 < level < 1:
        place = f"{where}: " if where else ""
        raise UsageError(f"{place}significance is {given!r}; expected a level such as 0.05, or none")
    return level


def _number(given: Any) -> float:
    """NaN for what is no number."""
    if isinstance(given, bool):
        return math.nan
    try:
        return float(given)
    except (TypeError, ValueError, OverflowError):
        return math.nan
