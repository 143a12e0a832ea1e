"""How the page behaves in a real browser: its tables, its pictures, its keys, its colours."""

from __future__ import annotations

import csv
import io
import math
import random
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from selenium.webdriver import ActionChains, Keys
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve
from tests.browser import Browser

from imbbench import Results, run
from imbbench.fit_scores import fit_scores
from imbbench.page import _packed, page
from imbbench.page.data import page_data
from imbbench.page.evidence import comparison_of

READY = "document.body.dataset.state === 'ready'"
TEXTS = """return [...document.querySelectorAll("#cells tbody tr")].map(
  (row) => [...row.cells].map((cell) => cell.firstChild ? cell.firstChild.textContent : ""))"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """56 rows: two data sets, strategies and models, seven thresholds, two folds."""
    sizes = "n_samples=400,minority_fraction=0.1"
    return run(
        [f"moons[{sizes}]", f"circles[{sizes}]"],
        "none,undersample",
        ["sklearn-lr", "sklearn-rf[n_estimators=20,oob_score=false]"],
        split="kfold[n_splits=2]",
        threshold=[0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99],
        executor="serial",
        store=tmp_path_factory.mktemp("page") / "s.sqlite",
    )


@pytest.fixture(scope="module")
def html(results: Results) -> str:
    return page(results)


@pytest.fixture(scope="module")
def data(results: Results) -> dict[str, Any]:
    return page_data(results, comparison_of(results))


@pytest.fixture
def opened(browser: Browser, html: str) -> Browser:
    browser.open(html)
    browser.wait(READY)
    return browser


def click(browser: Browser, selector: str) -> None:
    browser.script("document.querySelector(arguments[0]).click()", selector)


def put(browser: Browser, name: str, value: str, event: str = "input") -> None:
    """Set a control as a person does, and let the page follow."""
    browser.driver.execute_async_script(
        """const [name, value, event, done] = arguments;
        document.getElementById(name).value = value;
        document.getElementById(name).dispatchEvent(new Event(event));
        requestAnimationFrame(() => requestAnimationFrame(done));""",
        name,
        value,
        event,
    )


def headings(browser: Browser) -> list[str]:
    return browser.script(
        "return [...document.querySelectorAll('#cells thead th')].map((th) => th.textContent)"
    )


def column(browser: Browser, heading: str) -> list[str]:
    place = headings(browser).index(heading)
    return [row[place] for row in browser.script(TEXTS)]


def sort_by(browser: Browser, heading: str) -> None:
    browser.script(
        "[...document.querySelectorAll('#cells th button')].find((b) => b.textContent === arguments[0]).click()",
        heading,
    )


def test_figures_are_rounded_and_averaged_as_python_does(opened: Browser) -> None:
    draw = random.Random(1)
    ties = [odd / 32 for odd in range(1, 300, 2)]
    values = [*ties, 0.00005, 0.12345, 0.99995, *(draw.random() for _ in range(2000))]
    assert opened.script("return arguments[0].map((x) => rounded(x, 4))", values) == [
        f"{x:.4f}" for x in values
    ]
    quarters = [odd / 4 for odd in range(1, 99, 2)]
    assert opened.script("return arguments[0].map((x) => shown('fp', x))", quarters) == [
        f"{x:.1f}" for x in quarters
    ]
    lists = [
        [draw.uniform(-1, 1) * 10 ** draw.randint(-12, 12) for _ in range(draw.randint(1, 9))]
        for _ in range(2000)
    ]
    lists += [[1e16, 1.0, 1e-16], [1.0, 1e100, 1.0, -1e100], [0.1] * 10]
    assert opened.script("return arguments[0].map(exactSum)", lists) == list(map(math.fsum, lists))
    assert opened.script("return arguments[0].map(mean)", lists) == list(map(statistics.fmean, lists))


@pytest.mark.parametrize("heading", ["precision", "FP", "seconds"])
def test_rows_are_sorted_by_number_with_dashes_last(opened: Browser, heading: str) -> None:
    put(opened, "page-size", "all", "change")
    texts = column(opened, heading)
    numbers = sorted(float(text) for text in texts if text != "–")
    dashes = ["–"] * (len(texts) - len(numbers))
    assert dashes or heading != "precision"
    directions = ("ascending", "descending")
    for direction in directions[::-1] if heading == "precision" else directions:  # the better end first
        sort_by(opened, heading)
        found = column(opened, heading)
        expected = numbers if direction == "ascending" else numbers[::-1]
        assert [float(text) for text in found[: len(numbers)]] == expected
        assert found[len(numbers) :] == dashes
        states = opened.script(
            "return [...document.querySelectorAll('#cells th[aria-sort]')].map("
            "(th) => [th.textContent, th.getAttribute('aria-sort'), document.activeElement === th.firstChild])"
        )
        assert states == [[heading, direction, True]]


def test_rows_are_filtered_by_all_words(opened: Browser) -> None:
    put(opened, "filter", "CIRCLES undersample")
    assert len(opened.script(TEXTS)) == 14
    assert all("circles" in text for text in column(opened, "data set"))
    assert set(column(opened, "strategy")) == {"undersample"}
    assert opened.script("return document.getElementById('shown').textContent") == (
        "Rows 1 to 14 of 14; 56 without the filter."
    )
    put(opened, "filter", "circles moons")
    assert opened.script(TEXTS) == []
    assert "No row" in opened.script("return document.getElementById('shown').textContent")


@pytest.mark.parametrize("width", [320, 1000, 1280])
def test_nothing_is_wider_than_the_page(browser: Browser, html: str, width: int) -> None:
    browser.open(html)
    browser.resize(width, 800)
    browser.wait(READY)
    wide, room = browser.script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide == room


def test_the_enter_key_sends_nothing(opened: Browser) -> None:
    opened.script("document.getElementById('filter').focus()")
    ActionChains(opened.driver).send_keys("lr", Keys.ENTER).perform()
    assert opened.script(f"return {READY} && location.search") == ""
    assert opened.console() == []
    assert len(opened.script(TEXTS)) == 28


def test_metrics_are_chosen(opened: Browser) -> None:
    before = headings(opened)
    assert "precision" in before
    assert "F1" not in before
    boxes = "#columns input[value={}]"
    assert opened.script("return document.querySelectorAll('#columns input').length") > 10
    click(opened, boxes.format("precision"))
    click(opened, boxes.format("brier"))
    after = headings(opened)
    assert "precision" not in after
    assert "brier" in after
    metrics = [{"name": name, "heading": name} for name in ("seconds", "status", "title")]
    keys = "return columnsOf({ metrics: arguments[0] }, [], new Set(['seconds', 'status', 'title'])).map(({ key }) => key)"
    assert len({*opened.script(keys, metrics)}) == 5 + len(metrics)


def test_rows_are_shown_in_pages(opened: Browser) -> None:
    def state() -> list[Any]:
        return opened.script(
            "return [document.querySelectorAll('#cells tbody tr').length, document.getElementById('shown')"
            ".textContent, ...['previous', 'next'].map((id) => document.getElementById(id).ariaDisabled === 'true')]"
        )

    assert state() == [50, "Rows 1 to 50 of 56.", True, False]
    first = opened.script(TEXTS)
    click(opened, "#next")
    assert state() == [6, "Rows 51 to 56 of 56.", False, True]
    opened.script("document.getElementById('next').focus()")
    click(opened, "#next")
    assert state() == [6, "Rows 51 to 56 of 56.", False, True]
    assert opened.script("return document.activeElement.id") == "next"
    second = opened.script(TEXTS)
    put(opened, "page-size", "all", "change")
    assert state() == [56, "Rows 1 to 56 of 56.", True, True]
    assert opened.script(TEXTS) == first + second


def test_on_paper_all_rows_are_there_and_nothing_is_folded(opened: Browser) -> None:
    state = (
        "return [document.querySelectorAll('#cells tbody tr').length,"
        " document.querySelectorAll('details:not([open]):not(#columns)').length]"
    )
    before = opened.script(state)
    opened.script("dispatchEvent(new Event('beforeprint'))")
    assert opened.script(state) == [56, 0]
    opened.script("dispatchEvent(new Event('afterprint'))")
    assert opened.script(state) == before


def shown_as_csv(browser: Browser) -> list[list[str]]:
    """The table as it stands there: figures and their spreads apart, dashes empty."""
    rows = browser.script(
        """return [...document.querySelectorAll("#cells tbody tr")].map((row) => [...row.cells].map((cell) => [
          cell.firstChild ? cell.firstChild.textContent : "",
          [...cell.querySelectorAll("small")].map((small) => small.textContent.replace("± ", ""))[0] ?? ""]))"""
    )
    names = headings(browser)
    spread = [
        any(row[place][1] for row in rows) and name != "remarks" and rows for place, name in enumerate(names)
    ]
    head = [
        part
        for name, has in zip(names, spread, strict=True)
        for part in ([name, f"± {name}"] if has else [name])
    ]
    lines = [
        [
            part.replace("–", "")
            for cell, has in zip(row, spread, strict=True)
            for part in (cell if has else cell[:1])
        ]
        for row in rows
    ]
    return [head, *lines]


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("setting", ["granted", "denied"])
def test_what_is_shown_is_copied_as_csv(opened: Browser, setting: str) -> None:
    for name in ("clipboard-write", "clipboard-read"):
        opened.driver.execute_cdp_cmd(
            "Browser.setPermission", {"permission": {"name": name}, "setting": setting}
        )
    put(opened, "filter", "moons lr")
    sort_by(opened, "precision")
    opened.script("document.getElementById('copy').scrollIntoView({ behavior: 'instant', block: 'center' })")
    opened.driver.find_element("id", "copy").click()
    told = opened.wait("document.getElementById('copied').textContent")
    text = opened.script("return document.getElementById('csv').value")
    assert parsed(text) == shown_as_csv(opened)
    assert len(parsed(text)) == 1 + 14
    is_hidden, is_focused = opened.script(
        "return [document.getElementById('csv-box').hidden, document.activeElement.id === 'csv']"
    )
    if setting == "denied":
        assert (is_hidden, is_focused) == (False, True)
        assert "below" in told
    else:
        assert is_hidden
        assert told == "14 of 56 rows are on the clipboard."
        copied = opened.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
        assert parsed(copied) == parsed(text)
    opened.driver.execute_cdp_cmd("Browser.resetPermissions", {})


def test_a_strategy_is_switched_off_everywhere(opened: Browser) -> None:
    visible = """return [...document.querySelectorAll("main [data-slot]:not(button)")].filter(
      (element) => element.getClientRects().length).map((element) => element.dataset.slot)"""
    button = "return document.querySelector('#legend [data-slot=\"1\"]').getAttribute('aria-pressed')"
    before = opened.script(visible)
    assert {*before} == {"0", "1"}
    opened.script("document.querySelector('#legend [data-slot=\"1\"]').focus()")
    ActionChains(opened.driver).send_keys(Keys.SPACE).perform()
    assert {*opened.script(visible)} == {"0"}
    assert opened.script("return document.querySelectorAll('#explore .faded:not([hidden])').length") == 0
    named, labels, bold = opened.script(
        """const all = (selector) => [...document.querySelectorAll(selector)];
        return [document.getElementById("cheapest").textContent, all("#explore [role=img]").map((one) => one.ariaLabel).join(),
          all("#explorer tr:not([hidden]) .best").map((td) => [td.parentElement.dataset.slot, td.dataset.metric])]"""
    )
    assert "undersample" not in named + labels
    assert "Best" not in labels  # there is one strategy
    assert {slot for slot, _ in bold} == {"0"}
    assert {metric for _, metric in bold} <= {"precision", "recall", "f1", "expected_cost"}
    assert opened.script(button) == "false"
    put(opened, "dataset", "1", "change")
    assert {*opened.script(visible)} == {"0"}
    click(opened, '#legend [data-slot="1"]')
    assert {*opened.script(visible)} == {"0", "1"}
    assert opened.script(button) == "true"


def test_keys_move_the_threshold_by_a_step(opened: Browser, data: dict[str, Any]) -> None:
    opened.script("document.getElementById('threshold').focus()")
    start = data["grid"][data["start"]]
    for key, place in ((Keys.ARROW_RIGHT, 1), (Keys.ARROW_RIGHT, 2), (Keys.ARROW_LEFT, 1)):
        ActionChains(opened.driver).send_keys(key).perform()
        said = opened.script(
            "return [document.getElementById('threshold').getAttribute('aria-valuetext'),"
            " document.getElementById('threshold-value').value]"
        )
        assert [float(text) for text in said] == [data["grid"][data["start"] + place]] * 2
    put(opened, "threshold-value", "0.30004", "change")
    assert float(opened.script("return document.getElementById('threshold-value').value")) == 0.3
    put(opened, "threshold-value", "", "change")
    assert float(opened.script("return document.getElementById('threshold-value').value")) == 0.3
    assert start == 0.01
    state = """return ["threshold", "threshold-value", "threshold-told"].map(
      (id) => document.getElementById(id).value ?? document.getElementById(id).textContent)"""
    for typed, place in (("0.25", 0.25), ("0", 0.25), ("0.2504", 0.25)):
        put(opened, "threshold-value", typed)
        assert opened.script(state) == [str(data["grid"].index(place)), typed, ""]
    put(opened, "threshold-value", "2", "change")
    slider, number, told = opened.script(state)
    assert (int(slider), float(number)) == (len(data["grid"]) - 1, data["grid"][-1])
    assert "from 0.000001 to 0.999999" in told
    put(opened, "threshold-value", "0.3", "change")
    opened.script("document.getElementById('threshold-value').focus()")
    ActionChains(opened.driver).send_keys(Keys.ARROW_UP, Keys.ARROW_UP, Keys.ARROW_DOWN).perform()
    assert opened.script(state) == [str(data["grid"].index(0.301)), "0.301", ""]


def test_the_cheapest_is_said_when_the_threshold_rests(opened: Browser) -> None:
    put(opened, "threshold-value", "0.6", "change")
    shown, said = opened.script(
        "return ['cheapest', 'cheapest-said'].map((id) => document.getElementById(id).textContent)"
    )
    assert shown.startswith("At 0.6, ")
    assert said == ""
    opened.wait(
        "document.getElementById('cheapest-said').textContent === document.getElementById('cheapest').textContent"
    )


def test_the_tab_key_reaches_every_control(opened: Browser) -> None:
    wanted = set(
        opened.script(
            """return [...document.querySelectorAll("select, input, button, a[href], summary, [tabindex]")].filter(
            (one) => one.checkVisibility() && !one.disabled).map((one, place) => (one.dataset.test = `${place}`))"""
        )
    )
    reached = set()
    for _ in range(len(wanted) + 5):
        ActionChains(opened.driver).send_keys(Keys.TAB).perform()
        reached.add(opened.script("return document.activeElement.dataset.test ?? null"))
    assert wanted <= reached


def test_a_cost_that_is_none_is_marked(opened: Browser) -> None:
    costs = "return [...document.querySelectorAll('[data-metric=expected_cost]')].map((td) => td.textContent)"
    put(opened, "cost-fn", "-1")
    assert {*opened.script(costs)} == {"–"}
    assert opened.script("return document.getElementById('cost-fn').getAttribute('aria-invalid')") == "true"
    told = "return document.getElementById('cost-told').textContent"
    assert "not below 0" in opened.script(told)
    put(opened, "cost-fn", "0")
    assert "–" not in opened.script(costs)
    assert opened.script(told) == ""
    put(opened, "cost-fp", "0")
    cheapest = opened.script("return document.getElementById('cheapest').textContent")
    assert cheapest.endswith("all that are shown cost the same: 0.0000 a row.")


#: Every line of a figure: which fit's fold it is, and its points in the units of the axes; and its circles.
LINES = """
const figure = document.getElementById(arguments[0]);
return [...figure.querySelectorAll("path[data-fold]")].map((path) => {
  const svg = path.closest("svg");
  const fit = Number(path.parentElement.getAttribute("class").match(/fit-(\\d+)/)[1]);
  const circle = svg.querySelector(`circle.current[data-fit="${fit}"][data-fold="${path.dataset.fold}"]`);
  const points = [];
  let [x, y] = [0, 0];
  for (const [, command, numbers] of path.getAttribute("d").matchAll(/([MLHV])([^MLHV]*)/g)) {
    const values = numbers.split(",").map(Number);
    if (command === "H") x = values[0];
    else if (command === "V") y = values[0];
    else for (let at = 0; at < values.length; at += 2) {
      [x, y] = [values[at], values[at + 1]];
      points.push([x, y]);
    }
    points.push([x, y]);
  }
  points.push([circle.getAttribute("cx"), circle.getAttribute("cy")].map(Number));
  const [toX, toY] = [svg.scale("x").invert, svg.scale("y").invert];
  return [fit, Number(path.dataset.fold), points.map(([x, y]) => [toX(x), toY(y)])];
});
"""


def distances(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Of each point from the line through others, in both of its coordinates at most."""
    start, step = line[:-1], np.diff(line, axis=0)
    length = np.maximum((step**2).sum(axis=1), 1e-12)
    along = ((points[:, None] - start) * step).sum(axis=2) / length
    nearest = start + np.clip(along, 0, 1)[:, :, None] * step
    return np.abs(points[:, None] - nearest).max(axis=2).min(axis=1)


