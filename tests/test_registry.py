from __future__ import annotations

import pytest

from imbbench import Dataset, Strategy
from imbbench.card import Card
from imbbench.errors import NothingSelected, UsageError
from imbbench.spec import Spec


def test_selection_by_name_list_glob_and_all(registry):
    def names(*items):
        return [bound.spec for bound in registry.select("model", items)]

    assert names("all") == ["sklearn-lr", "sklearn-rf", "torch-linear", "torch-mlp"]
    assert names("torch-*") == ["torch-linear", "torch-mlp"]
    assert names("torch-*,sklearn-lr", "torch-mlp") == ["torch-linear", "torch-mlp", "sklearn-lr"]
    assert names("sklearn-lr[C=1]", "sklearn-lr[C=1.0]") == ["sklearn-lr[C=1.0]"]
    assert names("sklearn-lr[C=inf]") == ["sklearn-lr"]
    assert names("torch-*[epochs=3]") == ["torch-linear[epochs=3]", "torch-mlp[epochs=3]"]
    assert names(Spec("torch-mlp", {"hidden_layer_sizes": [8, 4]})) == ["torch-mlp[hidden_layer_sizes=(8,4)]"]


def test_all_leaves_out_what_must_be_asked_for(registry):
    assert [bound.name for bound in registry.select("dataset", ["all"])] == ["creditcard", "moons", "circles"]


@pytest.mark.parametrize(
    ("kind", "item", "message"),
    [
        (
            "model",
            "sklearn-lrr",
            "no model named 'sklearn-lrr' .did you mean 'sklearn-lr'; models are|did you mean",
        ),
        ("strategy", "torch-mlp", "'torch-mlp' is a model"),
        ("strategy", "smote", "strategies are none, class_weight, undersample, pos_weight"),
        ("dataset", "csv", "dataset 'csv' needs 'path'"),
        ("model", "torch-mlp[epoch=3]", "has no parameter 'epoch' .did you mean 'epochs'"),
        ("model", "torch-mlp[epochs=many]", "epochs=many does not fit; expected int"),
        ("model", "torch-mlp[activation=swish]", "expected gelu or relu or silu or tanh"),
    ],
)
def test_mistakes_are_answered(registry, kind, item, message):
    with pytest.raises(UsageError, match=message):
        registry.select(kind, [item])


def test_a_glob_without_a_match_selects_nothing(registry):
    with pytest.raises(
        NothingSelected, match="no dataset matches 'keel/\\*'; datasets are creditcard, moons"
    ):
        registry.select("dataset", ["keel/*"])


def test_components_handed_over_join_under_their_names(registry):
    mine = Strategy("mine", lambda train, seed: train)
    joined = registry.with_components([mine])
    assert joined.resolve("strategy", "mine").component is mine
    with pytest.raises(UsageError):
        registry.resolve("strategy", "mine")
    clash = Dataset("moons", lambda: None, Card("", "", "", ""))
    with pytest.raises(UsageError, match="dataset 'moons' exists already"):
        registry.with_components([clash])
    with pytest.raises(TypeError, match="expected a component"):
        registry.with_components([3])
