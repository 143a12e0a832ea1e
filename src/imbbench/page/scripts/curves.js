"use strict";
// Precision over recall, and ROC: lines through the counts of each fit, and the points of the threshold.

const CURVES = [
  {
    id: "pr", what: "precision over recall", metric: "average_precision", curveOf,
    draw: (fits, width, view) => drawCurves(fits, width, view, prPoint, {
      x: { ...shares("recall"), ...CENTRED }, y: shares("precision"), chance: prevalenceRules(fits), curve: "step-before",
    }),
  },
  {
    id: "roc", what: "true positive rate over false positive rate", metric: "roc_auc", curveOf,
    draw: (fits, width, view) => drawCurves(fits, width, view, rocPoint, {
      x: { ...shares("false positive rate"), ...CENTRED }, y: shares("true positive rate"), chance: [diagonal()], curve: "linear",
    }),
  },
];

/** [recall, precision]; where no row is called positive, the end of the curve: precision 1. */
function prPoint(fold, fp, tp) {
  return [fold.n1 ? tp / fold.n1 : 0, tp + fp ? tp / (tp + fp) : 1];
}

/** [false positive rate, true positive rate]; 0 for a class without rows. */
function rocPoint(fold, fp, tp) {
  return [fold.n0 ? fp / fold.n0 : 0, fold.n1 ? tp / fold.n1 : 0];
}

/** What two fits have in common whose curves are the same. */
function curveOf(fit) {
  return fit.folds.map(({ fp, tp }) => `${fp};${tp}`).join("|");
}

/** The points {x, y} of a fold's curve. */
function curvePoints(fold, point) {
  const tp = running(fold.tp);
  const points = running(fold.fp).map((fp, place) => point(fold, fp, tp[place]));
  return { x: points.map(([x]) => x), y: points.map(([, y]) => y) };
}

function drawCurves(fits, width, view, point, { x, y, chance, curve }) {
  const lines = fits.map((fit) => fitLine(fit, (fold) => curvePoints(fold, point), view, curve));
  const svg = chart({ width, height: width, x, y, marks: [...chance, ...lines] });
  nameLines(svg, fits, view);
  const dots = fits.flatMap((fit) => fit.folds.map((fold, place) => currentPoint(svg, fit, fold, place, view)));
  const [toX, toY] = [svg.scale("x").apply, svg.scale("y").apply];
  const follow = (k) => {
    for (const { circle, fit, fold } of dots) {
      if (view.hidden.has(fit.slot)) continue;
      const [at, height] = point(fold, fold.called.fp[k], fold.called.tp[k]);
      circle.setAttribute("cx", toX(at));
      circle.setAttribute("cy", toY(height));
      const undefinedHere = point === prPoint && !(fold.called.fp[k] + fold.called.tp[k]);
      circle.setAttribute("visibility", undefinedHere ? "hidden" : "visible"); // precision of nothing
    }
  };
  return { svg, follow };
}

/** The circle that stands on a fold's curve at the threshold. */
function currentPoint(svg, fit, fold, place, view) {
  const circle = makeSvg("circle", {
    class: "current", r: fit.folds.length > 1 ? 3.5 : 4.5, fill: `var(--slot-${fit.slot})`,
    "data-slot": fit.slot, "data-fit": view.fits.indexOf(fit), "data-fold": place,
  });
  svg.append(circle);
  return { circle, fit, fold };
}

/** What guessing gives: the share of positives among the rows, one line for all folds. */
function prevalenceRules(fits) {
  const shares = fits[0].folds.map(({ n0, n1 }) => n1 / (n0 + n1));
  return [Plot.ruleY([mean(shares)], { className: "chance" })];
}

function diagonal() {
  return Plot.line([[0, 0], [1, 1]], { className: "chance" });
}
