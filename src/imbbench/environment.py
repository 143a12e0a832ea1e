"""What a reader of results must know about where they were made."""

from __future__ import annotations

import platform
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench.capacity import cores
from imbbench.errors import UsageError
from imbbench.provenance import version

if TYPE_CHECKING:
    from imbbench.registry import Registry

DISTRIBUTIONS = ("imbbench", "numpy", "pandas", "scikit-learn", "scipy", "torch")


def environment(registry: Registry, device: str) -> dict[str, Any]:
    """Versions of Python, of what figures depend on, of plugins and what they require; local plugins,
    device, CPU, platform, command."""
    plugins = {provider.distribution for provider in registry.providers if provider.distribution}
    required = {
        name for known in registry.components.values() for part, _ in known.values() for name in part.requires
    }
    others = sorted(plugins | {name for name in required if version(name)})
    names = dict.fromkeys([*DISTRIBUTIONS, *others])
    versions = {"python": platform.python_version()} | {name: version(name) for name in names}
    return {
        "versions": versions,
        "plugins": list(registry.local),
        "device": device,
        "cpu": _cpu(),
        "cores": cores(),
        "platform": platform.platform(),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def resolve_device(asked: str) -> str:
    """The torch device that "auto", "cpu", "cuda", "cuda:N" or "mps" stands for on this machine.

    Raises UsageError naming what is there when it is not.
    """
    if asked == "cpu":
        return "cpu"
    import torch

    there = [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    there += ["mps"] if torch.backends.mps.is_available() else []
    there += ["cpu"]
    if asked == "auto":
        return there[0]
    device = "cuda:0" if asked == "cuda" else asked
    if device not in there:
        raise UsageError(f"no device {asked!r} here; there is {', '.join(there)} (auto takes the first)")
    return device
