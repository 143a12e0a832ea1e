"""One thread, as in a cell by default: k-means waits for its threads, longer than it computes."""

from __future__ import annotations

import os
from importlib.util import find_spec

os.environ.setdefault("OMP_NUM_THREADS", "1")

MISSING = [name for name in ("imblearn", "imbbench_imblearn") if find_spec(name) is None]
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header() -> list[str]:
    return [f"imbbench-imblearn is not tested, since {name} is not installed" for name in MISSING]
