"""`imbbench new-plugin`: the package that it writes is complete, clean, and works as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from imbbench.cli import main
from imbbench.errors import UsageError
from imbbench.registry import Provider
from imbbench.scaffold import KINDS, new_plugin

from .conftest import ROOT
from .packages import pip_install

#: kind -> the name that its package is given here.
NAMES = {"dataset": "clouds", "strategy": "repeat", "model": "extra", "metric": "f-beta"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory, registry):
    """kind -> the folder of a package as it was written."""
    place = tmp_path_factory.mktemp("packages")
    return {
        kind: new_plugin(registry, name, kind, place / f"imbbench-{name}").folder
        for kind, name in NAMES.items()
    }


@pytest.fixture(scope="module")
def target(folders, tmp_path_factory):
    """All of them, built and installed by pip."""
    return pip_install(tmp_path_factory.mktemp("target"), *folders.values())


@pytest.fixture
def alone(tmp_path, target):
    """Run a Python module in a process of its own that finds the packages: alone(folder, module, ...)."""

    def run(folder, *arguments):
        env = {key: value for key, value in os.environ.items() if not key.startswith("IMBBENCH")}
        env |= {"PYTHONPATH": str(target), "PYTHONDONTWRITEBYTECODE": "1", "IMBBENCH_OFFLINE": "1"}
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_every_kind_of_the_command_can_be_written():
    option = next(option for option in main.commands["new-plugin"].params if option.name == "kind")
    assert list(option.type.choices) == list(KINDS) == list(NAMES)


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_tests_pass_with_warnings_as_errors(folders, kind, alone, tmp_path):
    folder = shutil.copytree(folders[kind], tmp_path / "copy")
    said = alone(folder, "pytest", "-p", "no:cacheprovider", "-W", "error", "-q")
    assert re.search(r"^[1-9]\d* passed in", said, re.MULTILINE), said


def test_they_are_listed_and_one_run_uses_them_all(folders, alone, tmp_path):
    listed = alone(tmp_path, "imbbench", "plugins")
    for kind, name in NAMES.items():
        assert re.search(rf"^{name} +imbbench-{name} +0.1.0 +{kind} {name}$", listed, re.MULTILINE)
    chosen = ("-d", "clouds[n_samples=400]", "-s", "repeat", "-m", "extra", "--metrics", "f-beta,fp")
    document = json.loads(alone(tmp_path, "imbbench", *chosen, "--format", "json"))
    (cell,) = document["cells"]
    assert (cell["status"], cell["counts"]["fitted"]) == ("ok", [266, 266])
    assert 0 < cell["metrics"]["f-beta"] < 1
    assert "f-beta" not in document["lower_is_better"]


def test_the_sources_are_clean(folders, tmp_path):
    """By this project's own rules, and as the formatter leaves them without any settings."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    chosen = ["--select", ",".join(rules["select"]), "--ignore", ",".join(rules["ignore"])]
    for folder in folders.values():
        for command in (["check", *chosen, "--per-file-ignores", "tests/*:D1"], ["format", "--check"]):
            ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "."]
            done = subprocess.run(ruff, cwd=folder, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout
    settings = tmp_path / "pyproject.toml"  # that of each, but torch, which takes a while, is passed over
    own = (folders["model"] / "pyproject.toml").read_text()
    overrides = own[own.index("[tool.mypy]") :].replace('"sklearn.*"', '"sklearn.*", "pandas.*"')
    settings.write_text(overrides + '[[tool.mypy.overrides]]\nmodule = "torch.*"\nfollow_imports = "skip"\n')
    sources = [str(folder / "src") for folder in folders.values()]
    mypy = [sys.executable, "-m", "mypy", "--config-file", str(settings), "--cache-dir", str(tmp_path / "c")]
    done = subprocess.run([*mypy, *sources], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Success: no issues found in 4 source files\n")


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_package_says_of_itself(folders, kind):
    folder, name = folders[kind], NAMES[kind]
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["name"] == f"imbbench-{name}" == canonicalize_name(project["name"])
    assert project["entry-points"] == {"imbbench": {name: f"imbbench_{name.replace('-', '_')}"}}
    assert {"imbbench", "imbbench-plugin"} <= set(project["keywords"])
    needs = [Requirement(need) for need in project["dependencies"]]
    assert needs[0].name == "imbbench"
    assert needs[0].specifier.contains(version("imbbench"))
    assert (
        f"(c) {datetime.now(UTC).year} the authors of imbbench-{name}\n" in (folder / "LICENSE").read_text()
    )
    assert ".venv/\n" in (folder / ".gitignore").read_text()
    readme = (folder / "README.md").read_text()
    assert f"pip install imbbench-{name}" in readme
    for file in folder.rglob("*.*"):
        assert "$" not in (file.read_text() if file.is_file() else ""), file


def test_core_ships_the_templates():
    """The wheel has them all, whatever is no Python."""
    shipped = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    templates = [*(ROOT / "src" / "imbbench" / "scaffold" / "templates").iterdir()]
    assert len(templates) == 5 + 2 * len(KINDS)
    assert {f"imbbench/scaffold/templates/{file.name}" for file in templates} <= shipped


@pytest.mark.parametrize(
    ("name", "component"),
    [
        ("mine", "mine"),
        ("imbbench-mine", "mine"),
        ("Imbbench_Mine", "mine"),
        ("my.own--Thing_2", "my-own-thing-2"),
        ("3", "3"),
        ("imbbench-imbbench-x", "imbbench-x"),
        ("class", "class"),
        ("json", "json"),  # the standard library's, but imbbench_json is not
    ],
)
def test_the_name_is_normalised_and_gets_its_prefix(registry, tmp_path, name, component):
    made = new_plugin(registry, name, "metric", tmp_path / "x")
    assert (made.distribution, made.component) == (f"imbbench-{component}", component)
    module = made.distribution.replace("-", "_")
    assert module.isidentifier()
    assert module not in sys.stdlib_module_names
    assert (tmp_path / "x" / "src" / module / "__init__.py").is_file()
    compile((tmp_path / "x" / "src" / module / "__init__.py").read_text(), module, "exec")


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("", "metric", "'' is no name of a package; expected letters, digits and, between them, - _ or ."),
        ("two words", "metric", "'two words' is no name"),
        ("sub/mine", "metric", "'sub/mine' is no name"),
        ("-mine", "metric", "'-mine' is no name"),
        ("imbbench-", "metric", "'imbbench-' is no name"),
        ("mine\n", "metric", "is no name"),
        ("größe", "metric", "'größe' is no name"),
        ("imbbench", "metric", "'imbbench' is taken by imbbench itself; choose another name"),
        ("Imbbench.All", "metric", "'Imbbench.All' is taken by imbbench itself"),
        ("none", "strategy", "there is a strategy 'none' already, of plugin 'builtin.strategies' (imbbench "),
        ("moons", "dataset", "there is a dataset 'moons' already"),
        ("Other_One", "metric", "imbbench-other-one 2.0 is installed here; choose another name"),
        (
            "taken",
            "metric",
            "plugin 'taken' (somebodys 3.1) has the entry point 'taken'; choose another name",
        ),
    ],
)
def test_a_name_that_cannot_be_had_is_refused(registry, elsewhere, name, kind, message):
    others = (
        Provider("x", "x", "imbbench-Other.one", "2.0", error="it failed to load"),
        Provider("taken", "y", "somebodys", "3.1"),
    )
    registry = replace(registry, providers=(*registry.providers, *others))
    with pytest.raises(UsageError, match=re.escape(message)):
        new_plugin(registry, name, kind)
    assert not [*elsewhere.iterdir()]


