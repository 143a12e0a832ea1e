"""Folders of files as the kernel writes them, of a bare machine and of containers."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from imbbench.capacity import cores, free_memory

GB = 2**30
UNLIMITED_V1 = "9223372036854771712\n"
Machine = Callable[..., Path]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Write a machine's files, given as paths and texts; 8 GB are free on it unless they say otherwise."""

    def write(files: dict[str, str]) -> Path:
        meminfo = "MemTotal:       16777216 kB\nMemFree:         1048576 kB\nMemAvailable:    8388608 kB\n"
        for name, text in {"proc/meminfo": meminfo, **files}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return write


@pytest.fixture
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real affinity cannot be wider than the machine."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)


def test_this_machine():
    assert 1 <= cores() <= os.cpu_count()
    assert 0 < free_memory() <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinity")
def test_affinity_is_kept_to():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores() == 1
    finally:
        os.sched_setaffinity(0, before)


@pytest.mark.usefixtures("four_cores")
class TestCores:
    def test_without_control_groups(self, machine):
        assert cores(machine({})) == 4

    @pytest.mark.parametrize(
        ("quota", "expected"),
        [
            ("max 100000", 4),
            ("200000 100000", 2),
            ("150000 100000", 2),
            ("20000 100000", 1),
            ("900000 100000", 4),
        ],
    )
    def test_a_quota_is_rounded_up(self, machine, quota, expected):
        root = machine({"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": quota + "\n"})
        assert cores(root) == expected

    def test_a_parent_may_be_narrower(self, machine):
        files = {
            "proc/self/cgroup": "0::/slurm/job_7/step_0\n",
            "sys/fs/cgroup/slurm/cpu.max": "max 100000\n",
            "sys/fs/cgroup/slurm/job_7/cpu.max": "200000 100000\n",
            "sys/fs/cgroup/slurm/job_7/step_0/cpu.max": "300000 100000\n",
        }
        assert cores(machine(files)) == 2

    def test_of_version_1(self, machine):
        files = {
            "proc/self/cgroup": "4:memory:/box\n3:cpu,cpuacct:/box\n1:name=systemd:/box\n0::/elsewhere\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us": "250000\n",
            "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us": "100000\n",
        }
        assert cores(machine(files)) == 3

    def test_a_container_that_sees_the_path_of_the_host(self, machine):
        files = {
            "proc/self/cgroup": "3:cpu,cpuacct:/docker/0123abcd\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "100000\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        }
        assert cores(machine(files)) == 1


class TestFreeMemory:
    def test_without_control_groups(self, machine):
        assert free_memory(machine({})) == 8 * GB

    def test_what_the_limit_leaves_with_the_cache_of_files(self, machine):
        files = {
            "proc/self/cgroup": "0::/box\n",
            "sys/fs/cgroup/box/memory.max": f"{4 * GB}\n",
            "sys/fs/cgroup/box/memory.current": f"{3 * GB}\n",
            "sys/fs/cgroup/box/memory.stat": f"anon {GB}\nfile {2 * GB}\ninactive_file {GB}\nactive_file {GB}\n",
        }
        assert free_memory(machine(files)) == 2 * GB

    def test_a_parent_may_be_narrower_and_the_machine_narrower_still(self, machine):
        files = {
            "proc/self/cgroup": "0::/a/b\n",
            "sys/fs/cgroup/a/memory.max": f"{5 * GB}\n",
            "sys/fs/cgroup/a/memory.current": f"{2 * GB}\n",
            "sys/fs/cgroup/a/b/memory.max": "max\n",
            "sys/fs/cgroup/a/b/memory.current": f"{GB}\n",
        }
        assert free_memory(machine(files)) == 3 * GB
        meminfo = {"proc/meminfo": f"MemTotal: 16777216 kB\nMemAvailable: {2**20} kB\n"}
        assert free_memory(machine(files | meminfo)) == GB

    def test_of_version_1(self, machine):
        files = {
            "proc/self/cgroup": "4:memory:/box\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED_V1,
            "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{9 * GB}\n",
            "sys/fs/cgroup/memory/box/memory.limit_in_bytes": f"{2 * GB}\n",
            "sys/fs/cgroup/memory/box/memory.usage_in_bytes": f"{GB}\n",
            "sys/fs/cgroup/memory/box/memory.stat": f"inactive_file 5\ntotal_inactive_file {GB // 2}\n",
        }
        assert free_memory(machine(files)) == 3 * GB // 2

    def test_no_limit_of_version_1(self, machine):
        files = {
            "proc/self/cgroup": "4:memory:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": UNLIMITED_V1,
            "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{9 * GB}\n",
        }
        assert free_memory(machine(files)) == 8 * GB

    def test_never_less_than_nothing(self, machine):
        files = {
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": f"{GB}\n",
            "sys/fs/cgroup/memory.current": f"{GB + 4096}\n",
        }
        assert free_memory(machine(files)) == 0

    def test_a_system_that_does_not_say(self, tmp_path):
        assert free_memory(tmp_path) > 0
