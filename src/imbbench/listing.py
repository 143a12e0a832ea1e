"""What there is: components, plugins and the cells of a plan, as plain columns."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import IO

from imbbench.components import KINDS, Card, Component, Dataset, Model, main_callable
from imbbench.errors import UsageError
from imbbench.params import describe, parameters
from imbbench.registry import Provider, Registry
from imbbench.results import Cell
from imbbench.suggest import did_you_mean

WIDE = 100_000


def show_components(registry: Registry, stream: IO[str]) -> None:
    """Every component: kind, name, parameters with defaults, provider."""
    rows = [
        (kind, name, _parameters(component), _package(provider))
        for kind, known in registry.components.items()
        for name, (component, provider) in known.items()
    ]
    print_columns(["kind", "name", "parameters", "provider"], rows, stream)


def show_details(registry: Registry, names: Sequence[str], stream: IO[str]) -> None:
    """All about the components of these names: description, card, parameters, provider."""
    for name in names:
        found = [(kind, *known[name]) for kind, known in registry.components.items() if name in known]
        if not found:
            raise UsageError(_why_not(registry, name))
        for kind, component, provider in found:
            print_columns([f"{kind} {name}", ""], _details(component, provider), stream)


def _why_not(registry: Registry, name: str) -> str:
    reasons = filter(None, (registry.why_unusable(kind, name) for kind in KINDS))
    known = [other for components in registry.components.values() for other in components]
    return next(reasons, f"no component is named {name!r}{did_you_mean(name, known)}; see imbbench list")


def show_plugins(registry: Registry, stream: IO[str]) -> None:
    """Every plugin: its distribution and version, what it provides, or why it failed to load."""
    rows = [
        (provider.name, provider.distribution or "-", provider.version or "-", _provides(registry, provider))
        for provider in registry.providers
    ]
    print_columns(["plugin", "distribution", "version", "provides"], rows, stream)


def show_cells(cells: Iterable[Cell], stream: IO[str]) -> None:
    """One line a cell."""
    headings = [field.name for field in fields(Cell)]
    print_columns(headings, [tuple(map(str, astuple(cell))) for cell in cells], stream)


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
            groups.append(f"{kind} {', '.join(names)}")
    return "; ".join(groups) or "observers only"


def _details(component: Component, provider: Provider) -> list[tuple[str, str]]:
    function = main_callable(component)
    about = (inspect.getdoc(function) or "").split("\n\nParameters\n")[0]
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
        rows.append(("prevalence", f"{card.prevalence:.3%}"))
    return rows


def print_columns(headings: Sequence[str], rows: Iterable[Sequence[str]], stream: IO[str]) -> None:
    """Columns that wrap on a terminal and never when piped; names are text, not markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    if stream.isatty():
        Console(file=stream).print(table)
        return
    console = Console(file=io.StringIO(), force_terminal=False, width=WIDE)  # whatever FORCE_COLOR says
    with console.capture() as capture:
        console.print(table)
    stream.write("".join(f"{line.rstrip()}\n" for line in capture.get().splitlines()))
