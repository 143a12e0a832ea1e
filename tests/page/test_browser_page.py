"""The page in a real browser: figures of the explorer, what leaves the page, how large and how wide it is."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.browser import Browser
from tests.scored_stores import stored_run

from imbbench import Cell, Context, Model, Results, run
from imbbench.cli import main
from imbbench.page import page
from imbbench.page.data import page_data
from imbbench.page.evidence import comparison_of
from imbbench.registry import Registry

SHOWN = ("tn", "fp", "fn", "tp", "precision", "recall", "f1", "expected_cost")
WAYS = ("none", "prior", "isotonic")
THRESHOLDS = ("0.3", "0.5", "0.001", "0.999", "0.05", "0.137", "0.8", "1e-05", "0.9999")
READY = "document.body.dataset.state === 'ready'"

#: Every row of the explorer, of each data set, calibration and threshold.
EXPLORED = """
const [thresholds, done] = arguments;
const byId = (id) => document.getElementById(id);
const change = (input, value, name) => { input.value = value; input.dispatchEvent(new Event(name)); };
const frames = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
(async () => {
  const found = [];
  for (const dataset of [...byId("dataset").options].map((option) => option.value)) {
    change(byId("dataset"), dataset, "change");
    for (const way of [...byId("calibrate").options].map((option) => option.value)) {
      change(byId("calibrate"), way, "change");
      for (const threshold of thresholds) {
        change(byId("threshold-value"), threshold, "change");
        await frames();
        const title = byId("dataset").selectedOptions[0].textContent;
        const set = byId("threshold").getAttribute("aria-valuetext");
        for (const row of document.querySelectorAll("#explorer tbody tr")) {
          const names = [...row.querySelectorAll("th")].map((cell) => cell.textContent.trim());
          const figures = [...row.querySelectorAll("td")].map((cell) => [cell.dataset.metric, cell.textContent]);
          found.push([[title, ...names, way, threshold], set, figures]);
        }
      }
    }
  }
  return found;
})().then(done);
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Two data sets, two folds and seeds, three calibrations, and a model that fails once."""
    fits = itertools.count()

    def build(context: Context) -> object:
        from sklearn.linear_model import LogisticRegression

        if next(fits) == 20:
            raise ValueError("no luck")
        return LogisticRegression(C=0.01)

    sizes = "n_samples=300,minority_fraction=0.1"
    return run(
        [f"moons[{sizes}]", f"circles[{sizes}]"],
        "none,undersample",
        ["sklearn-lr", Model("unlucky", build)],
        split="kfold[n_splits=2]",
        seeds=2,
        calibrate=WAYS,
        executor="serial",
        store=tmp_path_factory.mktemp("page") / "s.sqlite",
    )


@pytest.fixture(scope="module")
def html(results: Results) -> str:
    return page(results)


def opened(browser: Browser, html: str) -> None:
    browser.open(html)
    browser.wait(READY)


def printed(store: Path) -> dict[tuple[str, ...], dict[str, str]]:
    """(title, strategy, model, calibration, threshold) -> metric -> text, of the rows that `imbbench show`
    prints."""
    asked = ["--threshold", ",".join(THRESHOLDS), "--calibrate", ",".join(WAYS), "--metrics", ",".join(SHOWN)]
    shown = CliRunner().invoke(main, ["show", "--store", str(store), *asked, "--format", "markdown"])
    assert shown.exit_code == 0, shown.output
    rows, title = {}, ""
    for line in shown.stdout.replace("**", "").splitlines():
        if line.startswith("### "):
            title = line.removeprefix("### ").replace("\\", "")
        elif line.startswith("| ") and not line.startswith("| strategy"):
            strategy, model, reading, *figures = (
                part.strip().replace("\\", "") for part in line.strip("| ").split(" | ")
            )
            way, _, threshold = reading.rpartition(" ")
            found = dict(zip(SHOWN, (text.partition(" ± ")[0] for text in figures), strict=False))
            rows[title, strategy, model, way or "none", threshold] = found
    return rows


def test_the_explorer_shows_what_show_prints(results: Results, html: str, browser: Browser) -> None:
    assert sum(row.status == "error" for row in results) == 1
    rows = printed(results.store)
    expected = {
        key: figures for key, figures in rows.items() if any(text != "–" for text in figures.values())
    }
    opened(browser, html)
    found = browser.driver.execute_async_script(EXPLORED, THRESHOLDS)
    assert {float(set_) - float(key[-1]) for key, set_, _ in found} == {0}
    assert {tuple(key): dict(figures) for key, _, figures in found} == expected
    assert len(expected) == 2 * 2 * 2 * len(WAYS) * len(THRESHOLDS)


USED = """
const byId = (id) => document.getElementById(id);
for (const button of document.querySelectorAll("th button, .toolbar button, #next, #previous, #copy")) button.click();
for (const input of document.querySelectorAll("input[type=checkbox]")) input.click();
for (const details of document.querySelectorAll("details")) details.open = !details.open;
for (const select of document.querySelectorAll("select")) {
  select.selectedIndex = select.options.length - 1;
  select.dispatchEvent(new Event("change"));
}
for (const [id, value] of [["filter", "undersample"], ["cost-fn", "7"], ["threshold", "300"], ["filter", ""]]) {
  byId(id).value = value;
  byId(id).dispatchEvent(new Event("input"));
}
"""


def test_nothing_is_said_and_nothing_leaves_the_page(html: str, browser: Browser) -> None:
    opened(browser, html)
    browser.script(USED)  # the last calibration is chosen now
    unbounded = browser.script("return document.getElementById('unbounded').textContent")
    assert "choose calibration none" in unbounded
    browser.resize(375, 700)
    browser.media(dark=True)
    browser.pdf()
    browser.wait(
        "new Promise((next) => setTimeout(() => next(true), 300))"
    )  # it draws anew when its width changes
    assert browser.console() == []
    assert browser.requests() == []


class _Recorder(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """(address of a local server, the paths that it was asked for)."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Recorder) as listening:
        listening.seen = []
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", listening.seen
        listening.shutdown()
        thread.join()


