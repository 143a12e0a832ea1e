"""How strategies are told apart in pictures: each has one colour and one dash pattern, everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: Told apart by readers with any one kind of cone missing (19 and 18 in CAM02-UCS between the nearest two, as
#: Machado et al., 2009, simulate it), and at least 3:1 against white and 3.6:1 against #15181d.
LIGHT = ("#404a47", "#2e00fa", "#da7d16", "#39825f", "#9a689c", "#9d4d02", "#6c2f79", "#0898ff")
DARK = ("#aea6ab", "#1f7d94", "#db8f12", "#23fab0", "#eb0359", "#f2dd00", "#8848f9", "#04afe8")
#: Lengths of lines and gaps, in widths of the line; none is a whole line. Equal curves show through.
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 2), (2, 1.5), (6, 1.5, 1.5, 1.5))
#: These come first, so that they look the same whatever else a run has.
_FIRST = ("none", "class_weight", "undersample", "pos_weight")


@dataclass(frozen=True)
class Style:
    """Colours on a light and on a dark ground, and a dash pattern as in `DASHES`."""

    light: str
    dark: str
    dash: tuple[float, ...]


def styles(strategies: Iterable[str]) -> dict[str, Style]:
    """A style for each strategy spec, whatever the order; the first 32 differ from each other."""
    known = {*strategies}
    others = sorted(known.difference(_FIRST))
    places = {name: place for place, name in enumerate((*_FIRST, *others)) if name in known}
    return {name: _style(place) for name, place in places.items()}


def _style(place: int) -> Style:
    colour = place % len(LIGHT)
    dash = DASHES[(place + place // len(LIGHT)) % len(DASHES)]
    return Style(LIGHT[colour], DARK[colour], dash)