def folds_of(results: Results, data: dict[str, Any]) -> Callable[[int, int], Any]:
    """The scores of a line, by its fit and its place among the fit's folds."""
    known = {(fit.result.cell.dataset, *names(fit), fit.result.cell.fold): fit for fit in fit_scores(results)}
    fits = data["protocols"][0]["fits"]
    dataset = results[0].cell.dataset

    def scored(fit: int, place: int) -> Any:
        which = fits[fit]
        fold = which["folds"][place]["fold"]
        return known[dataset, which["strategy"], which["model"].partition("[")[0], fold].scored

    return scored


def names(fit: Any) -> tuple[str, str]:
    return fit.result.cell.strategy, fit.result.cell.model.partition("[")[0]


@pytest.mark.parametrize("figure", ["pr", "roc"])
@pytest.mark.parametrize("threshold", [0.5, 0.137])
def test_curves_are_those_of_scikit_learn_and_circles_stand_on_them(
    opened: Browser, results: Results, data: dict[str, Any], figure: str, threshold: float
) -> None:
    opened.script("document.getElementById(arguments[0]).scrollIntoView()", figure)
    put(opened, "threshold-value", str(threshold), "change")
    scored = folds_of(results, data)
    lines = opened.script(LINES, figure)
    assert len(lines) == 2 * 2 * 2
    for fit, place, drawn in lines:
        *line, circle = np.array(drawn)
        fold = scored(fit, place)
        if figure == "pr":
            precision, recall, _ = precision_recall_curve(fold.y, fold.score)
            points, area = np.column_stack([recall, precision]), average_precision_score(fold.y, fold.score)
        else:
            points = np.column_stack(roc_curve(fold.y, fold.score, drop_intermediate=False)[:2])
            area = roc_auc_score(fold.y, fold.score)
        assert distances(points, np.array(line)).max() < 2e-3
        assert np.trapezoid(*np.array(line).T[::-1]) == pytest.approx(area, abs=2e-3)
        assert distances(np.array([circle]), np.array(line)).max() < 2e-3
        called = fold.score > math.log(threshold / (1 - threshold))
        tp, fp = ((called & (fold.y == label)).sum() for label in (1, 0))
        recall, rate = tp / (fold.y == 1).sum(), fp / (fold.y == 0).sum()
        expected = (recall, tp / (tp + fp) if tp + fp else 1) if figure == "pr" else (rate, recall)
        np.testing.assert_allclose(circle, expected, atol=1e-4)


