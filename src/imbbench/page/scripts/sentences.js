"use strict";
// What is said of a data set beside its pictures.

const NO_PICTURES = "There are no pictures of this data set: no fit that ended well has stored scores.";
const NO_BOUNDARY = "Decision boundaries are those of scores as they are: choose calibration none to see them.";
//: More lines about a data set are folded.
const MOST_NOTES = 4;

/** What is to be known of a data set; folded but for the first line where it is much. */
function notes(texts) {
  const lines = texts.map((text) => make("p", { class: "note" }, text));
  if (lines.length <= MOST_NOTES) return lines;
  const [first, ...others] = lines;
  return [first, make("details", { class: "note" }, make("summary", {}, `${others.length} more lines on this data set`), ...others)];
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

/** How many of the test points a plane shows, where it does not show all. */
function sampled({ protocol: { plane } }) {
  const isAll = !plane || plane.points.length === plane.of;
  return isAll ? "" : ` (${plane.points.length} of ${plane.of} are shown, as many positives as there is room for)`;
}

/** The sentence that stands where decision boundaries are left out only because of the calibration. */
function unbounded(view) {
  const isDrawn = (fit) => BOUNDARY.needs(fit, view);
  return !view.fits.some(isDrawn) && view.protocol.fits.some(isDrawn) ? NO_BOUNDARY : "";
}
