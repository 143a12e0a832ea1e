"""The teaching texts imbbench grew out of: published figures, through the whole harness."""

from __future__ import annotations

from statistics import median

import pytest

from imbbench.bench import bench
from imbbench.benchfile import read
from imbbench.border_data import check_data
from imbbench.builtin import torch_models
from imbbench.data import Context, TrainingSet
from imbbench.options import Options
from imbbench.plan import plan

from .conftest import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_plans(registry, path):
    if path.stem == "does_balancing_help" and not registry.components["dataset"].get("keel/yeast4"):
        pytest.skip("it needs imbbench-keel and imbbench-imblearn; docs/does_balancing_help.md runs it")
    grids, _ = read(path)
    cells = plan(registry, grids)
    assert len(cells) == {"moons_tutorial": 1, "circles_chapter": 20, "creditcard_course": 7}.get(
        path.stem, len(cells)
    )


def test_the_moons_tutorial_comes_out_exactly(registry):
    grids, options = read(ROOT / "examples" / "moons_tutorial.toml")
    options = Options(tuple(options["threshold"]), tuple(options["metrics"]), options["device"])
    (row,) = bench(registry, plan(registry, grids), options).rows
    counts = {
        threshold: tuple(found[name] for name in ("tn", "fp", "fn", "tp"))
        for threshold, found in row.metrics.items()
    }
    assert counts == {0.3: (6, 3, 0, 11), 0.5: (7, 2, 1, 10), 0.7: (9, 0, 2, 9)}
    half = row.metrics[0.5]
    assert half["recall"] == pytest.approx(0.9091, abs=5e-5)
    assert 1 - half["specificity"] == pytest.approx(0.2222, abs=5e-5)
    assert half["precision"] == pytest.approx(0.8333, abs=5e-5)
    assert half["roc_auc"] == pytest.approx(0.9797979797979798, abs=1e-15)
    assert half["pr_auc_trapezoid"] == pytest.approx(0.9854312354312356, abs=1e-15)
    assert row.info["steps"] == 500


def test_the_circles_chapter_lies_in_its_band(registry):
    """On all 300 rows, as in the text: the median over 20 seeds of the final training loss is under .2,
    and a fixed seed gives the same curve twice."""
    grids, _ = read(ROOT / "examples" / "circles_chapter.toml")
    cells = plan(registry, grids)
    data = check_data(registry.resolve("dataset", cells[0].dataset).call(), "circles")
    train = TrainingSet(data.X.to_numpy("float32"), data.y)

    def curve(seed):
        context = Context(0, "cpu", 1, 1, (150, 150))
        params = registry.resolve("model", cells[seed].model).params
        assert params["random_state"] == seed
        return torch_models.mlp(context, **params).fit(train).info_["loss_curve"]

    curves = [curve(seed) for seed in range(20)]
    assert {len(each) for each in curves} == {20}
    assert median(each[-1] for each in curves) < 0.2
    assert curve(3) == curves[3]