CONTRASTS = """
const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
const rgba = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = (colour) => {
  const [r, g, b] = colour.slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const colour = rgba(getComputedStyle(one).backgroundColor);
    if (colour[3] === 255) return colour;
  }
};
const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
return [...document.querySelectorAll("body *")].filter(
  (element) => own(element) && element.checkVisibility() && !element.disabled && !element.closest("script, option, .skip")
).map((element) => {
  const style = getComputedStyle(element);
  const text = rgba(element instanceof SVGElement ? style.fill : style.color);
  const [one, other] = [luminance(text), luminance(ground(element))].sort((a, b) => b - a);
  return [(one + 0.05) / (other + 0.05), `${element.tagName} ${element.className}: ${element.textContent.slice(0, 40)}`];
});
"""


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_in_light_and_dark(opened: Browser, data: dict[str, Any], dark: bool) -> None:
    opened.media(dark=dark)
    opened.wait(f"matchMedia('(prefers-color-scheme: {'dark' if dark else 'light'})').matches")
    found = opened.script(CONTRASTS)
    assert len(found) > 300
    assert [text for contrast, text in found if contrast < 4.5] == []
    colours = opened.script(
        "return [0, 1].map((slot) => getComputedStyle(document.documentElement).getPropertyValue(`--slot-${slot}`))"
    )
    assert colours == [style[int(dark)] for style in data["styles"][:2]]
    line = "return getComputedStyle(document.querySelector('#pr .fit-0')).stroke"
    red, green, blue = (int(colours[0][place : place + 2], 16) for place in (1, 3, 5))
    assert opened.script(line) == f"rgb({red}, {green}, {blue})"
    opened.media(dark=dark, print=True)
    white = "return getComputedStyle(document.body).backgroundColor"
    assert opened.script(white) == "rgb(255, 255, 255)"


