"use strict";
// What is chosen, and what is drawn anew when it changes. Only the chosen data set is drawn.

const NO_CELLS = "There is nothing to draw: no cell of this run has ended yet.";
const NOT_DRAWN = "This part could not be drawn: the page has a fault, or its file is incomplete.";
const FIGURES = [...CURVES, RELIABILITY, SCORES, BOUNDARY];

async function start() {
  const data = await readData();
  document.body.classList.add("is-ready");
  if (data.protocols.length) connect(data);
  else drawNothing();
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  connectPrint();
  document.body.dataset.state = "ready";
}

/** Draw all parts, and connect what changes them. */
function connect(data) {
  const page = {
    data, at: data.start, costs: { fp: 1, fn: 100 }, hidden: new Set(), view: null, panels: new Map(), drawn: [], fill: () => {},
  };
  fillSelect(byId("dataset"), data.protocols.map(({ title }, place) => [place, title]));
  const follow = oncePerFrame(() => followThreshold(page));
  connectThreshold(data.grid, page.at, (k) => {
    page.at = k;
    follow();
  });
  connectCosts((costs) => {
    page.costs = costs;
    follow();
  });
  connectHeatmap(data, () => {
    drawHeatmap(data, page.view.protocol);
    applyHidden(page.hidden);
  });
  byId("dataset").addEventListener("change", () => chooseDataset(page));
  byId("calibrate").addEventListener("change", () => drawChosen(page));
  part("explore", () => chooseDataset(page));
  part("ranks", () => drawRankings(data));
  part("all", () => buildCells(data));
  connectEmphasis(page.hidden);
  redrawWhenResized(page);
  addEventListener("beforeprint", () => followThreshold(page, true));
  reachScrolled();
}

/** Draw one section; what is wrong with it is said in its place, and the others are drawn. */
function part(id, draw) {
  try {
    draw();
  } catch (error) {
    byId(id).append(make("p", { class: "message is-broken" }, NOT_DRAWN));
    reportError(error);
  }
}

/** A page without cells. */
function drawNothing() {
  for (const element of document.querySelectorAll("#explore > :not(h2, #nothing), #heat, #all")) element.hidden = true;
  for (const id of ["heat", "all"]) document.querySelector(`nav [href="#${id}"]`).parentElement.hidden = true;
  byId("nothing").textContent = NO_CELLS;
}

/** The fits of the data set that is chosen; their counts are computed once. */
function chooseDataset(page) {
  const protocol = page.data.protocols[Number(byId("dataset").value)];
  for (const { folds } of protocol.fits) {
    for (const fold of folds) fold.called ??= called(fold, page.data.grid.length);
  }
  const ways = [...grouped(protocol.fits, (fit) => fit.calibrate).keys()];
  fillSelect(byId("calibrate"), ways.map((way) => [way, way]));
  byId("calibrate").closest("label").hidden = ways.length < 2;
  byId("about").replaceChildren(...notes([...protocol.caption, ...protocol.notes]));
  page.protocol = protocol;
  drawChosen(page);
  drawHeatmap(page.data, protocol);
  applyHidden(page.hidden);
}

/** Draw all that depends on data set and calibration. */
function drawChosen(page) {
  const { protocol, data } = page;
  const way = byId("calibrate").value;
  page.view = { data, protocol, fits: protocol.fits.filter((fit) => fit.calibrate === way), hidden: page.hidden };
  buildLegend(page.view, () => showStrategies(page));
  for (const part of document.querySelectorAll("#drawn, .threshold, .costs")) part.hidden = !page.view.fits.length;
  byId("nothing").textContent = isolated(undrawn(page.view));
  page.drawn = FIGURES.map((spec) => drawFigure(spec, page.view));
  byId("sampled").textContent = sampled(page.view);
  byId("unbounded").textContent = unbounded(page.view);
  page.fill = buildExplorer(page.view);
  byId("prevalence").textContent = prevalenceText(page.view.fits);
  watchPanels(page);
  showStrategies(page);
}

/** After strategies are switched on or off: what is best is the best of those that are shown. */
function showStrategies(page) {
  for (const { tell } of page.drawn) tell();
  followThreshold(page, true);
  applyHidden(page.hidden);
}

/** Everything that moves with the threshold and the costs; of the pictures those in view, unless `all`. */
function followThreshold(page, all = false) {
  for (const panel of page.panels.values()) {
    panel.isCurrent = all || panel.isSeen;
    if (panel.isCurrent) panel.follow?.(page.at);
  }
  page.fill(page.at, page.costs);
}

/** Pictures that come into view catch up with the threshold. */
function watchPanels(page) {
  page.watcher?.disconnect();
  page.panels = new Map(page.drawn.flatMap(({ panels }) => panels).map((one) => [one.panel, one]));
  page.watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const panel = page.panels.get(target);
      panel.isSeen = isIntersecting;
      if (isIntersecting && !panel.isCurrent) panel.follow?.(page.at);
      panel.isCurrent ||= isIntersecting;
    }
  }, { rootMargin: "50%" });
  for (const panel of page.panels.keys()) page.watcher.observe(panel);
}

/** What scrolls is reached by the tab key; what has room is passed over. */
function reachScrolled() {
  const regions = [...document.querySelectorAll(".scroll, .table")];
  const reach = (region) => {
    const isScrolled = region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight;
    if (isScrolled) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  };
  const watcher = new ResizeObserver(() => regions.forEach(reach));
  regions.forEach(reach);
  for (const element of regions.flatMap((region) => [region, ...region.children])) watcher.observe(element);
}

/** On paper nothing can be unfolded. */
function connectPrint() {
  const folded = () => document.querySelectorAll("details:not([open])");
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...folded()].filter((details) => details.id !== "columns");
    for (const details of opened) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
  });
}

/** Charts are drawn at the width they have, so that their text is of one size. */
function redrawWhenResized(page) {
  let width = byId("explore").clientWidth;
  let waiting = 0;
  new ResizeObserver(() => {
    if (Math.abs(byId("explore").clientWidth - width) < 2 || matchMedia("print").matches) return;
    width = byId("explore").clientWidth;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      drawChosen(page);
      drawRankings(page.data);
    }, 150);
  }).observe(byId("explore"));
}

start().catch((error) => {
  document.body.classList.remove("is-ready");
  document.querySelector("main > .message").classList.add("is-broken");
  throw error;
});
