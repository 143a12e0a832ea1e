"use strict";
// How the scores of each class are distributed: positives above a strategy's line, negatives below it.

const SCORES = { id: "scores", what: "distribution of the scores of each class", draw: drawScores, words: scoreWords };
const REACH = 15;
const RIDGE = 70;
//: Pixels; as in the style sheet.
const NAME_SIZE = 12;
//: Probabilities that are named below the axis of log-odds, where there is room.
const NAMED = [1e-6, 1e-4, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9999, 1 - 1e-6];

function logit(p) {
  return Math.log(p / (1 - p));
}

function drawScores(fits, width, view) {
  const [low, high] = reached(view.fits);
  const named = spaced(NAMED, width, low, high);
  const height = RIDGE * fits.length;
  const svg = chart({
    width, height: height + 40, marginLeft: 4, marginTop: 6,
    x: {
      domain: [low, high], ticks: named.map(logit), tickFormat: (value) => probabilityName(value), grid: true,
      label: "probability of the positive class", ...CENTRED, tickSize: 0, tickPadding: 6,
    },
    y: { domain: [fits.length, 0], axis: null, range: [height + 6, 6] },
    marks: fits.flatMap((fit, place) => ridge(fit, place, width)),
  });
  fits.forEach((fit, place) => {
    for (const part of svg.querySelectorAll(`.ridge-${place}`)) part.dataset.slot = fit.slot;
  });
  return { svg, follow: thresholdRule(svg, view, height) };
}

/** The log-odds between which any fit has scores. */
function reached(fits) {
  const folds = fits.flatMap((fit) => fit.folds);
  const bins = folds[0].hist[0].length;
  const filled = [...Array(bins).keys()].filter((bin) => folds.some(({ hist }) => hist[0][bin] + hist[1][bin]));
  const step = (2 * REACH) / bins;
  return [step * Math.max(0, filled[0] - 1) - REACH, step * Math.min(bins, filled.at(-1) + 2) - REACH];
}

/** Those of these probabilities whose names have room, those nearest to 0.5 first. */
function spaced(probabilities, width, low, high) {
  const at = (p) => ((logit(p) - low) / (high - low)) * (width - 12);
  const room = (p) => 3.2 * probabilityName(logit(p)).length + 3;
  const kept = [];
  const near = [...probabilities].sort((one, other) => Math.abs(logit(one)) - Math.abs(logit(other)));
  for (const p of near) {
    if (logit(p) < low || logit(p) > high) continue;
    const isInside = at(p) > room(p) - 8 && at(p) < width - room(p);
    if (isInside && kept.every((other) => Math.abs(at(p) - at(other)) > room(p) + room(other))) kept.push(p);
  }
  return kept.sort((one, other) => one - other);
}

function probabilityName(odds) {
  const p = 1 / (1 + Math.exp(-odds));
  return String(Number(p.toPrecision(p > 0.5 ? 6 : 1)));
}

/** Both classes of a fit over all its folds, around the line at its place. */
function ridge(fit, place, width) {
  const className = `ridge ridge-${place}`;
  const colour = `var(--slot-${fit.slot})`;
  const [negative, positive] = [0, 1].map((label) => outline(histogram(fit, label)));
  const middle = place + 0.66;
  const area = (points, sign, size) => ({
    x: points.map(([x]) => x), y1: middle, y2: points.map(([, y]) => middle - sign * size * y), className, clip: "frame",
  });
  return [
    Plot.areaY(positive, { ...area(positive, 1, 0.4), fill: colour, fillOpacity: 0.85 }),
    Plot.areaY(negative, {
      ...area(negative, -1, 0.3), fill: colour, fillOpacity: 0.16, stroke: colour, strokeWidth: 1,
    }),
    Plot.ruleY([middle], { className, clip: "frame", stroke: colour, strokeWidth: 1 }),
    Plot.text([isolated(fit.strategy)], {
      className: `${className} ridge-name`, frameAnchor: "left", y: [middle], dx: 2, dy: -0.52 * RIDGE,
      textAnchor: "start", lineAnchor: "middle", fill: "currentColor",
      stroke: "var(--paper)", strokeWidth: 3, textOverflow: "ellipsis", lineWidth: (0.9 * width) / NAME_SIZE,
    }),
  ];
}

/** How many rows of a class are in each bin, over all folds of a fit. */
function histogram(fit, label) {
  const all = fit.folds.map(({ hist }) => hist[label]);
  return all[0].map((_, bin) => all.reduce((sum, one) => sum + one[bin], 0));
}

/**
 * Corners [log-odds, height] of a histogram; the highest bin is 1.
 *
 * The bins at the ends have all that is beyond: they do not make the others small.
 */
function outline(bins) {
  const inner = Math.max(...bins.slice(1, -1));
  const highest = inner || Math.max(...bins, 1);
  const step = (2 * REACH) / bins.length;
  return bins.flatMap((rows, bin) => [0, 1].map((side) => [(bin + side) * step - REACH, Math.min(1, rows / highest)]));
}

/** The median of a class, to the width of a bin, as a probability. */
function medianScore(fit, label) {
  const bins = histogram(fit, label);
  const below = running(bins);
  const middle = below.findIndex((rows) => 2 * rows >= below.at(-1));
  const odds = ((middle + 0.5) * 2 * REACH) / bins.length - REACH;
  const tail = Number((1 / (1 + Math.exp(Math.abs(odds)))).toPrecision(2));
  return String(odds > 0 ? Number((1 - tail).toFixed(8)) : tail);
}

/** "Medians: none, negatives 0.02, positives 0.38; smote, ...". */
function scoreWords(fits) {
  const each = fits.map((fit) => `${fit.strategy}, negatives ${medianScore(fit, 0)}, positives ${medianScore(fit, 1)}`);
  return each.length ? `Medians of the probability, roughly: ${each.join("; ")}.` : "";
}

/** The line that stands at the threshold in all ridges. */
function thresholdRule(svg, view, height) {
  const rule = makeSvg("line", { class: "threshold", y1: 2, y2: height + 6 });
  svg.append(rule);
  const [low, high] = svg.scale("x").domain;
  return (k) => {
    const at = svg.scale("x").apply(Math.min(high, Math.max(low, logit(view.data.grid[k]))));
    rule.setAttribute("x1", at);
    rule.setAttribute("x2", at);
  };
}
