"use strict";
// Elements and what stands in them. Text is always text: nothing here takes markup.

const DASH = "–";
const SVG = "http://www.w3.org/2000/svg";

//: Words in Hebrew, Arabic and other scripts from right to left.
const RIGHT = "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]+";
const FROM_THE_RIGHT = new RegExp(`${RIGHT}(?:[\\s_-]*${RIGHT})*`, "gu");

/** The element with this id. */
function byId(id) {
  return document.getElementById(id);
}

/** Text whose figures and names keep their order where some of them are written from right to left. */
function isolated(text) {
  return text.replace(FROM_THE_RIGHT, "\u2068$&\u2069");
}

/** A new element; attributes that are false or null are left out, children may be strings. */
function make(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** A new SVG element. */
function makeSvg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.map((child) => (typeof child === "string" ? isolated(child) : child)));
  return element;
}

/** A name that may be broken after each comma, where there is no room. */
function named(text, ...before) {
  const parts = text.split(/(?<=,)/).flatMap((part) => [part, make("wbr")]).slice(0, -1);
  return make("span", { class: "name" }, ...before, ...parts);
}

/** "a, b and c". */
function listed(names) {
  return [names.slice(0, -1).join(", "), ...names.slice(-1)].filter(Boolean).join(" and ");
}

/** Options of a select: [value, text] each. */
function fillSelect(select, options) {
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
}

/** A dash pattern, in widths of the line, as SVG has it. */
function dashes(pattern, width) {
  return pattern.length ? pattern.map((part) => part * width).join(" ") : null;
}

/** A short piece of a strategy's line. */
function swatch(slot, style) {
  const width = 2.5;
  const line = makeSvg("line", {
    x1: 0, x2: 30, y1: 5, y2: 5, stroke: `var(--slot-${slot})`, "stroke-width": width,
    "stroke-dasharray": dashes(style[2], width),
  });
  return makeSvg("svg", { class: "swatch", width: 30, height: 10, "aria-hidden": "true" }, line);
}

/** Values by key, in order of first appearance. */
function grouped(values, key) {
  const groups = new Map();
  for (const value of values) {
    const name = key(value);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(value);
  }
  return groups;
}

/** A function that calls the last one asked for, at most once a frame. */
function oncePerFrame(action) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      action();
    });
  };
}

/** The data of the page: JSON, deflated, in base64. */
async function readData() {
  const packed = Uint8Array.from(atob(byId("data").textContent), (char) => char.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}
