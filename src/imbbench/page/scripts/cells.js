"use strict";
// The table of all cells: sorted, filtered, a page at a time.

/** Build the table and connect its controls. */
function buildCells(data) {
  const rows = allRows(data);
  const table = {
    data, rows, chosen: new Set(data.columns), sort: null, direction: "ascending", page: 0, printed: false,
    unfolded: new Set(),
  };
  byId("filter").addEventListener("input", () => showFrom(table, 0));
  byId("page-size").addEventListener("change", () => showFrom(table, 0));
  byId("previous").addEventListener("click", () => showFrom(table, table.page - 1));
  byId("next").addEventListener("click", () => showFrom(table, table.page + 1));
  byId("copy").addEventListener("click", () => copyRows(table));
  addEventListener("beforeprint", () => showPrinted(table, true));
  addEventListener("afterprint", () => showPrinted(table, false));
  fillColumns(table);
  showFrom(table, 0);
}

function columnsNow(table) {
  return columnsOf(table.data, table.rows, table.chosen);
}

/** The rows that are left by the filter, in order. */
function found(table) {
  const columns = columnsNow(table);
  const kept = filtered(table.rows, columns, byId("filter").value);
  return sorted(kept, columns.find(({ key }) => key === table.sort), table.direction);
}

function showPrinted(table, printed) {
  table.printed = printed;
  showFrom(table, table.page);
}

/** Show a page of what is found. */
function showFrom(table, page) {
  const rows = found(table);
  const size = table.printed ? rows.length : Number(byId("page-size").value) || rows.length;
  table.page = Math.max(0, Math.min(page, Math.ceil(rows.length / size) - 1 || 0));
  const first = table.page * size;
  const columns = columnsNow(table);
  const body = byId("cells");
  const heads = columns.map((column) => headingCell(table, column));
  body.tHead.replaceChildren(make("tr", {}, ...heads, make("th", { scope: "col" }, "remarks")));
  body.tBodies[0].replaceChildren(...rows.slice(first, first + size).map((row) => cellRow(table, row, columns)));
  byId("previous").setAttribute("aria-disabled", first === 0); // disabled, it would lose the focus
  byId("next").setAttribute("aria-disabled", first + size >= rows.length);
  byId("shown").textContent = shownRows(first, Math.min(first + size, rows.length), rows.length, table.rows.length);
}

/** "Rows 1 to 50 of 96; 160 without the filter." */
function shownRows(first, last, found, all) {
  if (!found) return `No row has all these words; ${all} without the filter.`;
  const without = found < all ? `; ${all} without the filter` : "";
  return `Rows ${first + 1} to ${last} of ${found}${without}.`;
}

/** A heading with the button that sorts by it: the better end of a metric first, else rising; then the other. */
function headingCell(table, column) {
  const isSorted = table.sort === column.key;
  const button = make("button", { type: "button" }, column.heading);
  button.addEventListener("click", () => {
    const [one, other] = column.better === "higher" ? ["descending", "ascending"] : ["ascending", "descending"];
    table.direction = isSorted && table.direction === one ? other : one;
    table.sort = column.key;
    showFrom(table, 0);
    byId("cells").querySelector("th[aria-sort] button").focus();
  });
  const attributes = { scope: "col", class: column.number ? "number" : null, "aria-sort": isSorted && table.direction };
  return make("th", attributes, table.printed ? column.heading : button); // a button is on the first sheet only
}

function cellRow(table, row, columns) {
  const cells = columns.map((column) => cellOf(row, column));
  return make("tr", { class: row.status === "ok" ? null : "not-ok" }, ...cells, make("td", {}, ...remarksOf(table, row)));
}

function cellOf(row, column) {
  if (!column.number) {
    const attributes = column.isName ? { scope: column.key === "reading" ? null : "row" } : { class: "status" };
    return make(attributes.scope ? "th" : "td", attributes, named(column.text(row)));
  }
  const best = column.best?.(row);
  const cell = make("td", { class: "number" }, make(best ? "strong" : "span", {}, column.text(row)));
  if (best) cell.append(make("span", { class: "mark", title: "best of its data set" }, "*"));
  const beside = [column.spread?.(row) && `± ${column.spread(row)}`, column.interval?.(row)].filter(Boolean);
  for (const text of beside) cell.append(" ", make("small", {}, text));
  return cell;
}

/** What is to be known of a row: as much as two lines have room for, all of it when unfolded. */
function remarksOf({ unfolded, printed }, row) {
  if (!row.remarks.length) return [];
  const [first, ...others] = row.remarks;
  const more = others.length ? make("small", {}, ` and ${others.length} more`) : "";
  const summary = make("summary", {}, make("span", {}, first), more);
  summary.addEventListener("click", () => unfolded.delete(row.place) || unfolded.add(row.place));
  const open = printed || unfolded.has(row.place);
  return [make("details", { open }, summary, ...others.map((text) => make("p", {}, text)))];
}

/** A checkbox for each metric. */
function fillColumns(table) {
  const boxes = table.data.metrics.map(({ name, heading }) => {
    const box = make("input", { type: "checkbox", value: name });
    box.checked = table.chosen.has(name);
    box.addEventListener("change", () => {
      if (!table.chosen.delete(name)) table.chosen.add(name);
      showFrom(table, table.page);
    });
    return make("label", {}, box, heading);
  });
  byId("columns").querySelector("div").replaceChildren(...boxes);
}

/** Put what is found on the clipboard, as CSV; where that is refused, show it to be copied. */
async function copyRows(table) {
  const area = byId("csv");
  const rows = found(table);
  const number = rows.length === table.rows.length ? `All ${rows.length}` : `${rows.length} of ${table.rows.length}`;
  area.value = csvOf(rows, columnsNow(table));
  try {
    await navigator.clipboard.writeText(area.value);
    byId("copied").textContent = `${number} rows are on the clipboard.`;
    byId("csv-box").hidden = true;
  } catch {
    byId("csv-box").hidden = false;
    byId("copied").textContent = "The clipboard is not open to this page. Copy the text below.";
    area.focus();
    area.select();
  }
}
