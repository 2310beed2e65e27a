// One person's weeks as small charts, each with the same figures as a table behind it.

import { element, show, svg } from "./dom.js";
import words, { put } from "./text.js";

const WIDTH = 320;
const HEIGHT = 110;
const TOP = 8;
const BOTTOM = 20;
const WEEKS = 26; // half a year

const texts = words.sessions;
const percent = (share) => (share === null ? null : Math.round(1000 * share) / 10);

// What is drawn: title, the highest value, the levels that are marked, and the series.
const CHARTS = [
  {
    title: texts.adherence,
    most: 100,
    levels: [0, 50, 100],
    series: [
      [texts.days, (week) => (week.days.planned ? Math.min(100, (100 * week.days.done) / week.days.planned) : null)],
    ],
    columns: [
      [texts.days, (week) => week.days.done],
      [texts.planned, (week) => week.days.planned],
    ],
  },
  {
    title: texts.work,
    most: 100,
    levels: [0, 50, 100],
    series: [
      [texts.dose_share, (week) => percent(week.dose_share)],
      [texts.in_zone, (week) => percent(week.in_zone_share)],
    ],
  },
  {
    title: texts.pain_weeks,
    most: 10,
    levels: [0, 5, 10],
    series: [
      [texts.before, (week) => week.pain_before],
      [texts.after, (week) => week.pain_after],
    ],
  },
  {
    title: texts.distal_weeks,
    most: 5,
    levels: [0, 1, 2, 3, 4, 5],
    series: [
      [texts.before, (week) => week.distal_before],
      [texts.after, (week) => week.distal_after],
    ],
    words: words.distal,
  },
];

export function drawTrends(root, found, person) {
  const weeks = found?.weeks.slice(-WEEKS) ?? [];
  root.querySelector(".told").replaceChildren(...told(found, person).map((line) => element("p", "", line)));
  root.querySelector(".charts").replaceChildren(...(weeks.length ? CHARTS.map((chart) => figure(chart, weeks)) : []));
  show(root, true);
}

function told(found, person) {
  if (!person) return [texts.choose];
  if (!found) return [texts.unreachable];
  if (!found.weeks.length) return [put(texts.no_weeks, { person })];
  const sum = (field) => found.weeks.reduce((total, week) => total + week[field], 0);
  const { word, weeks } = found.distal;
  return [
    put(texts[`trend_${word}`], { weeks, sessions: sum("sessions") }),
    painChange(found.pain_change),
    put(texts.limits_met, { over: sum("over_tension"), stops: sum("stops") }),
  ];
}

function painChange(points) {
  if (points === null) return texts.pain_same;
  return put(points < 0 ? texts.pain_lower : texts.pain_higher, { points: Math.abs(points) });
}

function figure(chart, weeks) {
  const title = element("figcaption", "", chart.title);
  const legend = element("p", "legend", ...chart.series.map(([name], i) => element("span", `key s${i}`, name)));
  const parts = chart.series.length > 1 ? [title, draw(chart, weeks), legend] : [title, draw(chart, weeks)];
  return element("figure", "", ...parts, table(chart, weeks));
}

function draw(chart, weeks) {
  const root = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": chart.title });
  const left = chart.words ? 124 : 26;
  const step = weeks.length > 1 ? (WIDTH - left - 12) / (weeks.length - 1) : 0;
  const x = (i) => left + 6 + i * step;
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / chart.most);
  for (const level of chart.levels) {
    root.append(svg("path", { class: "grid", d: `M${left} ${y(level)}H${WIDTH}` }));
    root.append(label(left - 4, y(level) + 4, chart.words ? chart.words[level] : String(level), "end"));
  }
  chart.series.forEach(([, value], n) => root.append(...line(weeks.map(value), x, y, n)));
  const [first, last] = [weeks[0], weeks.at(-1)];
  root.append(label(x(0) - 6, HEIGHT - 4, first.monday, "start"));
  if (last !== first) root.append(label(WIDTH, HEIGHT - 4, last.monday, "end"));
  return root;
}

// A week without a value is a break, not a line across it. The second series is told by its shape too.
function line(values, x, y, n) {
  let path = "";
  let before = false;
  const dots = [];
  values.forEach((value, i) => {
    if (value !== null) {
      path += `${before ? "L" : "M"}${x(i)} ${y(value)}`;
      dots.push(dot(x(i), y(value), n));
    }
    before = value !== null;
  });
  return [svg("path", { class: `line s${n}`, d: path || "M0 0" }), ...dots];
}

function dot(x, y, n) {
  if (n === 0) return svg("circle", { class: "dot s0", cx: x, cy: y, r: 3.5 });
  return svg("path", { class: `dot s${n}`, d: `M${x} ${y - 4.5}l4.5 4.5-4.5 4.5-4.5-4.5z` });
}

function label(x, y, text, anchor) {
  const node = svg("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

function table(chart, weeks) {
  const columns = [...(chart.columns ?? chart.series), [texts.title, (week) => week.sessions]];
  // A median may lie between two levels: it is not given the word of either.
  const word = (value) => (chart.words && Number.isInteger(value) ? ` ${chart.words[value]}` : "");
  const write = (value, name) => {
    if (value === null) return "–";
    return name === texts.title ? String(value) : `${value}${word(value)}`;
  };
  const cell = (tag, text, scope) => {
    const node = element(tag, "", text);
    if (scope) node.scope = scope;
    return node;
  };
  const head = element("tr", "", cell("th", texts.week_of, "col"), ...columns.map(([name]) => cell("th", name, "col")));
  const rows = weeks.map((week) =>
    element("tr", "", cell("th", week.monday, "row"), ...columns.map(([name, value]) => cell("td", write(value(week), name)))),
  );
  const body = element("table", "", element("thead", "", head), element("tbody", "", ...rows));
  return element("details", "", element("summary", "", texts.table), body);
}
