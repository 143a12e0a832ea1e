"use strict";
// The columns of the table of all cells, and its rows as CSV.

/** All rows of all data sets, each with its data set's title and its place in the order of the run. */
function allRows(data) {
  const rows = data.protocols.flatMap(({ title, rows }) => rows.map((row) => ({ ...row, title })));
  return rows.map((row, place) => ({ ...row, place }));
}

/** The columns that are there with these metrics: heading, what is shown, and what it is sorted by. */
function columnsOf(data, rows, chosen) {
  const text = (heading, key) => ({ heading, key, text: (row) => row[key], value: (row) => row[key], isName: true });
  const readings = new Set(rows.map((row) => row.reading)).size > 1 ? [text("threshold", "reading")] : [];
  const metrics = data.metrics.filter(({ name }) => chosen.has(name)).map((metric) => metricColumn(metric));
  const seconds = {
    heading: "seconds", key: "seconds", number: true, value: (row) => row.seconds,
    text: (row) => secondsText(row.seconds),
  };
  return [
    text("data set", "title"), text("strategy", "strategy"), text("model", "model"), ...readings,
    { ...text("status", "status"), isName: false }, ...metrics, seconds,
  ];
}

/** Seconds to about three digits. */
function secondsText(value) {
  if (value === null) return DASH;
  return value.toFixed([1, 10, 100].filter((limit) => value < limit).length);
}

function metricColumn({ name, heading, better }) {
  const entry = (row) => row.figures[name] ?? [null, DASH, "", "", 0];
  return {
    heading, key: `metric:${name}`, number: true, better,
    value: (row) => entry(row)[0],
    text: (row) => entry(row)[1],
    spread: (row) => entry(row)[2],
    interval: (row) => entry(row)[3],
    best: (row) => Boolean(entry(row)[4]),
  };
}

/** Rows by a column; where there is no number, last in both directions. */
function sorted(rows, column, direction) {
  if (!column) return rows;
  const sign = direction === "descending" ? -1 : 1;
  const order = new Intl.Collator("en", { numeric: true });
  return [...rows].sort((one, other) => {
    const [a, b] = [column.value(one), column.value(other)];
    if (a === null || b === null) return (a === null) - (b === null) || one.place - other.place;
    const difference = column.number ? a - b : order.compare(a, b);
    return sign * difference || one.place - other.place;
  });
}

/** Everything that a filter's words are looked for in. */
function wordsOf(row, columns) {
  return [...columns.map((column) => column.text(row)), ...row.remarks].join(" ").toLowerCase();
}

/** Rows in whose text every word of the filter occurs. */
function filtered(rows, columns, filter) {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = wordsOf(row, columns);
    return words.every((word) => text.includes(word));
  });
}

/** The rows as CSV: figures as they are shown, their spreads and intervals in columns of their own. */
function csvOf(rows, columns) {
  const parts = columns.flatMap((column) => csvColumns(rows, column));
  parts.push({ heading: "remarks", text: (row) => row.remarks.join("; ") });
  const lines = rows.map((row) => parts.map((part) => csvField(part.text(row))));
  return [parts.map((part) => csvField(part.heading)), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

function csvColumns(rows, column) {
  const more = [["spread", "± "], ["interval", "interval of "]].filter(([name]) => column[name] && rows.some(column[name]));
  return [column, ...more.map(([name, prefix]) => ({ heading: prefix + column.heading, text: column[name] }))];
}

function csvField(text) {
  const value = text === DASH ? "" : text;
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
