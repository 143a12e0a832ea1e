from __future__ import annotations

import sys

import pytest

from imbbench.provenance import ADAPTERS, _reachable, source_hash, version


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A real package whose `models` imports `helpers` but not `other`."""
    folder = tmp_path / "provenance_example"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "models.py").write_text("from imbbench import Model\nfrom .helpers import f\n")
    (folder / "helpers.py").write_text("import json\ndef f(): return 1\n")
    (folder / "other.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("provenance_example")]:
        del sys.modules[name]


@pytest.mark.parametrize(("edited", "differs"), [("models", True), ("helpers", True), ("other", False)])
def test_the_hash_follows_imports_inside_the_package(package, edited, differs):
    before = source_hash("provenance_example.models", wrapped=True)
    (package / f"{edited}.py").write_text((package / f"{edited}.py").read_text() + "# edited\n")
    assert (source_hash("provenance_example.models", wrapped=True) != before) is differs


def test_imports_inside_functions_count(package):
    (package / "models.py").write_text("def build():\n    from provenance_example import other\n")
    before = source_hash("provenance_example.models", wrapped=True)
    (package / "other.py").write_text("x = 2\n")
    assert source_hash("provenance_example.models", wrapped=True) != before


def test_a_model_counts_with_the_adapter_it_uses(package):
    plain = source_hash("provenance_example.models", wrapped=False)
    assert source_hash("provenance_example.models", wrapped=True) != plain
    (package / "models.py").write_text("from imbbench import TorchClassifier\n")
    named = source_hash("provenance_example.models", wrapped=True)
    assert named == source_hash("provenance_example.models", wrapped=False)


def test_builtins_count_their_own_modules_only():
    """Not the whole of core: `cell` and the adapters are counted apart."""
    hashes = {
        name: source_hash(f"imbbench.builtin.{name}", wrapped=False) for name in ("strategies", "splits")
    }
    assert hashes["strategies"] != hashes["splits"]


def test_version_is_read_from_metadata():
    assert version("imbbench") == "0.1.0"
    assert version("no-such-distribution") is None


def test_a_helper_beside_a_loose_module_counts_and_one_among_installed_packages_does_not(
    tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path)
    for folder in (tmp_path, tmp_path / "site-packages"):
        folder.mkdir(exist_ok=True)
        monkeypatch.syspath_prepend(folder)
        name = f"loose_{len(folder.parts)}"
        (folder / f"{name}.py").write_text(f"import json\nimport {name}_helper\n")
        helper = folder / f"{name}_helper.py"
        helper.write_text("BIAS = 0\n")
        before = source_hash(name, wrapped=False)
        helper.write_text("BIAS = 1\n")
        assert (source_hash(name, wrapped=False) == before) is (folder.name == "site-packages")


def test_core_is_counted_apart_from_the_built_ins():
    reached = dict(_reachable("imbbench.builtin.sklearn_models", "imbbench.builtin"))
    assert {name for name in reached if not name.startswith("imbbench.builtin")} <= {
        module for modules in ADAPTERS.values() for module in modules
    }
