"""Plugins as installed packages: found by entry point, broken ones reported, numbers never touched."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap

import pytest
from click.testing import CliRunner

import imbbench
from imbbench import from_json
from imbbench.cli import main
from imbbench.errors import UsageError
from imbbench.plugins import load_plugins
from imbbench.scaffold import new_plugin

from .conftest import figures
from .packages import pip_install

MOONS = "moons[n_samples=300]"
MODELS = ("sklearn-lr", "sklearn-rf[n_estimators=10]", "torch-linear[epochs=2,min_steps=0]")
SELECTION = ("-d", MOONS, "-s", "all", "-m", ",".join(MODELS), "--format", "json")
STRATEGY = """
from imbbench import Strategy, hookimpl

@hookimpl
def imbbench_strategies():
    return [Strategy({name!r}, lambda train, seed: train)]
"""


@pytest.fixture
def site(tmp_path):
    """A folder of installed packages: site(distribution, entry point, source) adds one to it.

    A module and its `dist-info` are all that an installer leaves, and all that Python asks for.
    """
    folder = tmp_path / "site"
    folder.mkdir()

    def install(distribution, entry, source, *, version="1.0"):
        module = re.sub(r"\W", "_", distribution)
        (folder / f"{module}.py").write_text(source)
        info = folder / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[imbbench]\n{entry} = {module}\n")
        (info / "RECORD").touch()
        return folder

    install.folder = folder
    return install


@pytest.fixture
def installed(site, monkeypatch):
    """The registry as it is with the packages of `site`, loaded in this process."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(site.folder)
    yield load_plugins
    for name in set(sys.modules) - before:
        if str(site.folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A package that `imbbench new-plugin` wrote, with the strategy `repeat`."""
    folder = tmp_path_factory.mktemp("source") / "imbbench-repeat"
    new_plugin(load_plugins(), "repeat", "strategy", folder)
    return folder


@pytest.fixture(scope="module")
def target(package, tmp_path_factory):
    """The package, built and installed by pip into a folder of its own."""
    return pip_install(tmp_path_factory.mktemp("target"), package)


def plugin_lines(text):
    """plugin -> (distribution, version, what it provides or why it failed), of `imbbench plugins`."""
    lines = [re.split(r"\s{2,}", line.strip(), maxsplit=3) for line in text.splitlines()[1:]]
    return {name: tuple(rest) for name, *rest in lines}


def test_a_package_is_found_listed_and_runs_and_changes_no_number(target, imbbench_command):
    path = {"PYTHONPATH": str(target)}
    listed = plugin_lines(imbbench_command("plugins", **path).stdout)
    assert listed["repeat"] == ("imbbench-repeat", "0.1.0", "strategy repeat")
    assert "repeat" not in plugin_lines(imbbench_command("plugins").stdout)

    done = imbbench_command(*SELECTION, **path)
    assert done.returncode == 0, done.stderr
    found = from_json(done.stdout)
    strategies = ["none", "class_weight", "undersample", "pos_weight", "repeat"]
    assert list(dict.fromkeys(row.cell.strategy for row in found)) == strategies
    assert {row.status for row in found} == {"ok"}
    assert found.environment["versions"]["imbbench-repeat"] == "0.1.0"
    n0, n1 = found.rows[0].counts["train"]
    assert n1 < n0
    assert {row.counts["fitted"] for row in found if row.cell.strategy == "repeat"} == {(n0, n0)}

    plain = imbbench.run(MOONS, "all", MODELS, executor="serial")
    expected = figures(from_json(imbbench.to_json(plain)))
    assert len(expected) == 12
    assert {cell: of for cell, of in figures(found).items() if cell.strategy != "repeat"} == expected


def test_a_package_is_given_its_parameters_and_can_be_left_out(target, imbbench_command):
    path = {"PYTHONPATH": str(target)}
    arguments = ("-d", MOONS, "-s", "repeat[ratio=0.5]", "-m", "sklearn-lr")
    done = imbbench_command(*arguments, "--format", "json", **path)
    (cell,) = json.loads(done.stdout)["cells"]
    n0, _ = cell["counts"]["train"]
    assert cell["counts"]["fitted"] == [n0, round(0.5 * n0)]
    for name in ("repeat", "imbbench-repeat"):
        done = imbbench_command(*arguments, "-p", f"no:{name}", **path)
        assert done.returncode == 2
        assert "no strategy named 'repeat'" in done.stderr


def test_a_packages_own_tests_hold_its_figures_as_its_readme_says(package, target, tmp_path):
    """One command and the lines of a test; and a figure that became worse is found."""
    folder = shutil.copytree(package, tmp_path / "copy")
    blocks = re.findall(r"\n\n((?: {4}.+\n)+)", (folder / "README.md").read_text())
    (write,) = [textwrap.dedent(block) for block in blocks if "imbbench baseline write" in block]
    (lines,) = [textwrap.dedent(block) for block in blocks if "def test_" in block]
    test = folder / "tests" / "test_repeat.py"
    test.write_text(f"{test.read_text()}\n\n{lines}")
    env = {key: value for key, value in os.environ.items() if not key.startswith("IMBBENCH")}
    env |= {"PYTHONPATH": str(target), "PYTHONDONTWRITEBYTECODE": "1", "IMBBENCH_OFFLINE": "1"}

    def run(command):
        module = ["-m", "pytest", "-p", "no:cacheprovider"] if command[0] == "pytest" else ["-m", "imbbench"]
        command = [sys.executable, *module, *command[1:]]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert run(shlex.split(write))[0] == 0
    baseline = folder / "tests" / "baseline.json"
    code, said = run(["pytest", "-k", "figures_hold"])
    assert (code, "1 passed" in said) == (0, True), said
    better = re.sub(r'"roc_auc": [\d.]+', '"roc_auc": 0.9999', baseline.read_text())
    baseline.write_text(better)
    code, said = run(["pytest", "-k", "figures_hold"])
    assert (code, "2 cells: 2 worse" in said) == (1, True), said


def test_order_selection_and_repetition_change_no_number():
    def run(strategies, models):
        return figures(imbbench.run(MOONS, strategies, models, executor="serial"))

    whole = run("all", MODELS)
    assert run("all", MODELS) == whole
    assert run(["pos_weight", "undersample", "class_weight", "none"], MODELS[::-1]) == whole
    for cell, expected in whole.items():
        if cell.strategy == "undersample":
            assert run(cell.strategy, cell.model) == {cell: expected}


@pytest.mark.parametrize("again", ["elsewhere", "--fresh", "from the store"])
def test_the_same_command_twice_gives_the_same_file(tmp_path, again):
    def document(file, *more):
        arguments = [*SELECTION, "--executor", "serial", "--store", str(tmp_path / "store"), *more]
        result = CliRunner().invoke(main, [*arguments, "--output", str(tmp_path / file)])
        assert result.exit_code == 0, result.output
        found = json.loads((tmp_path / file).read_text())
        for cell in found["cells"]:
            assert cell.pop("seconds") >= 0
            assert cell.pop("cached") is (file == "two.json" and again == "from the store")
        del found["environment"]["command"]
        return found

    more = {"elsewhere": ["--store", str(tmp_path / "other")], "--fresh": ["--fresh"], "from the store": []}
    assert document("one.json") == document("two.json", *more[again])


BROKEN = {
    "raises": ("1 / 0", "importing raises raised ZeroDivisionError: division by zero"),
    "leaves": ("raise SystemExit(3)", "importing leaves raised SystemExit: 3"),
    "syntax": ("def (", "importing syntax raised SyntaxError"),
    "misspelt": (
        STRATEGY.format(name="x").replace("strategies()", "strategy()"),
        "no hook is named 'imbbench_strategy' (did you mean 'imbbench_strategies'?)",
    ),
    "hookless": ("x = 1", "it implements no hook; hooks are imbbench_cell_done, "),
    "unmarked": ("def imbbench_models(): return []", "it has imbbench_models without the mark; put @imbbench.hookimpl above"),
    "wrong-type": (
        STRATEGY.format(name="x").replace("[Strategy(", "[str("),
        "its hook imbbench_strategies raised TypeError",
    ),
    "no-list": (
        "from imbbench import hookimpl\n@hookimpl\ndef imbbench_models(): return 3",
        "its hook imbbench_models returned a value of type int; expected a list of Model",
    ),
    "wrong-kind": (
        STRATEGY.format(name="x").replace("imbbench_strategies", "imbbench_models"),
        "returned a list with a value of type Strategy; expected imbbench.Model",
    ),
}  # fmt: skip


def test_broken_plugins_are_reported_and_the_rest_works(site, imbbench_command):
    for name, (source, _) in BROKEN.items():
        site(name, f"{name}-entry", source)
    site("fine", "fine", STRATEGY.format(name="fine-strategy"))
    path = {"PYTHONPATH": str(site.folder)}

    done = imbbench_command("plugins", **path)
    assert done.returncode == 0
    listed = plugin_lines(done.stdout)
    for name, (_, message) in BROKEN.items():
        distribution, version, why = listed[f"{name}-entry"]
        assert (distribution, version) == (name, "1.0")
        assert why.startswith("failed: ")
        assert message in why
        assert "Traceback" not in why
    assert listed["fine"] == ("fine", "1.0", "strategy fine-strategy")

    run = ("-d", "moons[n_samples=200]", "-s", "fine-strategy", "-m", "sklearn-lr")
    done = imbbench_command(*run, **path)
    assert done.returncode == 0
    assert "1 cell: 1 ok" in done.stdout
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning: ")]
    assert len(warnings) == len(BROKEN)
    assert "Warning: plugin 'raises-entry' (raises 1.0) failed to load: importing raises" in done.stderr
    done = imbbench_command(*run, "--strict", **path)
    assert (done.returncode, done.stdout) == (4, "")


def test_two_distributions_with_one_entry_point_name_fail_both(site, imbbench_command):
    site("twin-a", "twin", STRATEGY.format(name="of-a"))
    site("twin-b", "twin", STRATEGY.format(name="of-b"), version="2.0")
    path = {"PYTHONPATH": str(site.folder)}
    done = imbbench_command("plugins", **path)
    failed = [line for line in done.stdout.splitlines() if line.startswith("twin ")]
    assert len(failed) == 2
    for line in failed:
        assert "the entry point 'twin' is claimed by twin-a 1.0 and twin-b 2.0; uninstall one" in line
    done = imbbench_command("-d", "moons", "-s", "of-a", "--dry-run", **path)
    assert done.returncode == 2
    assert "no strategy named 'of-a'" in done.stderr
    assert "twin-a 1.0 and twin-b 2.0" in done.stderr
    assert imbbench_command("plugins", "-p", "no:twin-b", **path).stdout.count("failed") == 0


def test_two_plugins_with_one_component_name_fail_both(site, installed):
    site("rival-a", "a", STRATEGY.format(name="contested"))
    site("rival-b", "b", STRATEGY.format(name="contested"))
    registry = installed()
    why = (
        "strategy 'contested' is provided by plugin 'a' (rival-a 1.0) and plugin 'b' (rival-b 1.0); "
        "leave one out with -p no:NAME"
    )
    assert {provider.name: provider.error for provider in registry.failures} == {"a": why, "b": why}
    with pytest.raises(UsageError, match=re.escape(f"strategy 'contested' cannot be used: {why}")):
        registry.resolve("strategy", "contested")
    assert registry.resolve("strategy", "none").name == "none"
    for without, left in (("a", "b"), ("rival-b", "a")):
        registry = installed(without=[without])
        assert not registry.failures
        assert registry.resolve("strategy", "contested").provider.name == left


def test_a_plugin_cannot_take_the_place_of_a_builtin(site, installed):
    site("impostor", "impostor", STRATEGY.format(name="class_weight"))
    registry = installed()
    (failed,) = registry.failures
    assert failed.distribution == "impostor"
    assert "strategy 'class_weight' is provided by plugin 'builtin.strategies' (imbbench " in failed.error
    assert "and plugin 'impostor' (impostor 1.0)" in failed.error
    assert registry.resolve("strategy", "class_weight").provider.distribution == "imbbench"


def test_a_plugin_named_like_a_builtin_one_fails_alone(site, installed):
    site("impostor", "builtin.strategies", STRATEGY.format(name="another"))
    registry = installed()
    (failed,) = registry.failures
    assert (failed.name, failed.distribution) == ("builtin.strategies", "impostor")
    assert "another plugin has its name 'builtin.strategies'" in failed.error
    assert registry.manager.has_plugin("builtin.strategies")
    assert registry.resolve("strategy", "undersample").provider.distribution == "imbbench"


def test_one_name_may_stand_for_components_of_two_kinds(site, installed):
    source = STRATEGY.format(name="both") + (
        "from imbbench import Metric\n@hookimpl\ndef imbbench_metrics():\n"
        "    return [Metric('both', lambda predictions: 1.0)]\n"
    )
    site("both", "both", source)
    registry = installed()
    assert not registry.failures
    assert registry.resolve("metric", "both").provider == registry.resolve("strategy", "both").provider


def test_an_installed_observer_is_told_of_every_cell_and_of_the_end(site, installed):
    source = """
from imbbench import hookimpl
seen = []

@hookimpl
def imbbench_cell_done(result):
    seen.append(result.status)

@hookimpl
def imbbench_run_done(results):
    seen.append(len(results))
"""
    site("watcher", "watcher", source)
    registry = installed()
    imbbench.run("moons[n_samples=200]", ["none", "class_weight"], "sklearn-lr", executor="serial")
    assert sys.modules["watcher"].seen == ["ok", "ok", 2]
    assert not registry.failures
