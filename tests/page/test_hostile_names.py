"""Names from plugins and files are data: whatever they are called, nothing in them becomes markup or script."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase

import pytest
from tests.browser import Browser
from tests.scored_stores import stored_run

from imbbench import Cell, Results
from imbbench.aggregate import heading
from imbbench.page import page
from imbbench.page.folders import without_folders
from imbbench.registry import Registry

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "'><b onclick='alert(1)'>",
    "</style></title></textarea></select></caption><!--",
    "{{7*7}}{% include 'x' %}${7*7}",
    "javascript:alert(1)",
    "a\u2028b\u2029c",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "x\x00\x1b[31m\x07\ry",
    "\u202egnp.exe\u2066",
    "=1+1",
    "&lt;b&gt;&amp;",
    '{"a": "\\u003c"}',
    "a_name_without_a_break" * 6,
    "\u05e9\u05dd 1.5",
)
TAME = tuple(f"name{letter}" for letter in ascii_lowercase[: len(HOSTILE)])


def hostile_run(registry: Registry, path: Path, names: Sequence[str]) -> Results:
    """A run with these names everywhere: each is a data set, a strategy, a model, a split, and so on."""
    cells = [
        Cell(dataset, names[number - 1], fold, names[number - 2], strategy, names[number - 3], 0)
        for number, dataset in enumerate(names)
        for strategy in ("none", names[number - 4])
        for fold in range(2)
    ]
    cells += [
        Cell(names[0], names[-1], fold, names[-2], strategy, names[-3], 0)
        for strategy in names
        for fold in (0, 1)
    ]
    cells = list(dict.fromkeys(cells))
    failed = {cell: ("error", names[number % len(names)]) for number, cell in enumerate(cells[2::9])}
    return stored_run(
        registry,
        path,
        cells,
        rows=60,
        failed=failed,
        alike=True,
        environment={
            "command": names[0],
            names[1]: names[2],
            "versions": dict(zip(names, names[::-1], strict=True)),
        },
        extra=dict.fromkeys(names, 0.25),
        notes=tuple(names),
        positive=names[1],
        source=names[2],
        columns=("tp", "recall", "roc_auc"),
    )


@pytest.fixture(scope="module")
def hostile(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return hostile_run(registry, tmp_path_factory.mktemp("hostile") / "s.sqlite", HOSTILE)


@pytest.fixture(scope="module")
def tame(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return hostile_run(registry, tmp_path_factory.mktemp("tame") / "s.sqlite", TAME)


#: Around words from right to left, so that the figures beside them keep their places.
ISOLATED = "\u2068\u2069"
#: Name and attributes of every element; pictures depend on how long names are.
ELEMENTS = """return [...document.querySelectorAll("*:not(svg *)")].map((element) =>
    [element.tagName, ...[...element.attributes].map((attribute) => attribute.name).sort()].join(" "))"""
PICTURED = (
    "return [...new Set([...document.querySelectorAll('svg *')].map((element) => element.tagName))].sort()"
)
CHOSEN = """
document.getElementById("page-size").value = "all";
document.getElementById("page-size").dispatchEvent(new Event("change"));
document.getElementById("dataset").selectedIndex = arguments[0];
document.getElementById("dataset").dispatchEvent(new Event("change"));
for (const box of document.querySelectorAll("#columns input:not(:checked)")) box.click();
"""


def shown(browser: Browser, results: Results, dataset: int) -> tuple[Counter[str], list[str], str]:
    """(elements, those in pictures, all text) of the page with this data set chosen and all columns."""
    browser.open(page(results))
    browser.wait("document.body.dataset.state === 'ready'")
    browser.script(CHOSEN, dataset)
    found = Counter(browser.script(ELEMENTS)), browser.script(PICTURED)
    assert browser.console() == []
    assert browser.requests() == []
    text = browser.script("return document.body.textContent")
    assert re.findall("[\u0590-\u05ff]", re.sub(f"{ISOLATED[0]}[^{ISOLATED}]*{ISOLATED[1]}", "", text)) == []
    return *found, text.translate(dict.fromkeys(map(ord, ISOLATED)))


@pytest.mark.parametrize("dataset", [0, 7])
def test_names_make_no_element_of_the_page(
    hostile: Results, tame: Results, dataset: int, browser: Browser
) -> None:
    elements, pictured, text = shown(browser, hostile, dataset)
    expected, drawn, _ = shown(browser, tame, dataset)
    assert elements == expected
    assert pictured == drawn
    for name in HOSTILE:
        assert without_folders(name) in text


def test_names_of_columns_have_their_figures(hostile: Results, browser: Browser) -> None:
    shown(browser, hostile, 0)
    texts = browser.script("""
        const heads = [...document.querySelectorAll("#cells thead th")].map((head) => head.textContent);
        const rows = [...document.querySelectorAll("#cells tbody tr:not(.not-ok)")];
        return heads.map((head, place) => [head.replaceAll(/[\\u2068\\u2069]/g, ""), [...new Set(rows.map((row) => row.cells[place].innerText.trim()))]])
    """)
    figures = dict(texts)
    for name in HOSTILE:
        assert [text.partition(" ")[0].rstrip("*") for text in figures[heading(name)]] == ["0.2500"]


def test_they_fit_a_phone(hostile: Results, browser: Browser) -> None:
    browser.open(page(hostile))
    browser.resize(375, 700)
    browser.wait("document.body.dataset.state === 'ready'")
    assert browser.script("return [innerWidth, document.documentElement.scrollWidth]") == [375, 375]


def test_what_is_copied_reads_back(hostile: Results, browser: Browser) -> None:
    shown(browser, hostile, 0)
    browser.script(
        "navigator.clipboard.writeText = () => Promise.reject(); document.getElementById('copy').click()"
    )
    text = browser.wait("document.getElementById('csv').value")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert {len(row) for row in rows} == {len(head)}
    for kind in ("strategy", "model"):
        there = {row[head.index(kind)] for row in rows}
        assert there <= {"none", *map(without_folders, HOSTILE)}
        assert len(there) >= len(HOSTILE)


def test_notebooks_show_names_as_text(hostile: Results, tame: Results, browser: Browser) -> None:
    found = []
    for results in (hostile, tame):
        parts = []
        for html in (results._repr_html_(), results.compare(metrics="roc_auc")._repr_html_()):
            browser.open(f"<!doctype html><meta charset=utf-8><body>{html}")
            parts.append(Counter(browser.script(ELEMENTS)))
            assert browser.console() == []
            assert browser.requests() == []
        found.append(parts)
        text = browser.script("return document.body.textContent")
    assert found[0] == found[1]
    assert text
