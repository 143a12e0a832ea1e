"""Which label is class 1: the rarer of two, or the one that is named."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from imbbench import ImbbenchError

if TYPE_CHECKING:
    import pandas as pd


def count_labels(labels: pd.Series, where: str) -> dict[Any, int]:
    """Rows of each label that occurs, the most frequent first."""
    missing = int(labels.isna().sum())
    if missing:
        raise ImbbenchError(
            f"{where} is missing in {missing:,} of {len(labels):,} rows; expected a label in each; "
            "choose another target"
        )
    found = labels.value_counts()
    counts = {label: int(count) for label, count in zip(found.index.tolist(), found, strict=True) if count}
    if len(counts) < 2:
        raise ImbbenchError(f"{where} has {_shown(counts)} only; expected two labels; choose another target")
    return counts


def class_one(counts: dict[Any, int], positive: str | int | float | bool | None, where: str) -> Any:
    """The label that becomes class 1: `positive`, else the rarer of two. Two that are equally frequent
    have a rarer one only where they are 0 and 1."""
    if positive is not None:
        same = [label for label in counts if str(label) == str(positive)]
        alike = same or [label for label in counts if typed(label) == typed(positive)]
        if len(alike) != 1:
            raise ImbbenchError(
                f"{where} has no one label {positive!r}; labels are {_shown(counts)}; name one of them"
            )
        return alike[0]
    if len(counts) > 2:
        raise ImbbenchError(
            f"{where} has {len(counts):,} labels: {_shown(counts)}; expected two; say which is class 1 with "
            "positive=..., and the others are class 0"
        )
    rarer, commoner = sorted(counts, key=lambda label: (counts[label], typed(label) != 1))
    if counts[rarer] == counts[commoner] and (typed(commoner), typed(rarer)) != (0, 1):
        raise ImbbenchError(
            f"{where} has no rarer label: {_shown(counts)}; say which is class 1 with positive=..."
        )
    return rarer


def rarest(counts: dict[Any, int], where: str) -> Any:
    """The one label with the fewest rows, of however many."""
    first, second = sorted(counts, key=lambda label: counts[label])[:2]
    if counts[first] == counts[second]:
        raise ImbbenchError(f"{where} has no rarest label: {_shown(counts)}; use openml[id=...,positive=...]")
    return first


def are_plain(counts: dict[Any, int], one: Any) -> bool:
    """Whether the labels are 0 and 1, 1 is class 1, and it is not the more frequent one."""
    others = [label for label in counts if label is not one]
    return (typed(one), [typed(label) for label in others]) == (1, [0]) and counts[one] <= counts[others[0]]


def typed(label: Any) -> float | str:
    """What a label and the same label typed on a command line have in common."""
    text = str(label).strip()
    try:
        return float({"true": "1", "false": "0"}.get(text.lower(), text))
    except ValueError:
        return text


def name(label: Any) -> str:
    """A label as OpenML's pages write it: 1 for 1.0."""
    return f"{label:g}" if isinstance(label, float) else str(label)


def _shown(counts: dict[Any, int]) -> str:
    first = ", ".join(
        f"{name(label)!r} ({count:,} rows)" for label, count in itertools.islice(counts.items(), 5)
    )
    return first + (", ..." if len(counts) > 5 else "")
