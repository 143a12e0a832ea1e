"""As a user chooses and runs them."""

from __future__ import annotations

from pathlib import Path

import imbbench

from imbbench_keel.catalogue import find_sets


def test_names_and_filters_choose_and_nothing_is_loaded_twice(tmp_path: Path) -> None:
    chosen = ["keel/ecoli-0-1_vs_5,keel/cleveland-0_vs_4", "keel/*[max_rows=110,min_ratio=9]"]
    store = tmp_path / "runs.sqlite"
    first = imbbench.run(chosen, "class_weight", "sklearn-lr", executor="serial", store=store)
    names = {f"keel/{name}" for name in ("ecoli-0-1_vs_5", "cleveland-0_vs_4", "glass-0-4_vs_5", "glass-0-6_vs_5", "zoo-3")}  # fmt: skip
    assert {row.cell.dataset for row in first} == names
    assert {row.status for row in first} == {"ok"}
    sizes = {
        row.cell.dataset: sum(row.metrics[0.5][count] for count in ("tn", "fp", "fn", "tp")) for row in first
    }
    rows = {f"keel/{one.name}": one.rows for one in find_sets()}
    assert all(0.29 < sizes[name] / rows[name] < 0.32 for name in names)  # the holdout's test part
    again = imbbench.run(chosen, "class_weight", "sklearn-lr", executor="serial", store=store)
    assert all(row.cached for row in again)