#: What a script or markup could do to tell another machine something, or to run.
LEAKS = """
const [url, done] = arguments;
const put = (tag, attributes, text) => {
  const element = Object.assign(document.createElement(tag), attributes);
  if (text) element.textContent = text;
  document.body.append(element);
  return element;
};
put("img", { src: `${url}/img` });
put("link", { rel: "stylesheet", href: `${url}/css` });
put("link", { rel: "prefetch", href: `${url}/prefetch` });
put("script", { src: `${url}/script` });
put("script", {}, "window.owned = 1");
put("iframe", { src: `${url}/frame` });
put("video", { src: `${url}/video` });
put("object", { data: `${url}/object` });
put("div", {}, "x").style.backgroundImage = `url(${url}/background)`;
put("style", {}, `@import "${url}/import"; @font-face { font-family: f; src: url(${url}/font) } body { font-family: f }`);
const form = put("form", { action: `${url}/form`, method: "post", target: "_blank" });
form.submit();
navigator.sendBeacon(`${url}/beacon`, "x");
fetch(`${url}/fetch`, { mode: "no-cors" }).catch(() => 0);
try { new EventSource(`${url}/events`); } catch {}
try { new Worker(`${url}/worker`); } catch {}
setTimeout(done, 500);
"""


def close_others(browser: Browser) -> None:
    """Close the windows that a form has opened."""
    first, *others = browser.driver.window_handles
    for other in others:
        browser.driver.switch_to.window(other)
        browser.driver.close()
    browser.driver.switch_to.window(first)


def test_the_policy_keeps_everything_inside(
    html: str, browser: Browser, server: tuple[str, list[str]]
) -> None:
    url, seen = server
    browser.open("<!doctype html><title>a page without a policy</title><body>")
    browser.driver.execute_async_script(LEAKS, url)
    told = {"/img", "/css", "/script", "/frame", "/background", "/import", "/beacon", "/fetch", "/events"}
    assert told <= set(seen)
    assert browser.script("return window.owned") == 1
    close_others(browser)
    seen.clear()
    opened(browser, html)
    browser.driver.execute_async_script(LEAKS, url)
    close_others(browser)
    assert seen == []
    assert browser.script("return window.owned") is None
    assert any("Content Security Policy" in message for message in browser.console())


def text_of(pdf: bytes) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("what is printed is read by pdftotext: install poppler-utils")
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()


def test_it_is_as_wide_as_a_phone(html: str, browser: Browser) -> None:
    browser.open(html)
    browser.resize(375, 700)
    browser.wait(READY)
    assert browser.script("return [innerWidth, document.documentElement.scrollWidth]") == [375, 375]


