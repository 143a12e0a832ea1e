"use strict";
// Mean ranks over data sets, and which of them a Nemenyi test does not tell apart.

const RANK_ROW = 28;
const RANK_TOP = 44;
//: The share of a chart's width that names may take, and the width of a letter of theirs.
const NAMES = 0.4;
const LETTER = 6.9;
//: The width of a chart that is folded.
const NARROW = 420;
//: Pixels that a rank takes at least on the axis.
const TICK = 26;
const rankText = { y: (_, place) => place, fill: "currentColor", fontSize: 12.5 };

function drawRankings(data) {
  if (!byId("ranks")) return;
  const said = data.rankings.map((ranking) => rankSentences(ranking));
  const shared = said[0].filter((text) => said.every((texts) => texts.includes(text)));
  const isTested = ({ critical_difference: difference }) => difference !== null;
  const [tested, untested] = [data.rankings.filter(isTested), data.rankings.filter((one) => !isTested(one))];
  const drawAll = (host, rankings) => {
    const panels = emptyPanels(host, rankings.map((ranking) => ranking.title), "h3");
    rankings.forEach((ranking, place) => {
      const own = said[data.rankings.indexOf(ranking)].filter((text) => !shared.includes(text));
      drawRanking(panels[place], ranking, own);
    });
  };
  drawAll(byId("ranks").querySelector(".panels"), tested);
  drawUntested(untested, drawAll);
  byId("ranked").textContent = isolated(shared.join(" "));
}

/** Charts of too few data sets are folded; they are drawn anew as wide as they are. */
function drawUntested(rankings, drawAll) {
  const details = byId("untested");
  details.hidden = !rankings.length;
  const draw = () => drawAll(details.querySelector(".panels"), rankings);
  details.ontoggle = () => details.open && draw();
  draw();
}

function drawRanking(panel, ranking, sentences) {
  const ranks = ordered(ranking);
  const svg = rankChart(ranks, ranking.critical_difference, panel.clientWidth || NARROW);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", rankWords(ranks, ranking.critical_difference));
  panel.append(svg);
  if (sentences.length) panel.append(make("p", { class: "note" }, sentences.join(" ")));
}

function ordered(ranking) {
  return [...ranking.ranks].sort((one, other) => one[2] - other[2]);
}

/** Maximal groups [first, last] of rows, in order of rank, that differ by no more than this. */
function notToldApart(ranks, difference) {
  if (difference === null) return [];
  const groups = [];
  ranks.forEach(([, , rank], first) => {
    const last = ranks.findLastIndex(([, , other]) => other - rank <= difference);
    if (last > first && !(groups.length && groups.at(-1)[1] >= last)) groups.push([first, last]);
  });
  return groups;
}

/** A row for each strategy: its name, a dot at its mean rank, the rank, and bars that join rows. */
function rankChart(ranks, difference, width) {
  const groups = notToldApart(ranks, difference);
  const longest = Math.min((NAMES * width - 20) / LETTER, Math.max(...ranks.map(([name]) => name.length)));
  const [marginLeft, gutter] = [20 + LETTER * longest, 50 + 9 * groups.length];
  const last = Math.max(2, ranks.length, 1 + (difference ?? 0));
  const svg = chart({
    width, height: RANK_TOP + RANK_ROW * ranks.length, marginLeft, marginRight: gutter + 8, marginTop: RANK_TOP, marginBottom: 0,
    x: {
      domain: [1, last], ticks: wholeRanks(last, width - marginLeft - gutter), tickFormat: "d", label: null, axis: "top",
      grid: true, tickSize: 0,
    },
    y: { domain: [-0.5, ranks.length - 0.5], reverse: true, axis: null },
    marks: [
      Plot.text(ranks, {
        ...rankText, text: ([name]) => isolated(shortened(name, longest)), title: ([name]) => name, frameAnchor: "left",
        textAnchor: "start", dx: -marginLeft,
      }),
      Plot.text(ranks, { ...rankText, text: ([, , rank]) => rounded(rank, 2), frameAnchor: "right", textAnchor: "end", dx: 46 }),
      Plot.dot(ranks, { x: ([, , rank]) => rank, y: (_, place) => place, r: 6, fill: ([, slot]) => `var(--slot-${slot})` }),
    ],
  });
  if (difference !== null) svg.append(differenceBar(svg, 1, 1 + difference));
  groups.forEach(([from, to], place) => svg.append(groupBar(svg, from, to, width - gutter + 48 + 9 * place)));
  return svg;
}

/** The ranks that are named on an axis of this width: 1 and so on, in equal steps. */
function wholeRanks(last, width) {
  const step = Math.ceil((TICK * (last - 1)) / Math.max(width, TICK));
  return Array.from({ length: Math.floor((last - 1) / step) + 1 }, (_, place) => 1 + step * place);
}

/** The critical difference, from rank 1 on. */
function differenceBar(svg, low, high) {
  const toX = svg.scale("x").apply;
  return makeSvg("line", { class: "difference", x1: toX(low), x2: toX(high), y1: 12, y2: 12 });
}

/** The beginning and the end of a name that is longer: names often differ in their parameters alone. */
function shortened(name, length) {
  const letters = [...name];
  if (letters.length <= length) return name;
  const half = Math.floor((length - 1) / 2);
  return `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}`;
}

/** A bar beside the rows that are not told apart. */
function groupBar(svg, first, last, x) {
  const toY = svg.scale("y").apply;
  return makeSvg("line", { class: "group", x1: x, x2: x, y1: toY(first) - 8, y2: toY(last) + 8 });
}

/** What is to be read from a ranking, in sentences. */
function rankSentences({ datasets, of, unranked, p, critical_difference: difference }) {
  const said = [`Mean ranks over ${datasets === of ? "" : `${datasets} of `}${of} data sets; 1 is the best.`];
  if (datasets < of) said.push("On the others not all of these strategies have figures.");
  if (unranked.length) said.push(`Without ${listed(unranked)}: no figures on enough of the same data sets.`);
  if (difference === null) said.push("Too few data sets for a critical difference.");
  else {
    said.push(`The bar above is the critical difference, ${rounded(difference, 2)} (Nemenyi, 0.05).`);
    said.push("An upright bar joins ranks that are not told apart.");
  }
  if (p !== null) said.push(`Friedman test: p ${p < 0.0001 ? "< 0.0001" : `= ${rounded(p, 4)}`}.`);
  return said;
}

/** The chart in words. */
function rankWords(ranks, difference) {
  const each = ranks.map(([name, , rank]) => `${name} ${rounded(rank, 2)}`).join(", ");
  const joined = notToldApart(ranks, difference).map(
    ([first, last]) => ranks.slice(first, last + 1).map(([name]) => name).join(", "));
  return isolated([`Mean ranks: ${each}.`, ...(joined.length ? [`Not told apart: ${joined.join("; ")}.`] : [])].join(" "));
}
