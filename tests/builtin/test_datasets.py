from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import make_circles, make_moons

from imbbench import UsageError
from imbbench.border_data import check_data
from imbbench.builtin import datasets


@pytest.mark.parametrize("n_samples", [100, 101, 300])
def test_an_even_split_is_scikit_learns_own_call(n_samples):
    moons = datasets.moons(n_samples=n_samples, noise=0.3, minority_fraction=0.5, random_state=5)
    X, y = make_moons(n_samples=n_samples, noise=0.3, random_state=5)
    assert (moons.X.to_numpy() == X).all()
    assert (moons.y == y).all()
    circles = datasets.circles(
        n_samples=n_samples, noise=0.1, factor=0.4, minority_fraction=0.5, random_state=5
    )
    X, y = make_circles(n_samples=n_samples, noise=0.1, factor=0.4, random_state=5)
    assert (circles.X.to_numpy() == X).all()
    assert (circles.y == y).all()


@pytest.mark.parametrize("load", [datasets.moons, datasets.circles])
def test_the_minority_is_as_rare_as_asked_and_class_1(load):
    data = check_data(load(n_samples=1000, minority_fraction=0.07), "dataset")
    assert len(data.y) == 1000
    assert data.y.sum() == 70
    assert (load(n_samples=1000).X.to_numpy() == load(n_samples=1000).X.to_numpy()).all()
    assert (load(n_samples=1000).X.to_numpy() != load(n_samples=1000, random_state=1).X.to_numpy()).any()


def test_the_inner_circle_is_the_minority():
    data = datasets.circles(n_samples=1000, noise=0.01)
    assert np.linalg.norm(data.X[data.y == 1], axis=1).max() < 0.6


@pytest.mark.parametrize("fraction", [0.0, 0.6, -1.0, 1e-9])
def test_a_fraction_that_leaves_no_minority(fraction):
    with pytest.raises(UsageError, match=f"minority_fraction={fraction}.*choose a fraction"):
        datasets.moons(minority_fraction=fraction)


def test_every_card_is_complete(registry):
    for name, (component, _) in registry.components["dataset"].items():
        card = component.card
        assert all((card.what, card.source, card.licence, card.citation)), name
        assert (card.rows is None) == (card.prevalence is None) == (name == "csv")
    for name in ("moons", "circles"):
        data = registry.resolve("dataset", name).call()
        card = registry.components["dataset"][name][0].card
        assert (len(data.y), data.y.mean()) == (card.rows, card.prevalence)
