"""How the scores of one fit are read: calibrated, then called positive above a threshold.

A reading is known by its key. A fixed threshold on the scores as they are is its probability, a float;
anything else is text: "tuned:f1", "at-recall=0.9", "cost:fp=1,fn=100", and behind a calibration "prior 0.5",
"isotonic tuned:f1". Keys stand in results, in the store and in the JSON form.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from imbbench.errors import UsageError
from imbbench.spec import split_list
from imbbench.suggest import did_you_mean

Threshold = float | str
#: What can be done to scores before they are read as probabilities.
CALIBRATIONS = ("none", "prior", "platt", "isotonic")
#: What `tuned:NAME` makes largest.
OBJECTIVES = ("f1", "f2", "mcc", "g_mean", "balanced_accuracy", "youden")
#: Rules that hold a rate at a value.
AT = ("at-recall", "at-precision", "at-fpr")
#: The metric that tells at which probability rows were called positive.
USED = "threshold_used"
#: Folds of the training part whose scores thresholds and calibrations are fitted on.
INNER_FOLDS = 5
EXPECTED = (
    "expected a probability such as 0.3, tuned:NAME, at-recall=R, at-precision=P, at-fpr=F or "
    "cost:fp=1,fn=100"
)


@dataclass(frozen=True)
class Reading:
    """One way to read scores.

    Parameters
    ----------
    calibrate : one of `CALIBRATIONS`.
    rule : "fixed", "tuned", one of `AT`, or "cost".
    name : the objective of "tuned".
    values : the numbers of the rule: "p" of a fixed one, "value" of a rate, "fp" and "fn" of costs.
    """

    calibrate: str
    rule: str
    name: str = ""
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def needs_inner(self) -> bool:
        """Whether it is fitted on scores of rows that were held out within the training part."""
        return self.calibrate in ("platt", "isotonic") or self.rule == "tuned" or self.rule in AT

    def is_there(self, *, has_inner: bool, has_shift: bool) -> bool:
        """Whether it can be read from stored scores: those of held-out rows within the training part, and how
        far the strategy moved the log-odds, may not be stored with them."""
        return (has_inner or not self.needs_inner) and (has_shift or self.calibrate != "prior")


@cache
def reading(key: Threshold) -> Reading:
    """What a key stands for; UsageError for one that stands for nothing."""
    if not isinstance(key, str):
        return Reading("none", "fixed", values={"p": _probability(key)})
    before, _, rule = key.strip().rpartition(" ")
    calibrate = before.strip() or "none"
    if calibrate not in CALIBRATIONS:
        known = f"calibrations are {', '.join(CALIBRATIONS)}"
        raise UsageError(
            f"no calibration is named {calibrate!r}{did_you_mean(calibrate, CALIBRATIONS)}; {known}"
        )
    return Reading(calibrate, *_rule(rule))


def key_of(given: Any, calibrate: str = "none") -> Threshold:
    """The key of a threshold as it is given (a number, or text), read with a calibration."""
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise UsageError(f"threshold {given!r}: {EXPECTED}")
    found = reading(given if isinstance(given, str) else float(given))
    if found.calibrate != "none" and calibrate not in ("none", found.calibrate):
        beside = f"has a calibration of its own beside {calibrate}"
        raise UsageError(f"threshold {given!r} {beside}; leave one out")
    calibrate = found.calibrate if calibrate == "none" else calibrate
    if calibrate == "none" and found.rule == "fixed":
        return found.values["p"]
    text = _text(found)
    rule = f"{calibrate} {text}" if calibrate != "none" else text
    reading(rule)  # an unknown calibration is told here
    return rule


def keys_of(thresholds: Iterable[Any], calibrations: Iterable[str] = ("none",)) -> tuple[Threshold, ...]:
    """Every threshold with every calibration, each once; UsageError for what makes no sense."""
    given = list(thresholds)
    if not given:
        raise UsageError("no threshold is given; write probabilities between 0 and 1, such as 0.3,0.5")
    return tuple(dict.fromkeys(key_of(item, name) for name in calibrations for item in given))


def split_rules(text: str) -> list[str]:
    """The items of a comma list; the comma within cost:fp=1,fn=100 belongs to it."""
    items: list[str] = []
    for part in split_list(text):
        if items and "cost:" in items[-1] and part.startswith(("fp=", "fn=")):
            items[-1] += f",{part}"
        else:
            items.append(part)
    return items


def rule_of(key: Threshold) -> Threshold:
    """The threshold of a key, without its calibration."""
    return key_of(_text(reading(key)))


def needs_inner(keys: Iterable[Threshold]) -> bool:
    """Whether any of these readings needs scores of rows held out within the training part."""
    return any(reading(key).needs_inner for key in keys)


def threshold_text(key: Threshold) -> str:
    """How a key is shown: 0.5, tuned:f1, prior 0.5."""
    return key if isinstance(key, str) else f"{key:g}"


def _rule(text: str) -> tuple[str, str, dict[str, float]]:
    """(rule, name, values) of the text of a threshold."""
    rule, colon, rest = text.partition(":")
    if rule == "tuned" and colon:
        if rest not in OBJECTIVES:
            known = f"objectives are {', '.join(OBJECTIVES)}"
            raise UsageError(
                f"threshold {text!r}: no objective is named {rest!r}{did_you_mean(rest, OBJECTIVES)}; {known}"
            )
        return "tuned", rest, {}
    if rule == "cost" and colon:
        return "cost", "", _costs(text, rest)
    rule, equals, rest = text.partition("=")
    if rule in AT and equals:
        value = _number(rest, text)
        if not 0 < value <= 1 or (rule == "at-fpr" and value == 1):
            raise UsageError(f"threshold {text!r}: {value:g} is no rate; expected one above 0, at most 1")
        return rule, "", {"value": value}
    return "fixed", "", {"p": _probability(_number(text, text))}


def _costs(text: str, rest: str) -> dict[str, float]:
    pairs = [item.partition("=") for item in rest.split(",")]
    costs = {name.strip(): _number(value, text) for name, _, value in pairs}
    if set(costs) != {"fp", "fn"} or len(pairs) != 2:
        raise UsageError(f"threshold {text!r}: expected both costs once, such as cost:fp=1,fn=100")
    if not all(0 < cost < math.inf for cost in costs.values()):
        raise UsageError(f"threshold {text!r}: expected costs above 0")
    return {name: costs[name] for name in ("fp", "fn")}


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"threshold {whole!r}: {EXPECTED}") from None


def _probability(value: float) -> float:
    if not 0 < value < 1:
        raise UsageError(f"threshold {value:g} is not strictly between 0 and 1")
    return float(value)


def _text(found: Reading) -> str:
    """The rule in its one spelling."""
    values: Sequence[float] = [*found.values.values()]
    if found.rule == "tuned":
        return f"tuned:{found.name}"
    if found.rule == "cost":
        return f"cost:fp={_short(values[0])},fn={_short(values[1])}"
    return _short(values[0]) if found.rule == "fixed" else f"{found.rule}={_short(values[0])}"


def _short(value: float) -> str:
    """The shortest text of a number that reads back to it: 100, not 100.0."""
    return str(int(value)) if value.is_integer() and value < 1e15 else repr(value)
