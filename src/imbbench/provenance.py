"""What a figure depends on besides its data: versions and source code, read without importing."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

#: Names at the public door that a model's code uses, and the modules behind them.
ADAPTERS = {
    "SklearnClassifier": ("imbbench.sklearn_classifier",),
    "TorchClassifier": tuple(
        f"imbbench.torch_{part}"
        for part in ("classifier", "group", "loop", "loss", "many", "parts", "stack", "update")
    ),
}


_INSTALLED = {Path(folder).resolve() for folder in sysconfig.get_paths().values()}


@cache
def version(distribution: str) -> str | None:
    """The installed version, from metadata; None if it is not installed."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def source_hash(module: str, *, wrapped: bool) -> str:
    """SHA-256 over a component's module and the modules that it imports from its own package, or from the
    folder beside it.

    The adapter it uses counts as one of them: torch's where the code names it, else, for models
    (`wrapped`), scikit-learn's.
    """
    files = dict(_reachable(module, _own_package(module)))
    if wrapped and not any(name.startswith("imbbench.torch_") for name in files):
        files |= _source_of(ADAPTERS["SklearnClassifier"])
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return digest.hexdigest()


def core_hash() -> str:
    """SHA-256 over the modules of imbbench that every figure passes through."""
    return _hash_of(
        "cell", "inner", "folds", "border", "border_data", "border_folds", "columns", "preprocess", "seeds"
    )


def reading_hash() -> str:
    """SHA-256 over the modules of imbbench that read scores: calibrations, thresholds, predictions."""
    return _hash_of("readings", "calibration", "thresholds", "scoring", "data", "curve")


def _hash_of(*names: str) -> str:
    files = _source_of([f"imbbench.{name}" for name in names])
    return hashlib.sha256(b"\0".join(files[name] for name in sorted(files))).hexdigest()


def _own_package(module: str) -> str:
    """Built-ins are a package of their own: core is counted apart."""
    return "imbbench.builtin" if module.startswith("imbbench.builtin") else module.partition(".")[0]


def _reachable(module: str, package: str) -> Iterator[tuple[str, bytes]]:
    """(name, source) of a module and, through their imports, of others of its package."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for found, source in _source_of([name]).items():
            yield found, source
            if _is_own(package, found):  # an adapter is listed whole
                waiting += [other for other in _imports(found, source, package) if other not in seen]


def _imports(module: str, source: bytes, package: str) -> Iterator[str]:
    """Names of modules of `package`, and of adapters, that a source imports, wherever it does."""
    spec = importlib.util.find_spec(module)
    parent = module if spec and spec.submodule_search_locations else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), parent)
            names = [f"{base}.{alias.name}" for alias in node.names]
            if _is_own(package, base) and set(names) <= set(_source_of(names)):
                base = ""  # what is imported is modules below it, not something in it
            names.append(base)
            for alias in node.names if node.module == "imbbench" else ():
                yield from ADAPTERS.get(alias.name, ())
        else:
            continue
        yield from (name for name in names if _is_own(package, name))


def _is_own(package: str, module: str) -> bool:
    """Whether a module is of the package, or lies beside it: a plugin in a folder of its user's has its
    helpers there. In a folder of installed packages those beside it are somebody else's."""
    if module == package or module.startswith(package + "."):
        return True
    own, other = package.partition(".")[0], module.partition(".")[0]
    place = _folder(own)
    return other not in (own, "imbbench") and place is not None and _folder(other) == place


@cache
def _folder(name: str) -> Path | None:
    """Where a top-level module or package lies; None for one that is installed, or has no file."""
    try:
        spec = importlib.util.find_spec(name) if name else None
    except (ImportError, ValueError):
        return None
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        return None
    file = Path(spec.origin).resolve()
    folder = file.parent.parent if spec.submodule_search_locations else file.parent
    return None if folder in _INSTALLED or folder.name in ("site-packages", "dist-packages") else folder


def _source_of(modules: Iterable[str]) -> dict[str, bytes]:
    """Source bytes of the modules that have a file; others (attributes, compiled code) are left out."""
    found = {}
    for name in modules:
        try:
            spec = sys.modules[name].__spec__ if name in sys.modules else importlib.util.find_spec(name)
        except ImportError:
            continue
        if spec and spec.origin and spec.origin.endswith(".py"):
            found[name] = Path(spec.origin).read_bytes()
    return found