def test_on_paper_it_has_every_sentence_and_row(
    results: Results, registry: Registry, tmp_path: Path, browser: Browser
) -> None:
    cells = [Cell(f"data{number}", "holdout", 0, "standard", "none", "sklearn-lr", 0) for number in range(60)]
    opened(
        browser, page(stored_run(registry, tmp_path / "s.sqlite", cells, rows=50, columns=("tp", "recall")))
    )
    assert browser.script("return document.querySelectorAll('#cells tbody tr').length") == 50
    sentences = browser.script(
        "return [...document.querySelectorAll('.summary li')].map((item) => item.textContent)"
    )
    nav, *wanted = browser.script(
        "return ['nav', '.on-paper', '#explorer tbody tr'].map((name) => document.querySelector(name).textContent)"
    )
    printed = "".join(text_of(browser.pdf()).split())
    assert "".join(nav.split()) not in printed
    for shown in (*wanted, "remarks"):
        assert "".join(shown.split()) in printed
    for sentence in sentences:
        assert "".join(sentence.split()) in printed
    for cell in cells:
        assert f"{cell.dataset}·holdout" in printed


#: Of each drawn chart: the ends of the bar in ranks, whether it is inside the chart, and the ticks.
RANKED = """
return [...document.querySelectorAll("#ranks > .panels svg")].map((svg) => {
  const bar = svg.querySelector(".difference");
  const ends = ["x1", "x2"].map((name) => Number(bar.getAttribute(name)));
  const ticks = [...svg.querySelectorAll("[aria-label$='tick label'] text")].map((text) => Number(text.textContent));
  return [ends.map(svg.scale("x").invert), ends[1] <= svg.viewBox.baseVal.width, ticks];
})
"""


def test_ranks_say_over_which_data_sets_they_are(
    registry: Registry, tmp_path: Path, browser: Browser
) -> None:
    cells = [
        Cell(f"data{number}", "holdout", 0, "standard", strategy, "m", 0)
        for number in range(7)
        for strategy in ("none", "class_weight", "a_long_name" * 9)
    ]
    failed = {cells[0]: ("error", "no luck")}
    results = stored_run(registry, tmp_path / "s.sqlite", cells, rows=50, failed=failed, columns=("roc_auc",))
    opened(browser, page(results))
    (ranking,) = page_data(results, comparison_of(results))["rankings"]
    assert browser.script(RANKED) == [
        [pytest.approx([1, 1 + ranking["critical_difference"]]), True, [1, 2, 3]]
    ]
    told = browser.script("return ['ranks', 'comparison'].map((id) => document.getElementById(id).innerText)")
    assert "Mean ranks over 6 of 7 data sets" in told[0]
    assert "mean rank" not in told[1]
    linked = """return [...document.querySelectorAll("nav a")].filter((link) => link.checkVisibility()).map(
      (link) => document.querySelector(link.getAttribute("href")).checkVisibility())"""
    assert browser.script(linked) == [True] * 6
    browser.script("document.body.classList.remove('is-ready')")  # as without scripts
    assert browser.script(linked) == [True] * 2


def test_where_all_fails_rows_say_why(registry: Registry, tmp_path: Path, browser: Browser) -> None:
    cells = [
        Cell("data", "holdout", 0, "standard", strategy, "m", 0) for strategy in ("none", "class_weight")
    ]
    failed = dict.fromkeys(cells, ("error", "no luck"))
    opened(browser, page(stored_run(registry, tmp_path / "s.sqlite", cells, rows=50, failed=failed)))
    remarks = (
        "return [...document.querySelectorAll('#cells details')].map((one) => [one.innerText, one.open])"
    )
    assert browser.script(remarks) == [["error: no luck", False]] * 2
    assert not browser.script("return document.getElementById('heat').checkVisibility()")
    browser.driver.find_element("css selector", "#cells summary").click()
    browser.pdf()
    assert [is_open for _, is_open in browser.script(remarks)] == [True, False]


def test_a_page_of_48_cells_is_small(registry: Registry, tmp_path: Path) -> None:
    cells = [
        Cell(f"data{number}", "holdout", 0, "standard", strategy, model, 0)
        for number, strategy, model in itertools.product(range(3), "abcd", "efgh")
    ]
    results = stored_run(registry, tmp_path / "s.sqlite", cells, rows=2000, columns=("tp", "recall"))
    assert len(page(results).encode()) < 5e6
