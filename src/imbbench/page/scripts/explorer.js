"use strict";
// The threshold explorer: a table whose figures follow the threshold and the costs.

const EXPLORED = [...COUNTED, ...MEASURED];
const EXPLORED_HEADINGS = { tn: "TN", fp: "FP", fn: "FN", tp: "TP", f1: "F1", expected_cost: "cost of a row" };
//: A table with more rows scrolls by itself.
const LONG = 40;
//: Milliseconds after which a threshold that stays is told to who does not see it.
const SETTLED = 700;

/** Build the explorer's rows; returns a function that fills in the figures at position k. */
function buildExplorer(view) {
  const table = byId("explorer");
  const heads = EXPLORED.map((name) => make("th", { scope: "col", class: "number" }, explorerHeading(view.data, name)));
  const names = ["strategy", "model"].map((name) => make("th", { scope: "col" }, name));
  table.tHead.replaceChildren(make("tr", {}, ...names, ...heads));
  const rows = view.fits.map((fit) => explorerRow(fit, view.data.styles[fit.slot]));
  table.tBodies[0].replaceChildren(...rows.map(({ row }) => row));
  table.parentElement.classList.toggle("long", rows.length > LONG);
  return (k, costs) => {
    const compared = view.fits.map((fit) => !view.hidden.has(fit.slot));
    const figures = view.fits.map((fit, place) => (compared[place] ? fitAt(fit, k, costs) : null));
    for (const name of EXPLORED) fillColumn(rows, figures, name);
    tellCheapest(isolated(cheapest(view, figures, k)));
  };
}

function explorerHeading(data, name) {
  return EXPLORED_HEADINGS[name] ?? headingOf(data, name);
}

function explorerRow(fit, style) {
  const cells = EXPLORED.map((name) => make("td", { "data-metric": name, class: "number" }, DASH));
  const strategy = make("th", { scope: "row" }, named(fit.strategy, swatch(fit.slot, style)));
  const model = make("th", { scope: "row" }, named(fit.model));
  return { row: make("tr", { "data-slot": fit.slot }, strategy, model, ...cells), cells };
}

/**
 * One figure of the fits that are shown; `figures` has null for the others.
 *
 * The best, as shown, is bold unless all are equal; no count alone is better than another. What stays as it is
 * is not written again.
 */
function fillColumn(rows, figures, name) {
  const column = EXPLORED.indexOf(name);
  const texts = figures.map((one) => one && shown(name, one[name]));
  const values = texts.filter((text) => text !== null && text !== DASH).map(Number);
  const best = name === "expected_cost" ? Math.min(...values) : Math.max(...values);
  const isTold = MEASURED.includes(name) && values.some((value) => value !== best);
  texts.forEach((text, place) => {
    if (text === null) return;
    const cell = rows[place].cells[column];
    if (cell.firstChild.data !== text) cell.firstChild.data = text;
    const isBest = isTold && Number(text) === best;
    if (cell.classList.contains("best") !== isBest) cell.classList.toggle("best", isBest);
  });
}

/** Which of the fits that are shown costs least, in a sentence. */
function cheapest(view, figures, k) {
  const texts = figures.map((one) => (one ? shown("expected_cost", one.expected_cost) : DASH));
  const known = texts.filter((text) => text !== DASH);
  if (!known.length) return "";
  const text = known.reduce((one, other) => (Number(other) < Number(one) ? other : one));
  const tied = view.fits.filter((_, place) => texts[place] === text);
  const at = `At ${view.data.grid[k]}, `;
  if (tied.length > 1 && tied.length === known.length) return `${at}all that are shown cost the same: ${text} a row.`;
  const names = tied.slice(0, 3).map((fit) => `${fit.strategy} with ${fit.model}`);
  if (tied.length > 3) names.push(`${tied.length - 3} more`);
  return `${at}${listed(names)} cost${tied.length > 1 ? "" : "s"} least: ${text} a row.`;
}

/** Show the sentence at once; say it when the threshold has come to rest. */
const tellCheapest = (() => {
  let waiting = 0;
  return (text) => {
    if (byId("cheapest").textContent === text) return;
    byId("cheapest").textContent = text;
    clearTimeout(waiting);
    if (document.body.dataset.state !== "ready") return;
    waiting = setTimeout(() => (byId("cheapest-said").textContent = text), SETTLED);
  };
})();
