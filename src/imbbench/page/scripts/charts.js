"use strict";
// What the pictures have in common: a figure is a panel per model, in which each fit has its colour and dash.

//: The name of an axis below its middle.
const CENTRED = { labelAnchor: "center", labelArrow: "none" };

/**
 * Draw a figure: `spec` says which and how, `view` what is chosen.
 *
 * Returns its panels, each with what follows the threshold, and what tells anew which of the shown fits is best.
 */
function drawFigure(spec, view) {
  const figure = byId(spec.id);
  const host = figure.querySelector(".panels");
  const fits = view.fits.filter((fit) => !spec.needs || spec.needs(fit, view));
  figure.hidden = !fits.length;
  const models = fits.length ? grouped(fits, (fit) => fit.model) : new Map();
  const panels = emptyPanels(host, [...models.keys()], "h4");
  const heading = figure.querySelector("h3").textContent;
  const drawn = [...models].map(([model, own], place) => {
    panels[place].firstChild.setAttribute("aria-label", isolated(`${model}, ${heading}`));
    return drawPanel(spec, view, panels[place], own);
  });
  const tell = () => {
    figure.setAttribute("aria-label", isolated(inWords(spec, view, models)));
    for (const part of drawn) part.tell();
  };
  return { panels: drawn, tell };
}

/** Panels with their headings, in the place of those before. All are there before one is drawn: their widths
 * depend on their number. */
function emptyPanels(host, names, heading) {
  const panels = names.map((name) => make("div", { class: "panel" }, make(heading, {}, named(name))));
  host.replaceChildren(...panels);
  host.style.setProperty("--panels", panels.length);
  return panels;
}

/** Fill one model's panel: picture, the figures of its fits. */
function drawPanel(spec, view, panel, fits) {
  const width = Math.max(200, Math.floor(panel.clientWidth));
  const { svg, follow } = spec.draw(fits, width, view);
  const box = picture(svg);
  panel.append(box);
  const tell = () => {
    box.setAttribute("aria-label", isolated(panelWords(spec, view, fits)));
    panel.querySelector(".figures")?.remove();
    if (spec.metric) panel.append(panelFigures(spec, view, fits));
  };
  return { panel, follow, tell };
}

/** A picture of which only the name, its aria-label, is read aloud. */
function picture(svg) {
  svg.setAttribute("aria-hidden", "true");
  return make("div", { class: "picture", role: "img" }, svg);
}

function panelWords(spec, view, fits) {
  const own = visible(fits, view);
  const said = [`${fits[0].model}: ${spec.what}.`, bestOf(spec, view, own), spec.words?.(own, view)];
  return said.filter(Boolean).join(" ");
}

/** A list of the panel's strategies with the figure that sums each one's curve up. */
function panelFigures(spec, view, fits) {
  const best = bestFits(spec, view, visible(fits, view));
  const first = new Map();
  const items = fits.map((fit) => {
    const text = fit.figure[spec.metric] ?? DASH;
    const figure = make(best.includes(fit) ? "strong" : "span", { class: "number" }, text);
    const name = named(fit.strategy);
    const curve = spec.curveOf?.(fit);
    if (first.has(curve)) name.append(" ", make("small", {}, `same curve as ${first.get(curve)}`));
    else if (curve) first.set(curve, fit.strategy);
    return make("li", { "data-slot": fit.slot }, swatch(fit.slot, view.data.styles[fit.slot]), name, figure);
  });
  const heading = headingOf(view.data, spec.metric);
  return make("div", { class: "figures" }, make("p", {}, heading), make("ul", { "aria-label": heading }, ...items));
}

/** How a metric heads its column. */
function headingOf(data, name) {
  return data.metrics.find((metric) => metric.name === name)?.heading ?? name.replaceAll("_", " ");
}

/** The fits whose figure is the best of these; none where all are equal or undefined. */
function bestFits(spec, view, fits) {
  const lower = view.data.metrics.find((metric) => metric.name === spec.metric)?.better === "lower";
  const values = fits.map((fit) => parseFloat(fit.figure?.[spec.metric]));
  const there = values.filter(Number.isFinite);
  const best = lower ? Math.min(...there) : Math.max(...there);
  if (there.every((value) => value === best)) return [];
  return fits.filter((_, place) => values[place] === best);
}

/** "Best PR AUC: none (0.7881)." */
function bestOf(spec, view, fits) {
  const best = spec.metric ? bestFits(spec, view, fits) : [];
  if (!best.length) return "";
  const names = best.map((fit) => fit.strategy).join(", ");
  return `Best ${headingOf(view.data, spec.metric)}: ${names} (${best[0].figure[spec.metric]}).`;
}

function inWords(spec, view, models) {
  const lines = [...models].map(([model, fits]) => `${model}: ${bestOf(spec, view, visible(fits, view))}`);
  return [`${spec.what}, ${view.protocol.title}.`, ...(spec.metric ? lines : [])].join(" ");
}

/** A chart with the look of all: `size` and scales come from its figure. */
function chart(options) {
  const font = { fontFamily: "inherit", fontSize: "11px", overflow: "visible" };
  return Plot.plot({ marginLeft: 38, marginRight: 8, marginTop: 22, marginBottom: 34, style: font, ...options });
}

/** A scale of shares, from 0 to 1. */
function shares(label) {
  return {
    domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], tickFormat: shareName, label, grid: true, tickSize: 0,
    tickPadding: 6,
  };
}

/** 0.2 and 1, without zeros behind. */
function shareName(value) {
  return String(value);
}

/**
 * A line for each fold of a fit; `points(fold)` gives {x, y}.
 *
 * The arrays of a fit are one mark, so that its lines are one group of the picture.
 */
function fitLine(fit, points, view, curve) {
  const folds = fit.folds.map(points);
  const width = folds.length > 1 ? 1.3 : 1.8;
  const z = folds.flatMap(({ x }, place) => Array(x.length).fill(place));
  return Plot.line(z, {
    x: folds.flatMap(({ x }) => [...x]),
    y: folds.flatMap(({ y }) => [...y]),
    z, curve, clip: "frame", className: `fit fit-${view.fits.indexOf(fit)}`,
    stroke: `var(--slot-${fit.slot})`, strokeWidth: width,
    strokeDasharray: dashes(view.data.styles[fit.slot][2], width) ?? "none",
  });
}

/** Name the lines of each fit, say whose they are, and widen what a pointer can reach. */
function nameLines(svg, fits, view) {
  for (const fit of fits) {
    const group = svg.querySelector(`.fit-${view.fits.indexOf(fit)}`);
    if (!group) continue;
    group.dataset.slot = fit.slot;
    [...group.querySelectorAll("path")].forEach((path, place) => {
      path.dataset.fold = place;
      const reach = path.cloneNode();
      for (const name of ["stroke-dasharray", "data-fold"]) reach.removeAttribute(name);
      reach.setAttribute("class", "reach");
      reach.append(makeSvg("title", {}, lineName(fit, fit.folds[place])));
      path.after(reach);
    });
  }
}

/** Whose line it is; fold and seed where there are several. */
function lineName({ strategy, model, folds }, fold) {
  const several = ["fold", "seed"].filter((key) => new Set(folds.map((one) => one[key])).size > 1);
  const which = several.map((key) => `${key} ${fold[key]}`).join(", ");
  return [strategy, model, which].filter(Boolean).join(" · ");
}
