"""What notebooks show, read back from its HTML."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.browser import Browser
from tests.scored_stores import stored_run

from imbbench import Cell, Results, tables
from imbbench.builtin.report_text import footer
from imbbench.page.notebook import MOST_ROWS
from imbbench.registry import Registry

HOSTILE = '"><img src=x onerror=alert(1)>{{7*7}}</script>'


def cells(datasets: int, folds: int = 2) -> list[Cell]:
    return [
        Cell(f"data{number}", "kfold", fold, "standard", strategy, "sklearn-lr", 0)
        for number in range(datasets)
        for strategy in ("none", "class_weight")
        for fold in range(folds)
    ]


@pytest.fixture(scope="module")
def results(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Results:
    every = cells(2)
    failed = {every[-1]: ("error", HOSTILE)}
    return stored_run(registry, tmp_path_factory.mktemp("notebook") / "s.sqlite", every, failed=failed)


class _Reader(HTMLParser):
    """Texts of the cells of each table, row by row, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.text = ""
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside:
            self.tables[-1][-1][-1] += data


def test_results_are_the_tables_and_the_footer(results: Results) -> None:
    read = _Reader(results._repr_html_())
    expected = tables(results)
    assert read.tables == [
        [[column.heading for column in table.columns], *([str(entry) for entry in row] for row in table.rows)]
        for table in expected
    ]
    for table in expected:
        for line in (table.title, *table.caption, *table.notes, *table.footnotes):
            assert line in read.text
    assert footer(results) in read.text
    assert HOSTILE in read.text


def test_the_best_of_a_column_is_bold(results: Results) -> None:
    html = results._repr_html_()
    best = [entry.text for table in tables(results) for row in table.rows for entry in row if entry.best]
    assert best
    assert all(f"<strong>{text}</strong>" in html for text in best)
    assert html.count("<strong>") == len(best) + len(tables(results))  # titles


def test_of_very_many_rows_the_first_are_shown(results: Results) -> None:
    row = results[0]
    many = tuple(
        replace(row, cell=replace(row.cell, dataset=f"d{number}")) for number in range(MOST_ROWS + 5)
    )
    read = _Reader(replace(results, rows=many)._repr_html_())
    assert sum(len(table) - 1 for table in read.tables) == MOST_ROWS
    assert f"the first {MOST_ROWS} of {MOST_ROWS + 5} rows" in read.text
    assert f"{MOST_ROWS + 5} cells" in read.text
    wide = tuple(
        replace(row, cell=replace(row.cell, strategy=f"s{number}")) for number in range(MOST_ROWS + 5)
    )
    (table,) = _Reader(replace(results, rows=wide)._repr_html_()).tables
    assert len(table) - 1 == MOST_ROWS


def test_a_comparison_is_its_tables_and_sentences(registry: Registry, tmp_path: Path) -> None:
    found = stored_run(registry, tmp_path / "s.sqlite", cells(2, folds=5)).compare(metrics="roc_auc,recall")
    read = _Reader(found._repr_html_())
    plain = " ".join(str(found).split())
    assert len(read.tables) == len({(one.where, one.contrast.metric) for one in found.differences}) + 2
    for sentence in (*found.sentences, *found.notes):
        assert sentence in read.text
    for table in read.tables:
        for row in table[1:]:
            assert " ".join(row) in plain.replace("*", "")


def test_it_is_read_on_any_ground(results: Results, browser: Browser) -> None:
    for ground, ink in (("rgb(255, 255, 255)", "rgb(30, 30, 30)"), ("rgb(17, 17, 17)", "rgb(230, 230, 230)")):
        style = f"body {{ background: {ground}; color: {ink} }} p, th, td {{ color: inherit }}"
        browser.open(f"<!doctype html><style>{style}</style>{results._repr_html_()}<p id=other>other</p>")
        asked = (
            "return [...document.querySelectorAll(arguments[0])].map(e => getComputedStyle(e)[arguments[1]])"
        )
        assert set(browser.script(asked, "th, td, p, caption", "color")) == {ink}
        assert set(browser.script(asked, "td.number", "textAlign")) == {"right"}
        assert browser.script("return document.querySelectorAll('img, script').length") == 0
        assert browser.script(asked, "#other", "fontSize") == ["16px"]  # its styles are its own
        assert browser.console() == []
        assert browser.requests() == []
