"use strict";
// The threshold, as a slider and as a number, and the two costs.

const NO_COST = "A cost is a number that is not below 0.";

/** The position of the grid that is nearest to a probability. */
function nearest(grid, p) {
  let best = 0;
  grid.forEach((value, place) => {
    if (Math.abs(value - p) < Math.abs(grid[best] - p)) best = place;
  });
  return best;
}

/**
 * Keep slider and number in step; calls `changed` with the position in the grid.
 *
 * The number is followed while it is typed, and put on the grid when it is done.
 */
function connectThreshold(grid, start, changed) {
  const [slider, number, told] = ["threshold", "threshold-value", "threshold-told"].map(byId);
  const [low, high] = [grid[0], grid.at(-1)];
  const isInside = (p) => p >= low && p <= high;
  let at = start;
  const show = (k) => {
    at = Math.max(0, Math.min(k, grid.length - 1));
    slider.value = at;
    slider.setAttribute("aria-valuetext", grid[at]);
  };
  const move = (k) => {
    show(k);
    number.value = grid[at];
    told.textContent = "";
    changed(at);
  };
  slider.max = grid.length - 1;
  slider.addEventListener("input", () => move(slider.valueAsNumber));
  number.addEventListener("input", () => {
    if (!isInside(number.valueAsNumber)) return;
    show(nearest(grid, number.valueAsNumber));
    told.textContent = "";
    changed(at);
  });
  number.addEventListener("change", () => {
    const p = number.valueAsNumber;
    move(Number.isFinite(p) ? nearest(grid, p) : at);
    if (!isInside(p)) told.textContent = `A threshold is a number from ${low} to ${high}; it is ${grid[at]} now.`;
  });
  number.addEventListener("keydown", (event) => {
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(at + step);
  });
  show(start);
  number.value = grid[start];
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
    byId("cost-told").textContent = Object.values(costs).some(Number.isNaN) ? NO_COST : "";
    changed(costs);
  };
  for (const input of Object.values(inputs)) input.addEventListener("input", read);
  read();
}
