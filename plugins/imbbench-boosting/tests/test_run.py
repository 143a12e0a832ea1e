"""All models through imbbench, in worker processes, and in environments where libraries are missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import imbbench
import pytest

NAMES = ["lightgbm", "xgboost", "catboost"]
SPECS = ["lightgbm", "xgboost", "catboost[n_estimators=50]"]
DATA = "moons[n_samples=600,minority_fraction=0.1]"


def test_all_models_and_strategies_beside_torch_and_scikit_learn_in_two_workers(tmp_path):
    others = ["sklearn-rf[n_estimators=20]", "torch-linear[epochs=2,min_steps=0]"]
    results = imbbench.run(
        dataset=[DATA],
        strategy=["none", "class_weight", "pos_weight", "undersample"],
        model=[*SPECS, *others],
        jobs=2,
        store=tmp_path / "results.sqlite",
    )
    assert [(result.status, result.reason) for result in results if result.status != "ok"] == []
    assert len(results) == 20


def test_threads_of_the_run_reach_lightgbm_and_change_no_figure(tmp_path):
    one, two = (
        imbbench.run(
            dataset=[DATA],
            strategy=["pos_weight"],
            model=["lightgbm"],
            threads=threads,
            store=tmp_path / f"{threads}",
        )
        for threads in (1, 2)
    )
    assert one[0].status == two[0].status == "ok"
    assert repr(one[0].metrics) == repr(two[0].metrics)  # NaN among them


def without(folder, *hidden):
    """An environment of its own with everything that is installed here but what begins with these words."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = next((folder / "lib").glob("python*/site-packages"))
    paths = []
    for path in map(Path, sys.path):
        if path.name in ("site-packages", "dist-packages"):
            for entry in path.iterdir():
                if (
                    entry.suffix != ".pth"
                    and not entry.name.startswith(hidden)
                    and not (site / entry.name).exists()
                ):
                    (site / entry.name).symlink_to(entry)
        elif path.is_dir():
            paths.append(str(path))
    (site / "others.pth").write_text("\n".join(paths))
    return folder / "bin" / "python"


def imbbench_in(python, *arguments):
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [python, "-m", "imbbench", *arguments]
    return subprocess.run(command, env=env, cwd=python.parent, capture_output=True, text=True, timeout=120)


@pytest.mark.skipif(os.name == "nt", reason="links")
@pytest.mark.parametrize("there", [*NAMES, None])
def test_one_library_can_be_had_without_the_others(there, tmp_path):
    python = without(tmp_path, *(name for name in NAMES if name != there))
    run = imbbench_in(python, "-d", DATA, "-s", "none", "-m", ",".join(SPECS), "--format", "json")
    cells = {cell["model"].partition("[")[0]: cell for cell in json.loads(run.stdout)["cells"]}
    assert list(cells) == NAMES
    for name, cell in cells.items():
        assert cell["status"] == ("ok" if name == there else "missing-dependency"), cell["reason"]
        distribution = "xgboost-cpu" if name == "xgboost" else name
        assert name == there or distribution in cell["reason"]


def test_models_of_missing_libraries_are_listed(tmp_path):
    listed = imbbench_in(without(tmp_path, *NAMES), "list")
    assert listed.returncode == 0
    models = [line.split()[1] for line in listed.stdout.splitlines() if line.startswith("model ")]
    assert set(NAMES) <= set(models)


def installed(folder, distribution):
    """Metadata as an installer leaves them."""
    info = folder / f"{distribution.replace('-', '_')}-9.9.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 9.9\n")


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], ("xgboost-cpu",)),
        (["xgboost-cpu"], ("xgboost-cpu",)),
        (["xgboost"], ("xgboost",)),
        (["xgboost", "xgboost-cpu"], ("xgboost", "xgboost-cpu")),
    ],
)
def test_either_wheel_of_xgboost_will_do(there, expected, tmp_path, monkeypatch):
    from imbbench_boosting import imbbench_models

    for distribution in there:
        installed(tmp_path, distribution)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    requires = {model.name: model.requires for model in imbbench_models()}
    assert requires["xgboost"] == expected
