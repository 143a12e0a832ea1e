from __future__ import annotations

import doctest
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from imbbench import labels
from imbbench.result import Cell

params = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)
specs = st.builds(
    lambda name, chosen: (
        f"{name}[{','.join(f'{k}={v}' for k, v in sorted(chosen.items()))}]" if chosen else name
    ),
    st.sampled_from(["m", "n"]),
    params,
)


def test_the_example():
    assert doctest.testmod(labels) == (0, 1)


@given(st.lists(specs, min_size=1, max_size=6))
def test_labels_stay_apart_and_with_their_line_say_what_the_spec_said(texts):
    short, lines = labels.shorten(texts)
    assert (
        len({(text, short[text]) for text in texts})
        == len({short[text] for text in texts})
        == len(set(texts))
    )
    shared = dict(line.split(": ") for line in lines)
    for text in texts:
        name, _, own = short[text].rstrip("]").partition("[")
        said = {*filter(None, own.split(",")), *filter(None, shared.get(name, "").split(", "))}
        assert said == set(filter(None, text.rstrip("]").partition("[")[2].split(",")))


def test_a_fit_and_several_are_told():
    cell = Cell("moons", "kfold", 3, "standard", "none", "sklearn-lr", 0)
    assert labels.place(cell) == "fold 3"
    assert labels.place(replace(cell, seed=2)) == "fold 3 · seed 2"
    fits = [replace(cell, fold=fold, seed=seed) for fold in range(5) for seed in range(3)]
    assert labels.places(fits) == "5 folds x 3 seeds"
    assert labels.places(fits[:3]) == "3 seeds"
    assert labels.places(fits[::3]) == "5 folds"


def test_a_title_says_how_cells_are_made_where_it_is_unusual():
    cell = Cell("moons", "kfold", 3, "standard", "none", "sklearn-lr", 0)
    assert labels.protocol(cell, "moons (simulated)") == ("moons (simulated)", "kfold")
    other = Cell("moons", "holdout", 0, "none", "none", "sklearn-lr", 7)
    assert labels.protocol(other, "moons") == ("moons", "holdout", "scale none", "random_state 7")
