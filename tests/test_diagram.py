"""Critical-difference diagrams: drawn for every metric, refused where they would mean nothing."""

from __future__ import annotations

import re
import sys

import pytest

from imbbench import MissingDependency, UsageError
from imbbench.diagram import check_diagram, draw
from tests.comparisons import METRIC, row, run, shifted


def test_names_ranks_and_the_critical_difference_are_in_it(tmp_path):
    pytest.importorskip("scikit_posthocs")
    comparison = shifted(0, datasets=6, a=0.1, b=-0.1).compare(metrics=(METRIC,))
    file = tmp_path / "ranks.svg"
    check_diagram(file)
    draw(comparison, file)
    texts = re.findall(r">([^<]+)</text>", file.read_text())  # every text that was drawn
    assert {"a (1.00)", "none (2.00)", "(3.00) b", "kfold · PR AUC · lr · 6 data sets"} <= set(texts)
    assert (
        "critical difference 1.35" in texts
    )  # 2.343 * sqrt(3 * 4 / (6 * 6)), with q of Demšar (2006), table 5


def test_who_is_not_ranked_is_named(tmp_path):
    pytest.importorskip("scikit_posthocs")
    failed = [row(f"data{i}", "b", 0, {}, status="error", reason="no") for i in range(6)]
    file = tmp_path / "ranks.svg"
    draw(run([*shifted(0, datasets=6, a=0.1), *failed]).compare(metrics=(METRIC,)), file)
    assert "kfold · PR AUC · lr · 6 data sets · without b</text>" in file.read_text()


def test_bars_join_what_cannot_be_told_apart(tmp_path):
    """Ranks are 1 apart: less than the critical difference of 6 data sets, more than that of 12."""
    pytest.importorskip("scikit_posthocs")
    bars = {}
    for datasets in (6, 12):
        file = tmp_path / "ranks.svg"
        draw(shifted(0, datasets=datasets, a=0.1, b=-0.1).compare(metrics=(METRIC,)), file)
        bars[datasets] = file.read_text().count("stroke-width: 2")
    assert bars == {6: 3, 12: 1}  # one of them shows the critical difference


@pytest.mark.parametrize(("suffix", "begins"), [(".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_other_kinds_of_files(tmp_path, suffix, begins):
    pytest.importorskip("scikit_posthocs")
    file = tmp_path / f"ranks{suffix}"
    draw(shifted(0.1, datasets=6).compare(metrics=(METRIC,)), file)
    assert file.read_bytes().startswith(begins)


@pytest.mark.parametrize("datasets", [1, 5])
def test_too_few_data_sets_are_refused(tmp_path, datasets):
    comparison = shifted(0.1, datasets=datasets).compare(metrics=(METRIC,))
    with pytest.raises(UsageError, match="a diagram of ranks needs 6 data sets"):
        draw(comparison, tmp_path / "ranks.svg")


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"ranks.gif: expected a file that ends in .svg, .png, .pdf"):
        check_diagram(tmp_path / "ranks.gif")


def test_a_missing_library_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "scikit_posthocs", None)  # Python's way to say that there is none
    with pytest.raises(MissingDependency, match=r"need scikit_posthocs.*pip install 'imbbench\[plots\]'"):
        check_diagram(tmp_path / "ranks.svg")
