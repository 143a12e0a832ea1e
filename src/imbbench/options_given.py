"""Options as they are given, on the command line or in a benchmark file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from imbbench.errors import UsageError
from imbbench.options import COLUMNS, Options, check_thresholds
from imbbench.selection import listed
from imbbench.spec import literal, split_list
from imbbench.store import DEFAULT

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_SIZE = re.compile(r"([0-9.]+) *([kmgt]?|[kmg]i)b?", re.IGNORECASE)


def options_of(said: Mapping[str, Any]) -> Options:
    """The options, from what was said; UsageError for what cannot be understood."""
    defaults = Options()
    return Options(
        threshold=thresholds(said["threshold"]) if "threshold" in said else defaults.threshold,
        metrics=tuple(listed(said.get("metrics", COLUMNS))),
        device=said.get("device", defaults.device),
        threads=said.get("threads", defaults.threads),
        executor=said.get("executor", defaults.executor),
        jobs=_jobs(said.get("jobs", defaults.jobs)),
        timeout=_seconds(said.get("timeout", defaults.timeout)),
        memory_limit=_bytes(said.get("memory_limit", defaults.memory_limit)),
        store=Path(said.get("store", DEFAULT)),
        fresh=said.get("fresh", False),
        scores=not said.get("no_scores", False),
        exitfirst=said.get("exitfirst", False),
        group=said.get("group", False),
        debug=said.get("debug", False),
    )


def thresholds(given: Any) -> tuple[float, ...]:
    """Probabilities, from numbers and comma lists."""
    items = [
        part for item in listed(given) for part in (split_list(item) if isinstance(item, str) else [item])
    ]
    numbers = [literal(item) if isinstance(item, str) else item for item in items]
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise UsageError(f"threshold {number!r} is no number")
    if not numbers:
        raise UsageError("no threshold is given; write probabilities between 0 and 1, such as 0.3,0.5")
    return check_thresholds(tuple(dict.fromkeys(float(number) for number in numbers)))


def _jobs(given: Any) -> int | Literal["auto"]:
    if given == "auto":
        return "auto"
    try:
        return int(given)
    except ValueError:
        raise UsageError(f"--jobs {given}: expected a number or auto") from None


def _seconds(given: Any) -> float | None:
    if given in (None, "none"):
        return None
    try:
        return float(given)
    except (TypeError, ValueError):
        raise UsageError(f"--timeout {given}: expected seconds or none") from None


def _bytes(given: Any) -> int | Literal["auto"] | None:
    """A size in words: 2GB, 500 MB, 1.5GiB, plain bytes, none, auto."""
    if given in ("auto", None) or isinstance(given, int):
        return given  # type: ignore[no-any-return]
    if given == "none":
        return None
    found = _SIZE.fullmatch(given)
    try:
        return int(float(found[1]) * _UNITS[found[2].lower()])  # type: ignore[index]
    except (TypeError, ValueError, OverflowError):
        raise UsageError(
            f"--memory-limit {given}: expected a size such as 2GB or 500MB, none or auto"
        ) from None
