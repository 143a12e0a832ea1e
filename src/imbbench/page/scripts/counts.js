"use strict";
// What scores say at a threshold, computed exactly as imbbench computes it: whole numbers from histograms,
// each fit's own figures, their mean, rounded as Python rounds. Pure functions, nothing of the page.

const COUNTED = ["tn", "fp", "fn", "tp"];
const MEASURED = ["precision", "recall", "f1", "expected_cost"];

/** Numbers from their differences, the first from 0. */
function running(steps) {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

/**
 * Negatives and positives of a fold that are called positive at each of `positions` thresholds.
 *
 * Bin b of the histogram has the rows with b cuts strictly below their score: called positive at cut k are
 * those with b > k.
 */
function called(fold, positions) {
  const fp = new Int32Array(positions + 1);
  const tp = new Int32Array(positions + 1);
  running(fold.at).forEach((bin, place) => {
    fp[bin] = fold.neg[place];
    tp[bin] = fold.pos[place];
  });
  for (let bin = positions - 1; bin >= 0; bin--) {
    fp[bin] += fp[bin + 1];
    tp[bin] += tp[bin + 1];
  }
  return { fp: fp.subarray(1), tp: tp.subarray(1) };
}

/** All figures of one fit from its counts; NaN where undefined. `costs` are those of one fp and of one fn. */
function measured(counts, costs) {
  const { tn, fp, fn, tp } = counts;
  return {
    ...counts,
    precision: tp / (tp + fp),
    recall: tp / (tp + fn),
    f1: (2 * tp) / (2 * tp + fp + fn),
    expected_cost: (costs.fp * fp + costs.fn * fn) / (tn + fp + fn + tp),
  };
}

/** The figures of a fold at position k of the grid; `fold.called` is as `called` returns it. */
function foldAt(fold, k, costs) {
  const fp = fold.called.fp[k];
  const tp = fold.called.tp[k];
  return measured({ tn: fold.n0 - fp, fp, fn: fold.n1 - tp, tp }, costs);
}

/** A fit at position k of the grid, over its folds and seeds: a number for each figure, NaN where undefined. */
function fitAt(fit, k, costs) {
  const each = fit.folds.map((fold) => foldAt(fold, k, costs));
  const figures = {};
  for (const name of COUNTED) figures[name] = total(fit.folds, each.map((one) => one[name]));
  for (const name of MEASURED) figures[name] = mean(each.map((one) => one[name]));
  return figures;
}

/** Counts summed over folds, of each the mean over its seeds. */
function total(folds, values) {
  const byFold = new Map();
  folds.forEach(({ fold }, place) => byFold.set(fold, [...(byFold.get(fold) ?? []), values[place]]));
  const sum = [...byFold.values()].map(mean).reduce((one, other) => one + other, 0);
  return Number(rounded(sum, 6));
}

/** A figure as the tables show it. */
function shown(name, value) {
  if (!Number.isFinite(value)) return DASH;
  if (!COUNTED.includes(name)) return rounded(value, 4);
  return rounded(value, Number.isInteger(value) ? 0 : 1);
}

/** The mean as Python's fmean has it: the exact sum, rounded once, divided. */
function mean(values) {
  return exactSum(values) / values.length;
}

/** A sum without loss (Shewchuk, 1997), rounded once, half to even: Python's math.fsum. */
function exactSum(values) {
  const parts = [];
  for (const value of values) {
    if (!Number.isFinite(value)) return NaN;
    let [x, kept] = [value, 0];
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    parts.push(x);
  }
  return roundedSum(parts);
}

/** The double nearest to the sum of parts that do not overlap, in rising size. */
function roundedSum(parts) {
  let n = parts.length;
  if (!n) return 0;
  let [sum, low] = [parts[--n], 0];
  while (n > 0 && !low) {
    const before = sum;
    const part = parts[--n];
    sum = before + part;
    low = part - (sum - before);
  }
  if (n > 0 && low * parts[n - 1] > 0) {
    const corrected = sum + 2 * low;
    if (corrected - sum === 2 * low) return corrected;
  }
  return sum;
}

/** A number with so many decimals, ties to even. toFixed rounds the exact value, but ties up. */
function rounded(value, digits) {
  const isTie = Math.abs(value * 2 ** (digits + 1)) % 2 === 1;
  if (!isTie) return value.toFixed(digits);
  const below = Math.floor(value * 10 ** digits);
  return ((below + (below % 2 ? 1 : 0)) / 10 ** digits).toFixed(digits);
}