def test_one_name_may_stand_for_components_of_two_kinds(registry, elsewhere):
    assert new_plugin(registry, "none", "metric").folder == Path("imbbench-none")


def test_what_is_there_is_not_overwritten(registry, elsewhere):
    file, full, empty = Path("file"), Path("full"), Path("empty")
    file.write_text("mine")
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    empty.mkdir()
    for folder in (file, full, full / "notes.txt"):
        with pytest.raises(UsageError, match=f"{folder} exists and is not an empty folder; choose another"):
            new_plugin(registry, "mine", "metric", folder)
    with pytest.raises(UsageError, match=r"cannot write file/in/\.gitignore: Not a directory"):
        new_plugin(registry, "mine", "metric", file / "in")
    assert file.read_text() == "mine"
    assert [*full.iterdir()] == [full / "notes.txt"]
    new_plugin(registry, "mine", "metric", empty)
    new_plugin(registry, "mine", "metric")
    assert (empty / "LICENSE").read_bytes() == Path("imbbench-mine/LICENSE").read_bytes()
    with pytest.raises(UsageError, match="imbbench-mine exists and is not an empty folder"):
        new_plugin(registry, "mine", "metric")


def test_the_command_says_what_it_made_and_what_comes_next(elsewhere):
    command = ["new-plugin", "Mine", "--kind", "strategy", "--output", "sub folder/mine"]
    result = CliRunner().invoke(main, command)
    assert (result.exit_code, result.stderr) == (0, "")
    head, *files = result.stdout.partition("Next:\n")[0].splitlines()
    assert head == "Wrote imbbench-mine, a package with the strategy 'mine':"
    written = {file for file in Path().rglob("*") if file.is_file()}
    assert {Path(file.strip()) for file in files} == written
    assert result.stdout.partition("Next:\n")[2].splitlines() == [
        "  cd 'sub folder/mine'",
        "  pip install -e '.[test]'",
        "  pytest",
        "  imbbench list mine",
        "  imbbench -d moons -s none,mine -m sklearn-lr",
    ]
    again = CliRunner().invoke(main, command)
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr.startswith("Error: sub folder/mine exists and is not an empty folder; ")


@pytest.mark.parametrize(("arguments", "message"), [
    (["mine"], "Missing option '--kind'. Choose from:"),
    (["mine", "--kind", "split"], "'split' is not one of 'dataset', 'strategy', 'model', 'metric'"),
    (["--kind", "metric"], "Missing argument 'NAME'"),
])  # fmt: skip
def test_what_the_command_needs(elsewhere, arguments, message):
    result = CliRunner().invoke(main, ["new-plugin", *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
