"""The workflows of docs/ci.md: valid for the services they are for, and their commands do what is said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCS = Path(__file__).resolve().parents[1] / "docs" / "ci.md"
PLUGIN = """
from imbbench import Model, hookimpl


def build(context, *, c: float = 1.0):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c)


@hookimpl
def imbbench_models():
    return [Model("ours", build, requires=("scikit-learn",))]
"""


def block(name: str) -> str:
    """The code block that begins with this comment."""
    found = re.search(rf"```yaml\n# {re.escape(name)}\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert found, name
    return found[1]


def github_steps() -> list[str]:
    return [step["run"] for step in yaml.safe_load(block(GITHUB))["jobs"]["check"]["steps"] if "run" in step]


def gitlab_steps() -> list[str]:
    return list(yaml.safe_load(block(GITLAB))["figures"]["script"])


GITHUB, GITLAB = ".github/workflows/figures.yml", ".gitlab-ci.yml"
SCHEMAS = {GITHUB: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_workflow_is_valid(name: str, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(block(name))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name], str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    file.write_text(block(name).replace("  script:", "  scripts:").replace("    steps:", "    stages:"))
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_the_cache_and_the_report_are_where_the_commands_leave_them() -> None:
    steps = yaml.safe_load(block(GITHUB))["jobs"]["check"]["steps"]
    options: dict[str, Any] = {
        step["uses"].partition("@")[0]: step.get("with", {}) for step in steps if "uses" in step
    }
    assert options["actions/cache"]["path"].split() == ["~/.cache/imbbench", ".imbbench"]
    assert options["actions/upload-artifact"]["path"] == "figures.xml"
    job = yaml.safe_load(block(GITLAB))["figures"]
    assert job["cache"]["paths"] == [".cache", ".imbbench"]
    assert job["variables"]["XDG_CACHE_HOME"] == "$CI_PROJECT_DIR/.cache"
    assert job["artifacts"]["reports"]["junit"] == "figures.xml"


@pytest.fixture
def repository(tmp_path: Path, imbbench_command: Any) -> Path:
    """A team's: a plugin, what it requires, and its baseline."""
    (tmp_path / "our_plugin.py").write_text(PLUGIN)
    (tmp_path / "requirements.txt").write_text("imbbench\n")
    selection = ("-d", "moons[n_samples=300]", "-s", "none", "-m", "ours", "-p", "our_plugin")
    done = imbbench_command("baseline", "write", "baseline.json", *selection)
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_the_commands_pass_and_turn_red(repository: Path) -> None:
    bin_ = Path(sys.executable).parent
    home = {"PATH": f"{bin_}:/usr/bin:/bin", "HOME": str(repository), "IMBBENCH_OFFLINE": "1"}
    summary = repository / "summary.md"
    on_github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}

    def job(steps: list[str], env: dict[str, str]) -> tuple[subprocess.CompletedProcess[str], str]:
        command = ["bash", "-e", "-o", "pipefail", "-c", "\n".join(steps)]
        done = subprocess.run(
            command, cwd=repository, env=home | env, capture_output=True, text=True, check=False
        )
        return done, (repository / "figures.xml").read_text()

    for steps, env in ((github_steps(), on_github), (gitlab_steps(), {})):
        green, report = job(steps, env)
        assert green.returncode == 0, green.stdout + green.stderr
        assert "1 cell: 1 same" in green.stdout
        assert 'failures="0"' in report
    summary.unlink()
    (repository / "our_plugin.py").write_text(PLUGIN.replace("c: float = 1.0", "c: float = 1e-9"))
    for steps, env in ((github_steps(), on_github), (gitlab_steps(), {})):
        red, report = job(steps, env)
        assert red.returncode == 1
        assert "1 cell: 1 worse" in red.stdout
        assert 'failures="1"' in report
        assert ("::error " in red.stderr) == summary.exists() == bool(env)
        summary.unlink(missing_ok=True)
