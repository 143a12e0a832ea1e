"use strict";
// Reliability diagrams: what share of the rows that get a probability is positive.

const RELIABILITY = {
  id: "calibration", what: "share of positives over predicted probability", metric: "ece",
  draw: drawReliability,
};

function drawReliability(fits, width, view) {
  const points = (fold) => ({ x: fold.bins.map(([x]) => x), y: fold.bins.map(([, y]) => y) });
  const svg = chart({
    width, height: width, x: { ...shares("predicted probability"), ...CENTRED }, y: shares("share of positives"),
    marks: [diagonal(), ...fits.map((fit) => fitLine(fit, points, view, "linear"))],
  });
  nameLines(svg, fits, view);
  for (const fit of fits) svg.append(binDots(svg, fit));
  return { svg };
}

/** A dot for each bin; its area grows with the share of the rows in it. */
function binDots(svg, fit) {
  const [toX, toY] = [svg.scale("x").apply, svg.scale("y").apply];
  const dots = fit.folds.flatMap((fold) => fold.bins.map(([x, y, rows]) => makeSvg("circle", {
    cx: toX(x), cy: toY(y), r: 1.5 + 3.5 * Math.sqrt(rows / (fold.n0 + fold.n1)), fill: `var(--slot-${fit.slot})`,
  })));
  return makeSvg("g", { "data-slot": fit.slot, class: "bins" }, ...dots);
}
