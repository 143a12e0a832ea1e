"use strict";
// Mean ranks over data sets, and which of them a Nemenyi test does not tell apart.

const RANK_ROW = 28;
const RANK_TOP = 44;
const LONGEST = 24;
const rankText = { y: (_, place) => place, fill: "currentColor", fontSize: 12.5 };

function drawRankings(data) {
  const host = byId("ranks")?.querySelector(".panels");
  if (!host) return;
  const said = data.rankings.map((ranking) => rankSentences(ranking));
  const shared = said[0].filter((text) => said.every((texts) => texts.includes(text)));
  const panels = emptyPanels(host, data.rankings.map((ranking) => ranking.title), "h3");
  data.rankings.forEach((ranking, place) => {
    drawRanking(panels[place], ranking, said[place].filter((text) => !shared.includes(text)));
  });
  byId("ranked").textContent = shared.join(" ");
}

function drawRanking(panel, ranking, sentences) {
  const ranks = ordered(ranking);
  const svg = rankChart(ranks, ranking.critical_difference, panel.clientWidth);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", rankWords(ranks, ranking.critical_difference));
  panel.append(svg, make("p", { class: "note" }, sentences.join(" ")));
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
  const longest = Math.max(...ranks.map(([name]) => Math.min(name.length, LONGEST)));
  const [marginLeft, gutter] = [20 + 6.9 * longest, 50 + 9 * groups.length];
  const last = Math.max(2, ranks.length);
  const svg = chart({
    width, height: RANK_TOP + RANK_ROW * ranks.length, marginLeft, marginRight: gutter + 8, marginTop: RANK_TOP, marginBottom: 0,
    x: { domain: [1, last], ticks: Math.min(last, 8), tickFormat: "d", label: null, axis: "top", grid: true, tickSize: 0 },
    y: { domain: [-0.5, ranks.length - 0.5], reverse: true, axis: null },
    marks: [
      Plot.text(ranks, {
        ...rankText, text: ([name]) => shortened(name, LONGEST), frameAnchor: "left", textAnchor: "start", dx: -marginLeft,
      }),
      Plot.text(ranks, { ...rankText, text: ([, , rank]) => rounded(rank, 2), frameAnchor: "right", textAnchor: "end", dx: 46 }),
      Plot.dot(ranks, { x: ([, , rank]) => rank, y: (_, place) => place, r: 6, fill: ([, slot]) => `var(--slot-${slot})` }),
    ],
  });
  if (difference !== null) svg.append(differenceBar(svg, ranks[0][2], Math.min(ranks[0][2] + difference, last)));
  groups.forEach(([from, to], place) => svg.append(groupBar(svg, from, to, width - gutter + 48 + 9 * place)));
  return svg;
}

/** The critical difference, from the best mean rank on. */
function differenceBar(svg, low, high) {
  const toX = svg.scale("x").apply;
  return makeSvg("line", { class: "difference", x1: toX(low), x2: toX(high), y1: 12, y2: 12 });
}

function shortened(name, length) {
  return name.length > length ? `${name.slice(0, length - 1)}…` : name;
}

/** A bar beside the rows that are not told apart. */
function groupBar(svg, first, last, x) {
  const toY = svg.scale("y").apply;
  return makeSvg("line", { class: "group", x1: x, x2: x, y1: toY(first) - 8, y2: toY(last) + 8 });
}

/** What is to be read from a ranking, in sentences. */
function rankSentences({ datasets, p, critical_difference: difference }) {
  const said = [`Mean ranks over ${datasets} data sets; 1 is the best.`];
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
  return [`Mean ranks: ${each}.`, ...(joined.length ? [`Not told apart: ${joined.join("; ")}.`] : [])].join(" ");
}
