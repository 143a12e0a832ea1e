"""Names of tables and of their rows; what all of a component's rows share is said once, above."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from imbbench.errors import UsageError
from imbbench.result import Cell
from imbbench.spec import Spec, parse


def shorten(specs: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(spec -> label, lines): parameters that every spec of one name has alike go to a line.

    >>> shorten(["m[a=1,b=2]", "m[a=1,b=3]", "n"])
    ({'m[a=1,b=2]': 'm[b=2]', 'm[a=1,b=3]': 'm[b=3]', 'n': 'n'}, ('m: a=1',))
    """
    groups: dict[str, dict[str, Mapping[str, str]]] = {}
    for text in dict.fromkeys(specs):
        spec = _parsed(text)
        groups.setdefault(spec.name, {})[text] = spec.params
    labels, lines = {}, []
    for name, members in groups.items():
        first, *others = members.values()
        shared = {key: value for key, value in first.items() if all(o.get(key) == value for o in others)}
        for text, params in members.items():
            own = [f"{key}={value}" for key, value in params.items() if key not in shared]
            labels[text] = f"{name}[{','.join(own)}]" if own else name
        if shared:
            lines.append(f"{name}: {', '.join(f'{key}={value}' for key, value in shared.items())}")
    return labels, tuple(lines)


def _parsed(text: str) -> Spec:
    """Rows may have been read from a file; what is no spec there is a name as it stands."""
    try:
        return parse(text)
    except UsageError:
        return Spec(text)


def place(cell: Cell) -> str:
    """Which fit of its strategy and model it is: "fold 3", "fold 3 · seed 2"."""
    return f"fold {cell.fold}" + (f" · seed {cell.seed}" if cell.seed else "")


def places(cells: Collection[Cell]) -> str:
    """How many fits of a strategy and model there are: "5 folds", "5 folds x 3 seeds", "3 seeds"."""
    numbers = {"fold": len({cell.fold for cell in cells}), "seed": len({cell.seed for cell in cells})}
    return " x ".join(f"{number} {name}s" for name, number in numbers.items() if number > 1)


def protocol(cell: Cell, label: str) -> tuple[str, ...]:
    """Parts of the title of a table: the dataset as it must be shown, and how its cells are made."""
    scale = () if cell.scale == "standard" else (f"scale {cell.scale}",)
    seed = () if cell.random_state == 0 else (f"random_state {cell.random_state}",)
    return label, cell.split, *scale, *seed