#: What a reader who cannot see the page would miss.
UNNAMED = """
const names = (element) => element.getAttribute("aria-label") || element.getAttribute("aria-labelledby")
  || element.labels?.length || (element.matches("button, a, summary") && element.textContent.trim());
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => one.checkVisibility())
  .map((one) => Number(one.tagName[1]));
return {
  controls: [...document.querySelectorAll("input, select, button, textarea, [role=region]")].filter((one) => !names(one)).length,
  twice: ids.filter((id, place) => ids.indexOf(id) !== place),
  jumps: levels.filter((level, place) => place && level > levels[place - 1] + 1),
  tables: [...document.querySelectorAll("table")].filter((one) => !one.caption?.textContent.trim()).length,
  heads: [...document.querySelectorAll("th:not([scope])")].length,
  pictures: [...document.querySelectorAll("figure")].filter(
    (one) => !one.getAttribute("aria-label") || !one.querySelector("figcaption").textContent.trim()).length,
  regions: [...document.querySelectorAll("section, [role=region]")].map((one) => one.getAttribute("aria-label")
    ?? document.getElementById(one.getAttribute("aria-labelledby")).textContent).filter((one, place, all) => all.indexOf(one) !== place),
  charts: [...document.querySelectorAll(".panel > svg, .picture")].filter((one) => !one.getAttribute("aria-label")).length,
  inner: document.querySelectorAll(".picture > svg:not([aria-hidden=true])").length,
};
"""


