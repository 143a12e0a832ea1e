"""As a user runs them."""

from __future__ import annotations

import imbbench
import pytest

pytest.importorskip("sklearnex", reason="scikit-learn-intelex has no wheel for this platform")

DATA = "moons[n_samples=1000,minority_fraction=0.1]"
STRATEGIES = ["none", "class_weight", "pos_weight", "undersample"]
MODELS = ["onedal-rf", "onedal-lr", "sklearn-rf[n_estimators=20,oob_score=false]", "sklearn-lr[C=1.0]"]


def test_beside_scikit_learns_in_two_workers():
    rows = imbbench.run(DATA, STRATEGIES, MODELS, jobs=2)
    assert len(rows) == len(STRATEGIES) * len(MODELS)
    cells = {(row.cell.strategy, row.cell.model.partition("[")[0]): row for row in rows}
    for (strategy, model), row in cells.items():
        if model == "onedal-lr" and strategy.endswith("_weight"):
            assert row.status == "unsupported"
            assert (
                "oneDAL cannot do this LogisticRegression.fit (Class weights are not supported)" in row.reason
            )
            assert "choose sklearn-lr" in row.reason
        else:
            assert (row.status, row.reason, list(row.notes)) == ("ok", "", [])
            assert row.metrics[0.5]["roc_auc"] > 0.8
    for strategy in ("none", "undersample"):
        ours, theirs = (cells[strategy, model].metrics[0.5] for model in ("onedal-lr", "sklearn-lr"))
        assert ours["roc_auc"] == pytest.approx(theirs["roc_auc"], abs=1e-3)
    assert 0.9 < cells["none", "onedal-rf"].info["oob_score"] < 1


def test_threads_of_the_run_change_no_figure_of_the_forest():
    one, two = (
        imbbench.run(DATA, "class_weight", "onedal-rf", executor="serial", threads=threads)[0]
        for threads in (1, 2)
    )
    assert repr(one.metrics) == repr(two.metrics)  # NaN among them
