"use strict";
// Strategies by models as a table: the better a figure, the stronger its cell's colour.

/** Connect the selects of metric and threshold; average precision is chosen where there is one. */
function connectHeatmap(data, changed) {
  const select = byId("heatmap-metric");
  const known = data.metrics.filter(({ name }) => hasFigures(data, name));
  fillSelect(select, known.map(({ name, heading }) => [name, heading]));
  const first = ["average_precision", ...data.columns].find((name) => known.some((metric) => metric.name === name));
  if (first) select.value = first;
  const readings = grouped(data.protocols.flatMap(({ rows }) => rows), (row) => row.reading);
  fillSelect(byId("heatmap-reading"), [...readings.keys()].map((reading) => [reading, reading]));
  byId("heatmap-reading").closest("label").hidden = readings.size < 2;
  for (const one of [select, byId("heatmap-reading")]) one.addEventListener("change", changed);
}

function hasFigures(data, name) {
  return data.protocols.some(({ rows }) => rows.some(({ figures }) => figures[name]?.[0] !== null));
}

function drawHeatmap(data, protocol) {
  const metric = data.metrics.find(({ name }) => name === byId("heatmap-metric").value);
  const table = byId("heatmap").querySelector("table");
  if (!metric) return;
  const rows = protocol.rows.filter(({ reading }) => reading === byId("heatmap-reading").value);
  const models = [...grouped(rows, (row) => row.model).keys()];
  const strength = strengths(rows, metric);
  table.caption.firstElementChild.textContent = `${metric.heading}, ${protocol.title}. ${directionOf(metric)}`;
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

/** How strong the colour of a value is, from 0, the worst of these rows, to 1, the best. */
function strengths(rows, { name, better }) {
  const values = rows.map(({ figures }) => figures[name]?.[0]).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => {
    if (!Number.isFinite(value) || high === low) return 0;
    const share = (value - low) / (high - low);
    return better === "lower" ? 1 - share : share;
  };
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