def test_everything_has_a_name(opened: Browser) -> None:
    assert opened.script(UNNAMED) == {
        "controls": 0, "twice": [], "jumps": [], "tables": 0, "heads": 0, "pictures": 0, "regions": [],
        "charts": 0, "inner": 0,
    }  # fmt: skip
    label = opened.script("return document.getElementById('pr').getAttribute('aria-label')")
    best = opened.script("return document.querySelector('#pr .figures strong').textContent")
    assert "Best PR AUC" in label
    assert best in label
    names = "return [...document.querySelectorAll('figure:not([hidden]) h4, #scores .picture')].map((one) => one.ariaLabel)"
    found = opened.script(names)
    assert {"sklearn-lr, ROC", "sklearn-lr, Reliability"} <= {*found}
    assert any("none, negatives 0." in name for name in found)


def test_the_threshold_stays_in_sight(opened: Browser) -> None:
    opened.resize(375, 667)
    for figure in ("pr", "roc", "boundary"):
        opened.script("document.getElementById(arguments[0]).scrollIntoView()", figure)
        top, bottom, below = opened.script(
            """const bar = document.querySelector(".threshold").getBoundingClientRect();
            return [bar.top, bar.bottom, document.querySelector(`#${arguments[0]} h3`).getBoundingClientRect().top]""",
            figure,
        )
        assert top == 0
        assert bottom < 80
        assert below >= bottom


