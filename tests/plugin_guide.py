"""What cog needs for plugins/README.md, beside `readme_output`."""

from __future__ import annotations

import os

from tests.readme_output import shown

_PIP = "python -m pip install --no-deps --no-build-isolation --no-index --disable-pip-version-check --quiet"


def install(package: str) -> None:
    """Let later commands find a package of the folder where they run, its sources as they then are."""
    shown(f"{_PIP} --no-compile --target site ./{package}")
    here = shown("pwd").strip()
    os.environ["PYTHONPATH"] = os.pathsep.join([f"{here}/{package}/src", f"{here}/site"])


def uninstall() -> None:
    """Let later commands not find it."""
    del os.environ["PYTHONPATH"]


def check_table() -> None:
    """Print the checks of the conformance kit as a Markdown table, those of every component once."""
    from imbbench.testing import checks

    known = checks()
    components = [listed for kind, listed in known.items() if kind != "plugin"]
    common = [check for check in components[0] if all(check in listed for listed in components)]
    print("| of | check | it asks for |\n|---|---|---|")  # noqa: T201
    for kind, listed in {"plugin": known.pop("plugin"), "component": common, **known}.items():
        for check in listed:
            if kind == "component" or check not in common:
                print(f"| {kind} | `{check[0]}` | {check[1]} |")  # noqa: T201
