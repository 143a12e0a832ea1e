"use strict";
// What is chosen, and what is drawn anew when it changes. Only the chosen data set is drawn.

const NO_PICTURES = "There are no pictures of this data set: no fit that ended well has stored scores.";
const FIGURES = [...CURVES, RELIABILITY, SCORES, BOUNDARY];

async function start() {
  const data = await readData();
  const page = { data, at: data.start, costs: { fp: 1, fn: 100 }, hidden: new Set(), view: null, followers: [], fill: () => {} };
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
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  document.body.classList.add("is-ready");
  chooseDataset(page);
  drawRankings(data);
  buildCells(data);
  connectEmphasis();
  connectPrint();
  redrawWhenResized(page);
  document.body.dataset.state = "ready";
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
  byId("about").replaceChildren(...[...protocol.caption, ...protocol.notes].map((text) => make("p", { class: "note" }, text)));
  page.protocol = protocol;
  drawChosen(page);
  drawHeatmap(page.data, protocol);
  applyHidden(page.hidden);
}

/** Draw all that depends on data set and calibration. */
function drawChosen(page) {
  const { protocol, data } = page;
  const way = byId("calibrate").value;
  page.view = { data, protocol, fits: protocol.fits.filter((fit) => fit.calibrate === way) };
  buildLegend(page.view, page.hidden, () => applyHidden(page.hidden));
  for (const part of document.querySelectorAll("#drawn, .threshold, .costs")) part.hidden = !page.view.fits.length;
  byId("nothing").textContent = undrawn(page.view);
  page.followers = FIGURES.flatMap((spec) => drawFigure(spec, page.view));
  page.fill = buildExplorer(page.view);
  byId("prevalence").textContent = prevalenceText(page.view.fits);
  followThreshold(page);
  applyHidden(page.hidden);
}

/** The sentence that stands where there is no picture of a strategy and a model that the notes do not speak of. */
function undrawn({ protocol, fits }) {
  if (!fits.length) return NO_PICTURES;
  const pair = ({ strategy, model }) => `${strategy} with ${model}`;
  const [drawn, known] = [fits, protocol.fits].map((some) => new Set(some.map(pair)));
  const isLeft = (row) => !drawn.has(pair(row)) && (row.status !== "ok" || known.has(pair(row)));
  const left = [...new Set(protocol.rows.filter(isLeft).map(pair))];
  if (!left.length) return "";
  const told = left.length > 7 ? [...left.slice(0, 6), `${left.length - 6} more`] : left;
  return `Without pictures: ${listed(told)}. The table of all cells says why.`;
}

function prevalenceText(fits) {
  if (!fits.length) return "";
  const share = mean(fits[0].folds.map(({ n0, n1 }) => n1 / (n0 + n1)));
  return String(Number(share.toPrecision(3)));
}

/** Everything that moves with the threshold and the costs. */
function followThreshold(page) {
  for (const follower of page.followers) follower(page.at);
  page.fill(page.at, page.costs);
}

/** A strategy that is pointed at, or whose button has the focus, stands out in all pictures. */
function connectEmphasis() {
  const explore = byId("explore");
  const point = (event) => emphasise(event.target.closest(".panels [data-slot], #legend [data-slot]")?.dataset.slot ?? null);
  for (const name of ["pointerover", "focusin"]) explore.addEventListener(name, point);
  for (const name of ["pointerleave", "focusout"]) explore.addEventListener(name, () => emphasise(null));
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
  throw error;
});
