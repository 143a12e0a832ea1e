"use strict";
// Data with two features: the test points, and where each fit begins to call rows positive.

const BOUNDARY = {
  id: "boundary", what: "test points and decision boundaries",
  needs: (fit, view) => Boolean(view.protocol.plane && fit.surface), draw: drawBoundary, words: pointWords,
};
//: A score must be above the threshold.
const BARELY = 1e-6;

function drawBoundary(fits, width, view) {
  const { plane } = view.protocol;
  const axis = (domain, label) => ({ domain, label, ticks: 4, tickSize: 0, tickPadding: 6, grid: true });
  const svg = chart({
    width, height: width, x: { ...axis(plane.x, plane.axes[0]), ...CENTRED }, y: axis(plane.y, plane.axes[1]),
    marks: [classDots(plane, 0, "circle", 1.6), classDots(plane, 1, "diamond", 2.7)],
  });
  const frame = clipFrame(svg, view.fits.indexOf(fits[0]));
  const lines = fits.map((fit) => boundaryLine(frame, fit, view));
  return { svg, follow: (k) => lines.forEach((line, place) => view.hidden.has(fits[place].slot) || line(k)) };
}

function classDots(plane, label, symbol, r) {
  const own = plane.points.filter((point) => point[2] === label);
  return Plot.dot(own, { x: (point) => point[0], y: (point) => point[1], symbol, r, className: `class-${label}`, clip: "frame" });
}

/** "270 negative and 30 positive test points." */
function pointWords(_, { protocol: { plane } }) {
  const [negative, positive] = [0, 1].map((label) => plane.points.filter((point) => point[2] === label).length);
  return `${negative} negative and ${positive} positive test points.`;
}

/** A group in which nothing is drawn outside the frame. */
function clipFrame(svg, number) {
  const [left, right] = svg.scale("x").range;
  const [bottom, top] = svg.scale("y").range;
  const box = makeSvg("rect", { x: left, y: top, width: right - left, height: bottom - top });
  const id = `boundary-frame-${number}`;
  const group = makeSvg("g", { "clip-path": `url(#${id})` });
  svg.append(makeSvg("clipPath", { id }, box), group);
  return { group, left, right, bottom, top };
}

/** The line on which a fit's score is the threshold; returns what moves it. */
function boundaryLine(frame, fit, view) {
  const size = view.protocol.plane.size;
  const width = 2;
  const path = makeSvg("path", {
    class: "boundary", "data-slot": fit.slot, stroke: `var(--slot-${fit.slot})`, "stroke-width": width,
    "stroke-dasharray": dashes(view.data.styles[fit.slot][2], width),
  }, makeSvg("title", {}, `${fit.strategy} · ${fit.model}`));
  frame.group.append(path);
  const lines = Plot.contours().size([size, size]);
  const hundredths = running(fit.surface);
  const toX = (x) => frame.left + ((x - 0.5) / (size - 1)) * (frame.right - frame.left);
  const toY = (y) => frame.bottom + ((y - 0.5) / (size - 1)) * (frame.top - frame.bottom);
  return (k) => path.setAttribute("d", pathOf(lines.contour(hundredths, 100 * logit(view.data.grid[k]) + BARELY), toX, toY));
}

function pathOf(shape, toX, toY) {
  const point = ([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`;
  return shape.coordinates.flat().map((ring) => `M${ring.map(point).join("L")}Z`).join("");
}
