"""Options as they are given, on the command line or in a benchmark file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from imbbench.errors import UsageError
from imbbench.options import COLUMNS, Options
from imbbench.readings import Threshold, keys_of, rule_of, split_rules
from imbbench.selection import listed
from imbbench.spec import split_list
from imbbench.store import DEFAULT

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30}
_SIZE = re.compile(r"([0-9.]+) *([kmgt]?|[kmg]i)b?", re.IGNORECASE)


def options_of(said: Mapping[str, Any]) -> Options:
    """The options, from what was said; UsageError for what cannot be understood."""
    defaults = Options()
    return Options(
        threshold=thresholds(said.get("threshold", defaults.threshold), said.get("calibrate", ())),
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
        ci=said.get("ci"),
        drop_duplicates=said.get("drop_duplicates", False),
    )


def thresholds(given: Any, calibrate: Any = ()) -> tuple[Threshold, ...]:
    """Keys of every threshold with every calibration, from numbers, texts and comma lists."""
    items = [
        part for item in listed(given) for part in (split_rules(item) if isinstance(item, str) else [item])
    ]
    names = [name for item in listed(calibrate) for name in split_list(item)]
    return keys_of(items, names or ["none"])


def read_anew(given: Mapping[str, Any], known: Iterable[Threshold]) -> tuple[Threshold, ...]:
    """Keys that --threshold and --calibrate ask for of a stored run, whose own keys are `known`; empty if
    they ask for nothing."""
    if not given["threshold"] and not given["calibrate"]:
        return ()
    return thresholds(given["threshold"] or [rule_of(key) for key in known], given["calibrate"])


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
