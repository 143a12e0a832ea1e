from __future__ import annotations

import platform
import subprocess
import sys

import pytest

#: Frees a large array, which raises glibc's limit; then large arrays with a small object behind each.
SCRIPT = """
import os, sys
import numpy as np
from imbbench.memory import return_large_blocks
if sys.argv[1] == "returned":
    return_large_blocks()
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
np.ones(30 * 2**20, np.int8)
before = resident()
arrays = [np.ones(size, np.int8) for _ in range(20) for size in (8 * 2**20, 100_000)]
del arrays[::2]
print(resident() - before)
"""


def left_over(how: str) -> float:
    command = [sys.executable, "-c", SCRIPT, how]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told")
def test_large_blocks_go_back_though_small_ones_behind_them_stay():
    assert left_over("kept") > 100
    assert left_over("returned") < 10
