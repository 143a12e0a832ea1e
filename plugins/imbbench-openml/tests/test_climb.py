from __future__ import annotations

import pytest
from imbbench.plugins import load_plugins

from imbbench_openml.climb import BINARY, DATASETS, MULTICLASS
from openml_server import MADE_UP, Server, climb

SMALL = [each for each in DATASETS if each.card.rows <= MADE_UP]
REGISTRY = load_plugins(["imbbench_openml"])


def selected(text: str) -> list[str]:
    return [bound.name for bound in REGISTRY.select("dataset", [text])]


def test_the_suite_is_that_of_the_paper() -> None:
    """73 data sets; of their ratios, majority to minority, the paper's table begins with 2.01 and ends with 577.88."""
    assert (len(BINARY), len(MULTICLASS)) == (60, 13)
    facts = [*BINARY, *MULTICLASS]
    assert len({number for number, *_ in facts}) == len({name for _, name, *_ in facts}) == 73
    ratios = [(n - positives) / positives for _, _, n, positives in BINARY]
    assert ratios == sorted(ratios)
    assert (f"{ratios[0]:.2f}", f"{ratios[-1]:.2f}") == ("2.01", "577.88")


def test_names_and_filters_choose_from_it() -> None:
    assert len(selected("climb/*")) == 60
    assert len(selected("climb*/*")) == 73
    few = selected("climb/*[max_rows=600,min_ratio=2.5]")
    assert "climb/haberman" in few
    assert "climb/mc2" not in few
    assert not [name for name in selected("all") if name.startswith(("climb", "openml"))]


@pytest.mark.parametrize("dataset", SMALL, ids=lambda each: each.name)
def test_the_rarest_label_is_class_1(server: Server, dataset) -> None:
    data = dataset.load()
    assert data.positive == "c"
    assert len(data.y) == dataset.card.rows
    assert data.y.mean() == pytest.approx(dataset.card.prevalence)
    assert all(file.is_file() for file in dataset.files())


def test_other_rows_than_those_of_the_table_are_warned_of(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = climb() | {1054: b"@relation r\n@attribute x real\n@attribute y {a,c}\n@data\n1,a\n2,a\n3,c\n"}
    monkeypatch.setattr("openml_server.climb", lambda: other)
    (mc2,) = [each for each in DATASETS if each.name == "climb/mc2"]
    with pytest.warns(UserWarning, match="3 rows, 1 of class 1, 2 labels; CLIMB's table says 161, 52 and 2"):
        mc2.load()
