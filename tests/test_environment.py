from __future__ import annotations

import importlib.metadata

import pytest
import torch

from imbbench import Metric, Model
from imbbench.environment import environment, resolve_device
from imbbench.errors import UsageError


def test_versions_are_those_installed(registry):
    found = environment(registry, "cpu")
    for name in ("torch", "scikit-learn", "numpy", "pandas", "imbbench"):
        assert found["versions"][name] == importlib.metadata.version(name)
    assert found["device"] == "cpu"
    assert found["cores"] >= 1
    assert all(found[key] for key in ("cpu", "platform", "command"))


def test_versions_of_what_components_require(registry):
    """Also of those that no plugin brings: a figure may depend on them."""
    assert "hypothesis" not in environment(registry, "cpu")["versions"]
    mine = [
        Model("mine", lambda context: None, requires=("hypothesis", "no-such-thing")),
        Metric("cost", lambda predictions: 0.0, requires=("pytest", "numpy")),
    ]
    versions = environment(registry.with_components(mine), "cpu")["versions"]
    for name in ("hypothesis", "pytest", "numpy"):
        assert versions[name] == importlib.metadata.version(name)
    assert "no-such-thing" not in versions
    assert list(versions)[:2] == ["python", "imbbench"]


def test_a_device_that_is_not_there_is_answered_with_what_is():
    with pytest.raises(
        UsageError, match=r"no device 'cuda:99' here; there is .*cpu \(auto takes the first\)"
    ):
        resolve_device("cuda:99")
    with pytest.raises(UsageError, match="no device 'gpu' here"):
        resolve_device("gpu")


def test_auto_takes_the_best_there_is():
    best = "cuda:0" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert resolve_device("auto") == best
    assert resolve_device("cpu") == "cpu"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_is_the_first_of_its_kind():
    assert resolve_device("cuda") == "cuda:0"
