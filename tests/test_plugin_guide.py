"""plugins/README.md: its code runs, its tutorial leads where it says, its hooks are those that there are."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pluggy
import pytest

from imbbench import hookspecs
from imbbench.scaffold import new_plugin
from imbbench.testing.table import CHECKS, COMMON

from .conftest import ROOT

GUIDE = ROOT / "plugins" / "README.md"
TEXT = GUIDE.read_text()
#: (language, code) of each block.
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
HEADINGS = re.findall(
    r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
)
SECTIONS = [
    "Datasets", "Splits", "Strategies", "Models", "Metrics", "Executors", "Reports", "Parameters", "Imports",
    "Hooks", "Provenance and keys", "Naming", "Versions", "Conformance", "Errors",
]  # fmt: skip
#: Modules of the guide, and what the kit is given for each; `careless.py` is there to fail.
MODULES = {
    "my_dataset": ["pumps[path=pumps.csv]"],
    "my_split": [],
    "my_strategy": ["between", "between[k_neighbors=1]", "my-focal"],
    "my_model": ["naive-bayes", "perceptron[epochs=40,min_steps=0]"],
    "my_metric": [],
    "my_executor": ["logged[log=tasks.log]"],
    "my_report": [],
    "my_observer": [],
}


def files():
    """name -> code of the Python blocks, which all begin with their name."""
    named = [re.fullmatch(r"# (\S+\.py)\n(.*)", code, re.DOTALL) for code in python()]
    assert all(named)
    return {found[1]: found[2] for found in named}


def python():
    """The Python blocks, less the signatures of hooks."""
    return [code for language, code in BLOCKS if language == "python" and not code.startswith("def ")]


def environment(folder, **more):
    """Variables for a process in a folder of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("IMBBENCH", "PYTEST"))}
    return kept | {"IMBBENCH_OFFLINE": "1", "XDG_CACHE_HOME": str(folder / "cache"), **more}


def test_every_hook_has_its_heading_and_its_signature():
    documented = dict(
        re.findall(r"^### (imbbench_\w+)\n\n```python\n(.*?)```$", TEXT, re.MULTILINE | re.DOTALL)
    )
    hooks = {name: function for name, function in vars(hookspecs).items() if name.startswith("imbbench_")}
    expected = {
        name: f"def {name}{inspect.signature(function)}: ...\n".replace("'", "")
        for name, function in hooks.items()
    }
    assert documented == expected


def test_the_sections_are_there_that_the_kit_refers_to():
    assert [heading for heading in HEADINGS if heading in SECTIONS] == SECTIONS
    named = {check.section for checks in (COMMON, *CHECKS.values()) for check in checks}
    assert named <= set(HEADINGS)


def test_links_lead_somewhere():
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in HEADINGS}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        file, _, anchor = target.partition("#")
        assert target.startswith("https://") or (GUIDE.parent / file).exists(), target
        assert not anchor or anchor in anchors, target


def test_every_block_is_code_that_is_run_or_output_that_cog_writes():
    assert {language for language, _ in BLOCKS} == {"python", "console", "sh", "toml"}
    mine = {f"{name}.py" for name in (*MODULES, "careless", "test_conformance", "test_careless")}
    assert {name for name in files() if "/" not in name} == mine
    written = re.sub(
        r"^<!-- \[\[\[cog.*?^<!-- \[\[\[end\]\]\] -->$", "", TEXT, flags=re.MULTILINE | re.DOTALL
    )
    assert "```console" not in written
    assert written.count("```sh") == 3  # all in the tutorial


def test_the_modules_pass_the_kit_and_the_careless_one_does_not(tmp_path):
    for name, code in files().items():
        if "/" not in name:
            (tmp_path / name).write_text(code)
    rows = [f"{hour},{hour % 7},{hour % 11},{hour * 37 % 200}\n" for hour in range(300)]
    (tmp_path / "pumps.csv").write_text("hour,pressure,temperature,hours_to_failure\n" + "".join(rows))
    lines = ["from imbbench.testing import parametrize_components as parametrize\n"]
    lines += [f"test_{name} = parametrize({name!r}, specs={specs})\n" for name, specs in MODULES.items()]
    (tmp_path / "test_all.py").write_text("".join(lines))
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    env = environment(tmp_path)
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    failed = set(
        re.findall(r"^FAILED (\w+\.py)::test_component\[strategy shuffled-(\w+)\]", done.stdout, re.MULTILINE)
    )
    careless = (
        "same_seed_same_rows",
        "weights_are_carried_on",
        "no_more_than_the_training_part",
        "global_generators_untouched",
    )
    assert failed == {("test_careless.py", check) for check in careless}, done.stdout
    assert re.search(r"^4 failed, \d+ passed, \d+ skipped in", done.stdout, re.MULTILINE), done.stdout


