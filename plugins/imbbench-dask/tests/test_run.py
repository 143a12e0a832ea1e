"""Whole runs: the same figures as without a cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from conftest import Cluster, until

STRATEGIES = "none,class_weight,undersample,pos_weight"  # whatever other plugins are installed
COMMAND = [
    *(sys.executable, "-m", "imbbench", "-d", "moons[n_samples=2000]", "-s", STRATEGIES, "--format", "json"),
    *("-m", "sklearn-lr,sklearn-rf[n_estimators=30]", "--split", "kfold[n_splits=3]"),
]


def run(folder: Path, executor: str, *options: str) -> subprocess.Popen[str]:
    store = ["--store", str(folder / f"{executor[:6]}.sqlite")]
    return subprocess.Popen(
        [*COMMAND, "--executor", executor, *store, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
    )


def figures(process: subprocess.Popen[str]) -> dict[Any, Any]:
    """What was measured, by cell and threshold."""
    out, err = process.communicate()
    assert process.returncode == 0, err
    names = ("dataset", "split", "fold", "strategy", "model", "threshold", "random_state")
    cells = json.loads(out)["cells"]
    return {tuple(cell[name] for name in names): (cell["status"], cell["metrics"]) for cell in cells}


def test_figures_are_those_of_serial_also_if_a_worker_dies(cluster: Cluster, tmp_path: Path) -> None:
    cluster.add()
    cluster.add()
    expected = figures(run(tmp_path, "serial"))
    assert len(expected) == 24
    assert {status for status, _ in expected.values()} == {"ok"}
    process = run(tmp_path, f"dask[scheduler={cluster.address}]", "--jobs", "2")
    until(lambda: list(cluster.folder.glob("dask-scratch-space/worker-*/imbbench-*/*/X_train.npy")))
    os.kill(next(iter(cluster.pids().values())), signal.SIGKILL)
    assert figures(process) == expected


def test_figures_are_those_of_serial_on_a_cluster_of_its_own(tmp_path: Path) -> None:
    expected = figures(run(tmp_path, "serial"))
    assert figures(run(tmp_path, "dask", "--jobs", "2")) == expected


def test_a_cluster_that_cannot_be_used_is_a_usage_error(cluster: Cluster, tmp_path: Path) -> None:
    cluster.add(daemon=True)
    process = run(tmp_path, f"dask[scheduler={cluster.address}]")
    out, err = process.communicate()
    assert process.returncode == 2
    assert "distributed.worker.daemon: false" in err
    assert "Traceback" not in err + out
