"""How many cores and how much memory this process was granted: by its affinity and by cgroups.

A container or a batch system grants less than the machine has through control groups (v1 or v2): a
process may use what the narrowest of its own group and that group's parents leaves. Files and their
meaning: the kernel's Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/{memory,cpusets}.rst, and
scheduler/sched-bwc.rst.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_SYSTEM = Path("/")
_UNKNOWN = 4 << 30  # bytes to assume where the system says nothing at all (Windows)


def cores(root: Path = _SYSTEM) -> int:
    """Cores this process may use, at least 1; a quota of 1.5 cores counts as 2.

    Parameters
    ----------
    root : the folder that holds `proc` and `sys`.
    """
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([allowed, *_quotas(root)]))


def free_memory(root: Path = _SYSTEM) -> int:
    """Bytes this process and its children can take before the kernel must kill something, at least 0.

    The cache of files read once counts as free, since the kernel drops it first.

    Parameters
    ----------
    root : the folder that holds `proc` and `sys`.
    """
    available = _fields(root / "proc/meminfo").get("MemAvailable:")
    free = _physical() if available is None else available * 1024
    return max(0, min([free, *_leeways(root)]))


def _quotas(root: Path) -> Iterator[int]:
    for group in _groups(root, "cpu"):
        quota, _, period = _text(group / "cpu.max").partition(" ")  # "150000 100000" or "max 100000"
        if not quota:
            quota, period = _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
        if quota.isdigit() and period.isdigit() and int(period):  # without a limit v1 says -1
            yield -(-int(quota) // int(period))


def _leeways(root: Path) -> Iterator[int]:
    names = (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    )
    for group in _groups(root, "memory"):
        for limit_file, usage_file, cache in names:
            limit, usage = _text(group / limit_file), _text(group / usage_file)
            if limit.isdigit() and usage.isdigit():
                yield int(limit) - int(usage) + _fields(group / "memory.stat").get(cache, 0)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of this process's control group and of its parents, those that there are.

    A container may see its group's path as the host does, but only its own part of the tree: the
    folders that are not there are passed over, up to the mount point, which then is its group.
    """
    mount = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0" and not controllers:
            top = mount
        elif controller in controllers.split(","):
            top = next((mount / name for name in (controllers, controller) if (mount / name).is_dir()), mount)
        else:
            continue
        own = top / path.lstrip("/")
        here = (folder for folder in (own, *own.parents) if folder.is_relative_to(top))
        yield from (folder for folder in here if folder.is_dir())


def _fields(file: Path) -> dict[str, int]:
    """The numbers of a file of lines "name number ..."."""
    rows = (line.split() for line in _text(file).splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) > 1 and row[1].isdigit()}


def _text(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def _physical() -> int:
    """Bytes of memory, for systems that do not say how much is free (macOS)."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _UNKNOWN
