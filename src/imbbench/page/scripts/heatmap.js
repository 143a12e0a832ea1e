"use strict";
// Strategies by models as a table: the better a figure, the stronger its cell's colour.

//: Figures that are no further apart than this have one colour.
const ALIKE = 0.005;

/** Connect the selects of metric and threshold; average precision is chosen where there is one. */
function connectHeatmap(data, changed) {
  const select = byId("heatmap-metric");
  const known = data.metrics.filter(({ name }) => hasFigures(data, name));
  for (const part of document.querySelectorAll("#heat, nav [href='#heat']")) part.hidden = !known.length;
  fillSelect(select, known.map(({ name, heading }) => [name, heading]));
  const first = ["average_precision", ...data.columns].find((name) => known.some((metric) => metric.name === name));
  if (first) select.value = first;
  const readings = grouped(data.protocols.flatMap(({ rows }) => rows), (row) => row.reading);
  fillSelect(byId("heatmap-reading"), [...readings.keys()].map((reading) => [reading, reading]));
  byId("heatmap-reading").closest("label").hidden = readings.size < 2;
  for (const one of [select, byId("heatmap-reading")]) one.addEventListener("change", changed);
}

function hasFigures(data, name) {
  return data.protocols.some(({ rows }) => rows.some(({ figures }) => Number.isFinite(figures[name]?.[0])));
}

function drawHeatmap(data, protocol) {
  const metric = data.metrics.find(({ name }) => name === byId("heatmap-metric").value);
  const table = byId("heatmap").querySelector("table");
  if (!metric) return;
  const rows = protocol.rows.filter(({ reading }) => reading === byId("heatmap-reading").value);
  const models = [...grouped(rows, (row) => row.model).keys()];
  const ends = endsOf(rows, metric);
  const strength = strengths(ends);
  const said = [`${metric.heading}, ${protocol.title}.`, directionOf(metric), rangeOf(ends)];
  table.caption.firstElementChild.textContent = isolated(said.join(" ").trim());
  const heads = models.map((model) => make("th", { scope: "col" }, named(model)));
  table.tHead.replaceChildren(make("tr", {}, make("th", { scope: "col" }, "strategy"), ...heads));
  const lines = heatmapLines(rows).map(({ first, cells }) => make(
    "tr", { "data-slot": first.slot },
    make("th", { scope: "row" }, named(first.strategy, swatch(first.slot, data.styles[first.slot]))),
    ...models.map((model) => heatCell(cells.get(model), metric, strength)),
  ));
  table.tBodies[0].replaceChildren(...lines);
}

function directionOf(metric) {
  if (!metric.better) return "No value is better than another; stronger is more.";
  return `${metric.better === "higher" ? "Higher" : "Lower"} is better, better is stronger.`;
}

/** Rows of one strategy, by model; what a model has twice stands on a line of its own. */
function heatmapLines(rows) {
  const lines = [];
  for (const row of rows) {
    let line = lines.find(({ first, cells }) => first.strategy === row.strategy && !cells.has(row.model));
    if (!line) lines.push((line = { first: row, cells: new Map() }));
    line.cells.set(row.model, row);
  }
  return lines;
}

/** What the palest and the strongest colour stand for: figures [value, text] of these rows. */
function endsOf(rows, { name, better }) {
  const rising = rows.map(({ figures }) => figures[name]).filter((figure) => Number.isFinite(figure?.[0]))
    .sort((one, other) => one[0] - other[0]);
  const ends = [rising[0], rising.at(-1)];
  return better === "lower" ? ends.reverse() : ends;
}

function areAlike([palest, strongest]) {
  return !palest || Math.abs(palest[0] - strongest[0]) <= ALIKE;
}

/** "Palest: 0.6276, strongest: 0.7263." */
function rangeOf(ends) {
  const [palest, strongest] = ends.map((end) => end?.[1]);
  if (!areAlike(ends)) return `Palest: ${palest}, strongest: ${strongest}.`;
  return palest === strongest ? "" : `All are from ${palest} to ${strongest}: too close for colours.`;
}

/** How strong the colour of a value is, from 0 to 1. */
function strengths(ends) {
  if (areAlike(ends)) return () => 0;
  const [[palest], [strongest]] = ends;
  return (value) => (Number.isFinite(value) ? (value - palest) / (strongest - palest) : 0);
}

function heatCell(row, metric, strength) {
  const [value, text, spread, interval, best] = row?.figures[metric.name] ?? [null, DASH, "", "", 0];
  const cell = make("td", { class: best ? "best" : null }, text);
  const beside = [spread && `± ${spread}`, interval].filter(Boolean).join(" ");
  if (beside) cell.append(make("small", {}, beside));
  if (!row || row.status !== "ok") cell.append(make("small", {}, row ? row.status : "not run"));
  cell.style.setProperty("--strength", `${(100 * strength(value)).toFixed(1)}%`);
  return cell;
}
