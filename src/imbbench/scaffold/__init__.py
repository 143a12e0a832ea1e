"""A new plugin package: a folder of files that installs, and passes its own tests, as it is written.

The files are templates beside this module, filled in by `string.Template`.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from imbbench.errors import UsageError

if TYPE_CHECKING:
    from imbbench.registry import Registry

PREFIX = "imbbench-"
_TEMPLATES = Path(__file__).parent / "templates"
#: A distribution's name (PEP 508); what is equal after `_normal` is one name (PEP 503).
_NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
#: File of the package -> template; both are filled in.
_FILES = {
    ".gitignore": "gitignore",
    "LICENSE": "LICENSE",
    "README.md": "README.md",
    "pyproject.toml": "pyproject.toml",
    "src/$module/__init__.py": "$kind.py",
    "src/$module/py.typed": "py.typed",
    "tests/test_$stem.py": "test_$kind.py",
}


@dataclass(frozen=True)
class Kind:
    """What differs between packages of different kinds.

    Parameters
    ----------
    about : what the component is that the package begins with.
    selection : of a run that uses it, `$name` standing for it.
    requires : distributions that its code imports, besides imbbench.
    untyped : modules among them that a type checker finds no types for.
    """

    about: str
    selection: str
    requires: tuple[str, ...] = ()
    untyped: tuple[str, ...] = ()


KINDS: Mapping[str, Kind] = {
    "dataset": Kind(
        "two simulated clouds of points, whose best possible ROC AUC is known",
        "-d $name -s none,class_weight -m sklearn-lr",
        ("numpy", "pandas"),
        ("pandas",),
    ),
    "strategy": Kind(
        "random oversampling: rows of class 1 are repeated",
        "-d moons -s none,$name -m sklearn-lr",
        ("numpy",),
    ),
    "model": Kind(
        "extremely randomised trees, by scikit-learn",
        "-d moons -s none,class_weight -m $name",
        ("scikit-learn",),
        ("sklearn.*",),
    ),
    "metric": Kind(
        "F-beta: precision and recall in one figure, recall counting more",
        "-d moons -s none,class_weight -m sklearn-lr --metrics precision,recall,$name",
    ),
}


@dataclass(frozen=True)
class Package:
    """A package that was written.

    Parameters
    ----------
    distribution : its name, `imbbench-NAME`.
    component : the name of its component, and of its entry point.
    folder : where it is.
    files : what is in it, relative to `folder`.
    selection : of a run that uses it.
    """

    distribution: str
    component: str
    folder: Path
    files: tuple[str, ...]
    selection: str


def new_plugin(registry: Registry, name: str, kind: str, folder: Path | None = None) -> Package:
    """Write a package with one component.

    Parameters
    ----------
    registry : what is installed: no name is given twice.
    name : of the distribution, with or without "imbbench-"; the component has it without.
    kind : one of `KINDS`.
    folder : empty, or not there yet; by default one of the distribution's name.

    UsageError if the name or the folder cannot be had.
    """
    component = _component(name)
    distribution = PREFIX + component
    _check_free(registry, distribution, component, kind)
    folder = folder or Path(distribution)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another with --output FOLDER")
    words = _words(distribution, component, kind)
    files = {_filled(file, words): _template(_filled(of, words)) for file, of in _FILES.items()}
    for file, text in files.items():
        try:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(_filled(text, words), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write {folder / file}: {error.strerror}") from error
    return Package(distribution, component, folder, tuple(files), words["selection"])


def _component(name: str) -> str:
    """The component's name: that of the distribution, normalised, without "imbbench-"."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a package; expected letters, digits and, between them, - _ or ."
        )
    component = re.sub(r"[-_.]+", "-", name).lower().removeprefix(PREFIX)
    if component in ("imbbench", "all"):
        raise UsageError(f"{name!r} is taken by imbbench itself; choose another name")
    return component


def _check_free(registry: Registry, distribution: str, component: str, kind: str) -> None:
    """Two of one name would fail both."""
    for provider in registry.providers:
        if _normal(provider.distribution) == distribution:
            raise UsageError(f"{distribution} {provider.version} is installed here; choose another name")
        if provider.name == component:
            raise UsageError(f"{provider} has the entry point {component!r}; choose another name")
    if component in registry.components[kind]:
        provider = registry.components[kind][component][1]
        raise UsageError(f"there is a {kind} {component!r} already, of {provider}; choose another name")


def _normal(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _words(distribution: str, component: str, kind: str) -> dict[str, str]:
    """What stands for each placeholder."""
    about = KINDS[kind]
    version = importlib.metadata.version("imbbench")
    needs = [f"imbbench>={version}", *about.requires]
    overrides = [
        "\n[[tool.mypy.overrides]]",
        "module = [{}]".format(", ".join(f'"{name}"' for name in about.untyped)),
        "ignore_missing_imports = true\n",
    ]
    return {
        "distribution": distribution,
        "module": distribution.replace("-", "_"),
        "name": component,
        "stem": component.replace("-", "_"),
        "kind": kind,
        "about": about.about,
        "selection": Template(about.selection).substitute(name=component),
        "dependencies": ", ".join(f'"{need}"' for need in needs),
        "overrides": "\n".join(overrides) if about.untyped else "",
        "year": str(datetime.now(UTC).year),
    }


def _template(name: str) -> str:
    return (_TEMPLATES / f"{name}.template").read_text(encoding="utf-8")


def _filled(text: str, words: Mapping[str, str]) -> str:
    return Template(text).substitute(words)
