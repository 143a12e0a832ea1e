"""Packages as pip builds and installs them, without the internet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_OPTIONS = (
    "--no-deps", "--no-build-isolation", "--no-index", "--no-compile", "--disable-pip-version-check", "--quiet",
)  # fmt: skip


def pip_install(target: Path, *packages: Path) -> Path:
    """Install packages into the folder `target`, which is returned: what PYTHONPATH finds them by."""
    pip = [sys.executable, "-m", "pip", "install", *_OPTIONS, "--target", str(target), *map(str, packages)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target
