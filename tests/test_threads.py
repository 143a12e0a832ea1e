from __future__ import annotations

import subprocess
import sys

import torch
from threadpoolctl import threadpool_info

from imbbench.threads import Threads


def threads_in_use():
    return {library["num_threads"] for library in threadpool_info()} | {torch.get_num_threads()}


def test_everything_that_is_loaded_is_limited_and_given_back():
    import scipy.linalg  # noqa: F401

    before = threads_in_use()
    for wanted in (1, 2):
        with Threads(wanted).limited():
            assert threads_in_use() == {wanted}
    assert threads_in_use() == before


def test_a_library_that_is_loaded_later_is_limited_from_the_next_time_on():
    code = (
        "import sys; from imbbench.threads import Threads; threads = Threads(1)\n"
        "with threads.limited(): import scipy.linalg, sklearn.ensemble, torch\n"
        "from threadpoolctl import threadpool_info\n"
        "with threads.limited(): print({each['num_threads'] for each in threadpool_info()}, torch.get_num_threads())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "{1} 1"