def test_only_what_scrolls_is_a_stop_of_the_tab_key(opened: Browser) -> None:
    stops = "document.querySelector('#explorer').parentElement.tabIndex === {}"
    opened.wait(stops.format(-1))
    opened.resize(375, 667)
    opened.wait(stops.format(0))


def test_lines_are_told_apart(opened: Browser) -> None:
    fits = [
        {"strategy": name, "model": "m", "slot": 0, "figure": {}, "folds": [{"fold": 0, "seed": 0, "fp": [0], "tp": tp}]}
        for name, tp in (("a", [1]), ("b", [2]), ("c", [1]))
    ]  # fmt: skip
    view = """const view = { hidden: new Set(), data: { metrics: [], styles: [["", "", []]] } };"""
    assert opened.script(
        view + "return [...panelFigures(CURVES[0], view, arguments[0]).querySelectorAll('.name')].map("
        "(one) => one.textContent)",
        fits,
    ) == ["a", "b", "c same curve as a"]
    fits[0]["folds"] = [{"fold": 0, "seed": 0}, {"fold": 1, "seed": 0}]
    named = "return arguments[0].map((fit) => lineName(fit, fit.folds.at(-1)))"
    assert opened.script(named, fits) == ["a · m · fold 1", "b · m", "c · m"]