def test_the_focal_loss_is_that_of_its_paper(local_plugin):
    """Reduces to the logistic loss at gamma=0; of a row that is sure, (1 - p)^gamma is left of it."""
    torch = pytest.importorskip("torch")
    namespace = {}
    exec(compile(files()["my_strategy.py"], "my_strategy", "exec"), namespace)
    logits, labels = (
        torch.linspace(-5, 5, 11, dtype=torch.float64),
        torch.tensor([0.0, 1.0, 1.0] * 4)[:11].double(),
    )
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
    assert torch.allclose(namespace["focal_loss"](logits, labels, 0.0), plain, rtol=1e-12)
    p = torch.where(labels == 1, logits.sigmoid(), 1 - logits.sigmoid())
    assert torch.allclose(namespace["focal_loss"](logits, labels, 2.0), -((1 - p) ** 2) * p.log(), rtol=1e-9)


def test_the_naming_is_that_of_the_scaffold(registry, tmp_path):
    (block,) = [tomllib.loads(code) for language, code in BLOCKS if language == "toml"]
    folder = new_plugin(registry, "repeat", "strategy", tmp_path / "x").folder
    made = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    said = block["project"]
    assert (said["name"], said["entry-points"]) == (made["name"], made["entry-points"])
    assert set(said["keywords"]) - {"oversampling"} <= set(made["keywords"])


def test_a_hook_grows_and_retires_as_is_promised():
    """One with a new argument calls plugins that do not name it; one that goes warns."""
    marker = pluggy.HookspecMarker("imbbench")

    class Grown:
        @marker
        def imbbench_cell_done(self, result, more):
            """As it may look one day."""

        @marker(warn_on_impl=DeprecationWarning("imbbench_run_done goes; use imbbench_cell_done"))
        def imbbench_run_done(self, results):
            """As it may look one day."""

    class Plugin:
        @hookspecs.hookimpl
        def imbbench_cell_done(self, result):
            return result

    class Old:
        @hookspecs.hookimpl
        def imbbench_run_done(self, results):
            """As it is today."""

    manager = pluggy.PluginManager("imbbench")
    manager.add_hookspecs(Grown())
    manager.register(Plugin())
    assert manager.hook.imbbench_cell_done(result=3, more=4) == [3]
    with pytest.warns(DeprecationWarning, match="imbbench_run_done goes; use imbbench_cell_done"):
        manager.register(Old())


@pytest.fixture
def offline_index(tmp_path):
    """pip finds imbbench, built from here, and nothing else; what imbbench needs is there already.

    The variables of a process for which that is so.
    """
    wheels, libraries = tmp_path / "wheels", tmp_path / "libraries"
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True)
    libraries.mkdir()
    for place in map(Path, sys.path):
        if place.name in ("site-packages", "dist-packages"):
            for entry in place.iterdir():
                if not (
                    entry.name.startswith(("imbbench", "_imbbench")) or (libraries / entry.name).is_symlink()
                ):
                    (libraries / entry.name).symlink_to(entry)
    return {
        "PYTHONPATH": str(libraries), "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(tmp_path),
        "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }  # fmt: skip


def commands(language, code):
    """What is typed in a block."""
    if language == "console":
        return "".join(f"{line[2:]}\n" for line in code.splitlines() if line.startswith("$ "))
    return code if language == "sh" else ""


def test_the_tutorial_leads_to_a_package_that_can_be_uploaded(tmp_path, offline_index):
    """All of it as it stands, in a new environment; only the upload is somebody else's."""
    script = ["set -euo pipefail"]
    tutorial = TEXT[: TEXT.index("## Datasets")]
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```$", tutorial, re.MULTILINE | re.DOTALL):
        if language == "python":
            name, _, body = code.partition("\n")
            path = name.removeprefix("# ")
            script.append(f"cat > ../{path} <<'END'\n{body}END")
        script.append(commands(language, code))
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    # pytest is there, but its command is not: pip has installed nothing that others need.
    for name, line in {
        "pytest": 'python -m pytest "$@"',
        "twine": f'echo "$@" >> {tmp_path}/uploads',
    }.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{line}\n")
        (bin_ / name).chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    env = environment(tmp_path, **offline_index)
    env["PATH"] = f"{bin_}:{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
    command = ["bash", "-c", "\n".join(script)]
    done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

    assert done.stdout.count(" passed in ") == 3
    assert "strategy repeat" in done.stdout
    assert "3 cells: 3 ok" in done.stdout
    wheel, source = "dist/imbbench_repeat-0.1.0-py3-none-any.whl", "dist/imbbench_repeat-0.1.0.tar.gz"
    assert (tmp_path / "uploads").read_text().splitlines() == [
        f"check --strict {wheel} {source}",
        f"upload {wheel} {source}",
    ]
    package = work / "imbbench-repeat"
    with zipfile.ZipFile(package / wheel) as built:
        entry_points = built.read("imbbench_repeat-0.1.0.dist-info/entry_points.txt").decode()
        assert "noise" in built.read("imbbench_repeat/__init__.py").decode()
    assert entry_points == "[imbbench]\nrepeat = imbbench_repeat\n"
    with tarfile.open(package / source) as built:
        names = {name.partition("/")[2] for name in built.getnames()}
    assert {
        "LICENSE",
        "README.md",
        "tests/test_repeat.py",
        "tests/test_noise.py",
        "tests/baseline.json",
    } <= names
