"use strict";
// The threshold explorer: what is chosen, and the table whose figures follow it.

const EXPLORED = [...COUNTED, ...MEASURED];
const EXPLORED_HEADINGS = { tn: "TN", fp: "FP", fn: "FN", tp: "TP", f1: "F1", expected_cost: "cost of a row" };
const SMALLER_IS_BETTER = ["fp", "fn", "expected_cost"];

/** The position of the grid that is nearest to a probability. */
function nearest(grid, p) {
  let best = 0;
  grid.forEach((value, place) => {
    if (Math.abs(value - p) < Math.abs(grid[best] - p)) best = place;
  });
  return best;
}

/** Keep slider and number in step; calls `changed` with the position in the grid. */
function connectThreshold(grid, start, changed) {
  const [slider, number] = [byId("threshold"), byId("threshold-value")];
  const show = (k) => {
    slider.value = k;
    number.value = grid[k];
    slider.setAttribute("aria-valuetext", grid[k]);
  };
  const move = (k) => {
    show(k);
    changed(k);
  };
  slider.max = grid.length - 1;
  slider.addEventListener("input", () => move(slider.valueAsNumber));
  number.addEventListener("change", () => {
    const p = number.valueAsNumber;
    move(Number.isFinite(p) ? nearest(grid, p) : slider.valueAsNumber);
  });
  show(start);
}

/** Calls `changed` with the two costs; one that is no cost is NaN, and marked as wrong. */
function connectCosts(changed) {
  const inputs = { fp: byId("cost-fp"), fn: byId("cost-fn") };
  const read = () => {
    const costs = {};
    for (const [name, input] of Object.entries(inputs)) {
      const isCost = input.value !== "" && input.checkValidity();
      costs[name] = isCost ? input.valueAsNumber : NaN;
      input.setAttribute("aria-invalid", !isCost);
    }
    changed(costs);
  };
  for (const input of Object.values(inputs)) input.addEventListener("input", read);
  read();
}

/** Build the explorer's rows; returns a function that fills in the figures at position k. */
function buildExplorer(view) {
  const table = byId("explorer");
  const heads = EXPLORED.map((name) => make("th", { scope: "col", class: "number" }, explorerHeading(view.data, name)));
  const names = ["strategy", "model"].map((name) => make("th", { scope: "col" }, name));
  table.tHead.replaceChildren(make("tr", {}, ...names, ...heads));
  const rows = view.fits.map((fit) => explorerRow(fit, view.data.styles[fit.slot]));
  table.tBodies[0].replaceChildren(...rows.map(({ row }) => row));
  return (k, costs) => {
    const figures = view.fits.map((fit) => fitAt(fit, k, costs));
    for (const name of EXPLORED) fillColumn(rows, figures, name);
    byId("cheapest").textContent = cheapest(view, figures, k);
  };
}

function explorerHeading(data, name) {
  return EXPLORED_HEADINGS[name] ?? headingOf(data, name);
}

function explorerRow(fit, style) {
  const cells = EXPLORED.map((name) => make("td", { "data-metric": name, class: "number" }));
  const strategy = make("th", { scope: "row" }, named(fit.strategy, swatch(fit.slot, style)));
  const model = make("th", { scope: "row" }, named(fit.model));
  return { row: make("tr", { "data-slot": fit.slot }, strategy, model, ...cells), cells };
}

/** One figure of all fits; the best, as shown, is bold unless all are equal. */
function fillColumn(rows, figures, name) {
  const column = EXPLORED.indexOf(name);
  const texts = figures.map((one) => shown(name, one[name]));
  const values = texts.filter((text) => text !== DASH).map(Number);
  const best = SMALLER_IS_BETTER.includes(name) ? Math.min(...values) : Math.max(...values);
  const isTold = values.some((value) => value !== best);
  rows.forEach(({ cells }, place) => {
    cells[column].textContent = texts[place];
    cells[column].classList.toggle("best", isTold && Number(texts[place]) === best);
  });
}

/** Which fit costs least, in a sentence. */
function cheapest(view, figures, k) {
  const costs = figures.map((one) => one.expected_cost);
  const least = Math.min(...costs.filter(Number.isFinite));
  if (!Number.isFinite(least)) return "";
  const text = shown("expected_cost", least);
  const tied = view.fits.filter((_, place) => shown("expected_cost", costs[place]) === text);
  const names = tied.slice(0, 3).map((fit) => `${fit.strategy} with ${fit.model}`);
  if (tied.length > 3) names.push(`${tied.length - 3} more`);
  return `At ${view.data.grid[k]}, ${listed(names)} cost${tied.length > 1 ? "" : "s"} least: ${text} a row.`;
}

/** A button for each strategy of the data set, which shows or hides it everywhere. */
function buildLegend(view, hidden, changed) {
  const named = grouped(view.protocol.rows, (row) => row.slot);
  const buttons = [...named].map(([slot, [{ strategy }]]) => {
    const attributes = { type: "button", "aria-pressed": String(!hidden.has(slot)), "data-slot": slot };
    const button = make("button", attributes, swatch(slot, view.data.styles[slot]), strategy);
    button.addEventListener("click", () => {
      if (!hidden.delete(slot)) hidden.add(slot);
      button.setAttribute("aria-pressed", String(!hidden.has(slot)));
      changed();
    });
    return button;
  });
  byId("legend").replaceChildren(...buttons);
}
