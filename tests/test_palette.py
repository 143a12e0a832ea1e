"""Strategies are told apart by anyone, on a light and on a dark ground, and look the same everywhere."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from colorspacious import cspace_convert

from imbbench.palette import DARK, LIGHT, styles

NORMAL = "sRGB1"
SIGHTS = [NORMAL] + [
    {"name": "sRGB1+CVD", "cvd_type": kind, "severity": 100}
    for kind in ("deuteranomaly", "protanomaly", "tritanomaly")
]
BUILT_IN = ["none", "class_weight", "undersample", "pos_weight"]


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])


def luminance(colour: str) -> float:
    """Of WCAG 2.2."""
    linear = np.where(rgb(colour) <= 0.04045, rgb(colour) / 12.92, ((rgb(colour) + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sight", SIGHTS, ids=["normal", "deuteranopia", "protanopia", "tritanopia"])
@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_any_two_colours_are_told_apart(colours, sight):
    seen = np.clip(cspace_convert([rgb(colour) for colour in colours], sight, NORMAL), 0, 1)
    places = cspace_convert(seen, NORMAL, "CAM02-UCS")
    nearest = min(np.linalg.norm(one - other) for one, other in combinations(places, 2))
    assert nearest >= 18  # black and white are 100 apart, a just noticeable difference is about 1


@pytest.mark.parametrize(("colours", "ground", "least"), [(LIGHT, "#ffffff", 3.0), (DARK, "#15181d", 3.6)])
def test_lines_stand_out_from_their_ground(colours, ground, least):
    assert min(contrast(colour, ground) for colour in colours) >= least


def test_the_first_32_strategies_all_look_different():
    found = styles([*BUILT_IN, *(f"strategy{number}" for number in range(28))])
    assert len({(style.light, style.dash) for style in found.values()}) == 32


def test_a_strategy_looks_the_same_whatever_the_order_and_the_built_ins_in_every_run():
    assert styles(["smote", "none"]) == styles(["none", "smote"])
    several = styles([*BUILT_IN, "a", "b"])
    for name in BUILT_IN:
        assert styles([name, "zzz"])[name] == several[name]
