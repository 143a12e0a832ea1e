"""What there is: components, plugins and the cells of a plan, as plain columns."""

from __future__ import annotations

import fnmatch
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import IO

from imbbench.card import Card
from imbbench.components import KINDS, Component, Dataset, Model, main_callable
from imbbench.errors import NothingSelected, UsageError
from imbbench.params import describe, parameters
from imbbench.print_columns import print_columns
from imbbench.registry import Bound, Provider, Registry
from imbbench.result import Cell
from imbbench.spec import Spec, is_glob, parse
from imbbench.suggest import did_you_mean


def show_components(registry: Registry, stream: IO[str], kinds: Iterable[str] = KINDS) -> None:
    """Every component: kind, name, parameters with defaults, provider; a catalogue of them is one line."""
    rows = {
        (kind, shown): (kind, shown, _parameters(component), _package(provider))
        for kind in kinds
        for (component, provider), shown in zip(
            registry.components[kind].values(), catalogued(registry.components[kind]), strict=True
        )
    }
    print_columns(["kind", "name", "parameters", "provider"], rows.values(), stream)


def catalogued(names: Iterable[str]) -> list[str]:
    """Each name; `keel/* (101)` for those of a catalogue, which have a slash."""
    names = list(names)
    folders = [name.partition("/")[0] if "/" in name else "" for name in names]
    size = Counter(folders)
    both = zip(names, folders, strict=True)
    return [f"{folder}/* ({size[folder]})" if folder else name for name, folder in both]


def show_matching(registry: Registry, pattern: str, stream: IO[str]) -> None:
    """The components that a glob chooses, datasets with their rows and imbalance ratio."""
    spec = parse(pattern)
    kinds = [kind for kind, known in registry.components.items() if _any(known, spec.name)]
    if not kinds:
        raise NothingSelected(f"no component matches {pattern!r}; see imbbench list")
    if spec.params and "dataset" in kinds:  # bounds on rows and ratio
        kinds = ["dataset"]
    bounds = [bound for kind in kinds for bound in registry.select(kind, [pattern])]
    rows = [
        (each.kind, each.spec, *_size(each), _parameters(each.component), _package(each.provider))
        for each in bounds
    ]
    print_columns(["kind", "name", "rows", "ratio", "parameters", "provider"], rows, stream)


def _any(names: Iterable[str], pattern: str) -> bool:
    return pattern == "all" or bool(fnmatch.filter(names, pattern))


def _size(bound: Bound) -> tuple[str, str]:
    """Rows and negatives per positive of a dataset at its defaults, as far as its card says them."""
    card = bound.component.card if isinstance(bound.component, Dataset) else None
    if card is None or card.rows is None or card.ratio is None or bound.spec != bound.name:
        return "", ""
    return f"{card.rows:,}", f"{card.ratio:.2f}"


def show_details(registry: Registry, names: Sequence[str], stream: IO[str]) -> None:
    """All about the components of these names: description, card, parameters, provider; a kind, or a glob,
    stands for those that it chooses."""
    for name in names:
        spec = parse(name)
        if name in KINDS:
            show_components(registry, stream, [name])
        elif is_glob(spec.name) or spec.name == "all":
            show_matching(registry, name, stream)
        else:
            _show_named(registry, spec, stream)


def _show_named(registry: Registry, spec: Spec, stream: IO[str]) -> None:
    found = [kind for kind, known in registry.components.items() if spec.name in known]
    if not found:
        raise UsageError(_why_not(registry, spec.name))
    for kind in found:
        component, provider = registry.components[kind][spec.name]
        print_columns([f"{kind} {spec.name}", ""], _details(component, provider), stream)


def _why_not(registry: Registry, name: str) -> str:
    reasons = filter(None, (registry.why_unusable(kind, name) for kind in KINDS))
    names = [other for components in registry.components.values() for other in components]
    known = [*names, *(shown.partition(" ")[0] for shown in catalogued(names))]
    if f"{name}/*" in known:
        return f"no component is named {name!r}; `imbbench list '{name}/*'` shows those of that catalogue"
    return next(reasons, f"no component is named {name!r}{did_you_mean(name, known)}; see imbbench list")


def show_plugins(registry: Registry, stream: IO[str]) -> None:
    """Every plugin: its distribution and version, what it provides, or why it failed to load."""
    rows = [
        (provider.name, provider.distribution or "-", provider.version or "-", _provides(registry, provider))
        for provider in registry.providers
    ]
    print_columns(["plugin", "distribution", "version", "provides"], rows, stream)


def show_cells(cells: Sequence[Cell], stream: IO[str]) -> None:
    """One line a cell; its seed where there are several."""
    several = any(cell.seed for cell in cells)
    headings = [field.name for field in fields(Cell) if several or field.name != "seed"]
    print_columns(headings, [tuple(str(getattr(cell, name)) for name in headings) for cell in cells], stream)


def _parameters(component: Component) -> str:
    return ", ".join(map(str, parameters(main_callable(component)).values()))


def _package(provider: Provider) -> str:
    return f"{provider.distribution} {provider.version}" if provider.distribution else provider.name


def _provides(registry: Registry, provider: Provider) -> str:
    if provider.error:
        return f"failed: {provider.error}"
    groups = []
    for kind in KINDS:
        names = [name for name, (_, owner) in registry.components[kind].items() if owner == provider]
        if names:
            groups.append(f"{kind} {', '.join(dict.fromkeys(catalogued(names)))}")
    return "; ".join(groups) or "observers only"


def _details(component: Component, provider: Provider) -> list[tuple[str, str]]:
    function = main_callable(component)
    about = re.split(r"\n\n\w+\n---", inspect.getdoc(function) or "")[0]  # without its sections
    rows = [("about", " ".join(about.split()))]
    if isinstance(component, Dataset):
        rows += _card(component.card)
    rows += [
        ("parameter", f"{parameter} ({describe(parameter.annotation)})")
        for parameter in parameters(function).values()
    ]
    if isinstance(component, Model) and component.fit_many is not None:
        rows.append(("--group", "fits replicates together"))
    rows += [("provider", _package(provider))]
    return [row for row in rows if row[1]]


def _card(card: Card) -> list[tuple[str, str]]:
    rows = [(name, getattr(card, name)) for name in ("what", "source", "licence", "citation")]
    if card.rows is not None:
        rows.append(("rows", f"{card.rows:,}"))
    if card.prevalence is not None:
        rows.append(("prevalence", f"{card.prevalence:.3%}, {card.ratio:.2f} negatives per positive"))
    return rows