def test_what_is_beyond_the_ends_does_not_flatten_scores(opened: Browser) -> None:
    heights = opened.script("return arguments[0].map((bins) => outline(bins).map(([, y]) => y))",
                            [[90, 1, 2, 0], [5, 0, 0, 0]])  # fmt: skip
    assert heights == [[1, 1, 0.5, 0.5, 1, 1, 0, 0], [1, 1, 0, 0, 0, 0, 0, 0]]
    median = "return medianScore({ folds: [{ hist: [arguments[0]] }] }, 0)"
    bins = [0] * 60
    bins[35] = 3  # log-odds 2.5 to 3
    bins[0] = bins[59] = 1
    middle = 1 / (1 + math.exp(-2.75))
    assert float(opened.script(median, bins)) == pytest.approx(middle, abs=0.001)


def test_a_fault_of_one_part_leaves_the_others(browser: Browser, html: str, data: dict[str, Any]) -> None:
    packed = _packed(data)
    assert packed in html
    browser.open(html.replace(packed, _packed({**data, "rankings": [{}]})))
    browser.wait(READY)
    assert "could not be drawn" in browser.script("return document.getElementById('ranks').innerText")
    assert len(browser.script(TEXTS)) == 50
    assert browser.console() != []
    browser.open(html.replace(packed, _packed({**data, "protocols": []})))
    browser.wait(READY)
    assert "no cell" in browser.script("return document.getElementById('explore').innerText")
    assert browser.console() == []


def test_the_heatmap_is_strongest_where_figures_are_best(opened: Browser, data: dict[str, Any]) -> None:
    cells = """return [...document.querySelectorAll("#heatmap td")].map(
      (td) => [parseFloat(td.textContent), parseFloat(td.style.getPropertyValue("--strength"))])"""
    for metric, better in (("recall", max), ("brier", min), ("expected_cost", min)):
        put(opened, "heatmap-metric", metric, "change")
        found = opened.script(cells)
        rows = [row for row in data["protocols"][0]["rows"] if row["reading"] == "0.01"]
        assert [value for value, _ in found] == [row["figures"][metric][0] for row in rows]
        assert dict(found)[better(dict(found))] == 100
        assert sorted(found) == sorted(found, key=lambda one: one[1], reverse=better is min)
        palest, strongest = sorted((row["figures"][metric] for row in rows), reverse=better is min)[
            :: len(rows) - 1
        ]
        caption = opened.script("return document.querySelector('#heatmap caption').textContent")
        assert caption.endswith(f"Palest: {palest[1]}, strongest: {strongest[1]}.")
    alike = "return arguments[0].map((high) => strengths([[0.7, ''], [high, '']])(high))"
    assert opened.script(alike, [0.7, 0.704, 0.71]) == [0, 0, 1]
    put(opened, "heatmap-reading", "0.99", "change")
    rows = [row for row in data["protocols"][0]["rows"] if row["reading"] == "0.99"]
    assert [value for value, _ in opened.script(cells)] == [
        row["figures"]["expected_cost"][0] for row in rows
    ]
