"""Which rows of a run are drawn."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imbbench.errors import UsageError
from imbbench.spec import literal, parse, split_list
from imbbench.suggest import did_you_mean

if TYPE_CHECKING:
    from imbbench.results import Results

#: Specs or globs, one, a comma list or several; None for all.
Items = str | Sequence[str] | None


def chosen(results: Results, dataset: Items = None, strategy: Items = None, model: Items = None) -> Results:
    """The rows with these components.

    A spec chooses itself. A name or a glob chooses all specs of that name; parameters in brackets, those that
    have them.
    Raises UsageError for what no row has.
    """
    rows = results.rows
    for kind, items in (("dataset", dataset), ("strategy", strategy), ("model", model)):
        if items is not None:
            specs = _specs(kind, items, dict.fromkeys(getattr(row.cell, kind) for row in results))
            rows = tuple(row for row in rows if getattr(row.cell, kind) in specs)
    if not rows:
        raise UsageError("the run has no cell with all that was chosen")
    return replace(results, rows=rows)


def _specs(kind: str, items: str | Sequence[str], known: Mapping[str, None]) -> set[str]:
    found: set[str] = set()
    for item in [items] if isinstance(items, str) else items:
        for part in [item] if item in known else split_list(item):
            named = {part} if part in known else {spec for spec in known if _is(part, spec)}
            if not named:
                hint = f"{did_you_mean(part, _names(known))}; it has {', '.join(known)}"
                raise UsageError(f"the run has no {kind} {part!r}{hint}")
            found |= named
    return found


def _names(known: Mapping[str, None]) -> list[str]:
    return [*known, *(name for name, _, _ in (spec.partition("[") for spec in known))]


def _is(wanted: str, spec: str) -> bool:
    """Whether a choice means a spec; what is no spec is a name as it stands."""
    try:
        (name, given), (own, known) = map(_parts, (wanted, spec))
    except UsageError:
        return False
    return fnmatch.fnmatchcase(own, name) and all(
        key in known and known[key] == value for key, value in given.items()
    )


def _parts(text: str) -> tuple[str, dict[str, Any]]:
    spec = parse(text)
    return spec.name, {key: literal(value) for key, value in spec.params.items()}
