"""A part of a baseline: what is chosen of its cells."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from imbbench.api import with_objects
from imbbench.baseline import Baseline
from imbbench.baseline_plan import grids_of
from imbbench.card_filter import is_filter, split_filter
from imbbench.errors import NothingSelected, UsageError
from imbbench.plan import Choice
from imbbench.registry import Registry
from imbbench.spec import Spec, is_glob, parse, split_list


def part_of(whole: Baseline, registry: Registry, chosen: Mapping[str, Any]) -> tuple[Baseline, Registry]:
    """What is chosen of a baseline, and the registry with the component objects among the choices.

    Parameters
    ----------
    chosen : dataset, split, strategy, model, as for `imbbench.run()`; all of the baseline for those that
        are not given. Globs and "all" choose by name among what the baseline has.

    Raises UsageError for a name that is not in the baseline, NothingSelected if no cell has all names.
    """
    if not chosen:
        return whole, registry
    registry, named = with_objects(registry, chosen)
    rows = whole.results.rows
    specs = {
        kind: _specs(registry, kind, items, [getattr(row.cell, kind) for row in rows])
        for kind, items in named.items()
    }
    part = tuple(
        row for row in rows if all(getattr(row.cell, kind) in those for kind, those in specs.items())
    )
    if not part:
        raise NothingSelected(f"the baseline has no cell with the {', '.join(specs)} that were chosen")
    plan = replace(whole.plan, grids=tuple(grids_of(row.cell for row in part)))
    return replace(whole, plan=plan, results=replace(whole.results, rows=part)), registry


def _specs(registry: Registry, kind: str, items: Sequence[Choice], there: Sequence[str]) -> list[str]:
    """Those of a baseline's specs that the choices name."""
    specs: list[str] = []
    for part in (part for item in items for part in (split_list(item) if isinstance(item, str) else [item])):
        spec = parse(part) if isinstance(part, str) else part
        pattern = "*" if spec.name == "all" else spec.name
        named = [known for known in there if fnmatch.fnmatchcase(known.partition("[")[0], pattern)]
        if is_glob(pattern) and (not spec.params or (kind == "dataset" and is_filter(spec))):
            found = [known for known in named if not spec.params or _within(registry, known, spec)]
        else:
            found = [bound.spec for bound in registry.select(kind, [spec]) if bound.spec in there]
        if not found:
            has = ", ".join(dict.fromkeys(there))
            raise UsageError(f"the baseline has no {kind} {str(part)!r}; it has {has}")
        specs += found
    return specs


def _within(registry: Registry, dataset: str, bounds: Spec) -> bool:
    """Whether the card of a baseline's dataset lies within bounds."""
    component: Any = registry.resolve("dataset", dataset).component
    chosen, _ = split_filter(bounds, [component.load])
    return chosen(component.card)
