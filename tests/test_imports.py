"""Who imports whom, and what stays unloaded until it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import imbbench

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "src" / "imbbench"
SOURCES = sorted(CORE.rglob("*.py"))
BUILTINS = sorted((CORE / "builtin").glob("*.py"))
PLUGINS = sorted((ROOT / "plugins").glob("*/src/*/**/*.py"))
NUMERIC = {"numpy", "pandas", "scipy", "sklearn", "torch"}
HEAVY = NUMERIC | {
    "distributed", "filelock", "joblib", "matplotlib", "pebble", "pooch", "pyarrow", "rich", "tabulate",
    "threadpoolctl", "tqdm",
}  # fmt: skip
#: Runs the command line as a user's process does, then says what that has loaded.
LOADED = """
import sys
from imbbench.cli import main
try:
    main(sys.argv[1:], prog_name="imbbench", standalone_mode=False)
finally:
    print(*sys.modules, file=sys.stderr)
"""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imported(nodes: Iterator[ast.AST] | list[ast.stmt]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(module, names taken from it) of every import among the nodes."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or "", tuple(alias.name for alias in node.names)


def _anywhere(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    return list(_imported(ast.walk(ast.parse(path.read_text()))))


def _on_import(path: Path) -> set[str]:
    """Top-level packages that importing the file loads: not those inside functions or TYPE_CHECKING."""

    def executed(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                yield from executed(node.orelse)
                continue
            yield node
            for field in ("body", "orelse", "finalbody"):
                yield from executed(getattr(node, field, []))

    return {module.partition(".")[0] for module, _ in _imported(executed(ast.parse(path.read_text()).body))}


def _is_public(module: str, names: tuple[str, ...]) -> bool:
    """Whether an import passes through the public door, or stays within the built-ins."""
    if module == "imbbench":
        return bool(names) and set(names) <= set(imbbench.__all__)
    return module == "imbbench.builtin" or module.startswith("imbbench.builtin.")


def test_there_are_files_to_check():
    assert len(BUILTINS) >= 8
    assert len(SOURCES) > 30
    assert PLUGINS


@pytest.mark.parametrize("path", BUILTINS, ids=_name)
def test_builtins_enter_by_the_public_door(path):
    for module, names in _anywhere(path):
        if module.partition(".")[0] == "imbbench":
            assert _is_public(module, names), f"{module}: {names}; take them from imbbench, as a plugin does"
    assert _on_import(path) <= {*sys.stdlib_module_names, "imbbench"}


@pytest.mark.parametrize("path", PLUGINS, ids=_name)
def test_first_party_plugins_enter_by_the_public_door(path):
    """And what is imported with the plugin itself takes no time."""
    for module, names in _anywhere(path):
        if module.partition(".")[0] == "imbbench":
            assert module == "imbbench", f"{module} is not the public door"
            assert set(names) <= set(imbbench.__all__)
    if path.parent.parent.name == "src" and path.name == "__init__.py":
        assert _on_import(path) <= {*sys.stdlib_module_names, "imbbench", path.parent.name}


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_core_loads_no_heavy_library_on_import_and_knows_no_plugin(path):
    assert not _on_import(path) & HEAVY
    assert not [module for module, _ in _anywhere(path) if module.startswith(("imbbench_", "plugins"))]


def test_all_names_at_the_door_exist():
    for name in imbbench.__all__:
        assert getattr(imbbench, name) is not None
    assert dir(imbbench) == sorted(imbbench.__all__)
    with pytest.raises(AttributeError, match="'imbbench' has no attribute 'rum'"):
        _ = imbbench.rum


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["--help"], NUMERIC | {"rich", "pluggy"}),
        (["run", "--help"], NUMERIC | {"rich", "pluggy"}),
        (["compare", "--help"], NUMERIC | {"rich", "pluggy"}),
        (["plot", "--help"], NUMERIC | {"matplotlib", "rich", "pluggy"}),
        (["list"], NUMERIC),
        (["list", "creditcard"], NUMERIC),
        (["plugins"], NUMERIC),
        (["new-plugin", "x", "--kind", "model"], NUMERIC),
        (["run", "--all", "--dry-run"], NUMERIC),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_a_command_leaves_unloaded(arguments, absent, tmp_path):
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "imbbench.cli" in loaded
    assert not {name.partition(".")[0] for name in loaded} & absent
    assert done.stdout


#: Cells of both libraries.
CELLS = ("-d", "moons[n_samples=100]", "-s", "none", "-m", "sklearn-lr,torch-mlp[epochs=1,min_steps=2]")


def test_a_run_leaves_what_it_has_no_use_for(tmp_path):
    """An optimizer of torch.optim and symbolic shapes take a second to import, imputation a tenth."""
    command = [sys.executable, "-c", LOADED, *CELLS, "--executor", "serial"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert {"torch", "sklearn.linear_model"} <= loaded
    assert not {"torch._dynamo", "sympy", "sklearn.impute"} & loaded


def test_the_process_that_coordinates_loads_no_numeric_library(tmp_path):
    """Workers do; and where all is stored, nobody."""
    command = [sys.executable, "-c", LOADED, *CELLS]
    for _ in range(2):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        loaded = set(done.stderr.split())
        assert "imbbench.cli" in loaded
        assert not {name.partition(".")[0] for name in loaded} & NUMERIC
        assert "2 cells: 2 ok" in done.stdout
    assert "2 taken from the store" in done.stdout
    assert "pebble" not in loaded


def test_importing_the_package_loads_none_of_them():
    script = "import sys, imbbench; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in done.stdout.split()} & (HEAVY | {"click", "pluggy"})
