// @ts-check
// Pictures: each is drawn by Plot into a figure, with what is read of it and the same numbers as a table.
"use strict";

/**
 * @typedef {{en: string, zh: string}} Both
 * @typedef {{mean: number[], low: number[], high: number[], low_pale?: number[], high_pale?: number[]}} Band
 * @typedef {{verdict: Both, sure: Both, average: Both | null, number: string, range: Both, share: string,
 *   shared: string, tone: string}} Said
 * @typedef {{said: Said, mean: number, a: string, b: string, difference: number[], more: number,
 *   bands: {a: Band, b: Band, difference: Band}}} Found
 * @typedef {{name: string, region: string}} Who
 * @typedef {{rows: Who[], columns: Who[],
 *   stages: Record<string, {a: number[][], b: number[][], noise: number[][]}>}} Pairs
 * @typedef {{seeds: number, months: number, start: string | null, stops: number[][], same: boolean,
 *   outcomes: Record<string, Found>, pairs: Pairs | null,
 *   again: {files: Record<string, string>, command: string}}} Answer
 * @typedef {{id: string, name: string, region: string, at: [number, number], about: Both}} City
 * @typedef {{cities: City[], ties: [string, string, number][], counts: Both}} Scene
 * @typedef {{side: string, steps: Record<string, number>, course: [number, number, number][], said: Both[]}} Part
 * @typedef {{seed: number, a: Scene, b: Scene, pairs: string[][],
 *   story: {pair: string[], arms: Part[]} | null}} Past
 */

const A = "#9a5b00", B = "#005a8d", QUIET = "#57606a", FAINT = "#d0d7de";
const STEPS = ["contact", "memorandum", "action_plan", "pilot", "sustained", "ended"];
const LANES = [-14, -28, 16, -42, 30, -56, -70]; // where names of steps stand, in pixels from their dots
const TALL = 190; // pixels of a picture over months
const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; text is only ever text.
 * @param {string} tag @param {Record<string, any>} [of] @param {...(Node | string | null)} children
 * @returns {any} */
function make(tag, of = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(of)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key in made && typeof value !== "string") /** @type {any} */ (made)[key] = value;
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null).map((child) => /** @type {Node} */ (child)));
  return made;
}

/** Put a picture into its figure, with caption and table. The figure keeps an open table open.
 * @param {Element} figure @param {any} picture @param {string} title @param {string} about
 * @param {string} word @param {() => Node} table */
function show(figure, picture, title, about, word, table) {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", `${title}. ${about}`);
  for (const part of picture.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label"); // Plot's names of marks
  const open = figure.querySelector("details")?.open ?? false;
  const fold = make("details", { open }, make("summary", {}, word));
  const fill = () => { if (fold.open && !fold.querySelector("table")) fold.append(scrolled(table(), title)); };
  fold.addEventListener("toggle", fill);
  figure.replaceChildren(make("figcaption", {}, make("strong", {}, title), " ", make("span", {}, about)), picture, fold);
  fill();
}

/** A table in a box of its own that scrolls. @param {Node} table @param {string} title @returns {HTMLElement} */
function scrolled(table, title) {
  return make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": title }, table);
}

/** @param {string[]} head @param {(string | number)[][]} rows @returns {HTMLElement} */
function tabled(head, rows) {
  const cell = (/** @type {string | number} */ x, /** @type {number} */ n) =>
    n ? make("td", {}, String(x)) : make("th", { scope: "row" }, String(x));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head.map((x) => make("th", { scope: "col" }, x)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map(cell)))));
}

/** @param {string} name @param {number} most letters @returns {string} */
function shortened(name, most) { return name.length > most ? `${name.slice(0, most - 1)}…` : name; }

/** The month of a history as a date, 2017-03; only its number where A and B start in different months.
 * @param {string | null} start @param {number} month @returns {string} */
function dated(start, month) {
  if (!start) return String(month);
  const [year, first] = start.split("-").map(Number), x = first - 1 + month;
  return `${year + Math.floor(x / 12)}-${String((x % 12) + 1).padStart(2, "0")}`;
}

/** The axis of months: a tick each January. @param {string | null} start @param {number} months @returns {any} */
function time(start, months) {
  const first = start ? (13 - Number(start.slice(5))) % 12 : 0, n = Math.ceil((months - first) / 12), every = n > 6 ? 2 : 1;
  const ticks = Array.from({ length: Math.max(0, n) }, (_, x) => first + 12 * x).filter((_, x) => x % every === 0);
  return { domain: [0, months - 1], ticks, tickFormat: (/** @type {number} */ x) => dated(start, x).slice(0, 4), label: null };
}

/** What all pictures over months share. @param {Answer} answer @param {number} width @param {number} height
 * @param {[number, number]} domain @param {any[]} marks @returns {any} */
function overMonths(answer, width, height, domain, marks) {
  const stops = answer.stops.filter(([from, to]) => to > from).map(([x1, x2]) => ({ x1, x2: Math.min(x2, answer.months - 1) }));
  return Plot.plot({ className: "plot", width, height, marginLeft: 46, marginRight: 26, marginBottom: 24, marginTop: 10,
    x: time(answer.start, answer.months), y: { domain, label: null, grid: true, ticks: 5, nice: true },
    marks: [Plot.rectX(stops, { x1: "x1", x2: "x2", fill: "#e9ecef" }), ...marks] });
}

/** @param {Band} band @param {"low" | "low_pale"} low @param {"high" | "high_pale"} high @returns {any[]} */
function points(band, low = "low", high = "high") {
  return band.mean.map((mean, x) => ({ x, mean, low: band[low]?.[x], high: band[high]?.[x] }));
}

/** Both arms by month. @param {Answer} answer @param {Found} found @param {number} top @param {number} width @returns {any} */
function drawBands(answer, found, top, width) {
  const marks = [["A", A, found.bands.a], ["B", B, found.bands.b]].flatMap(([name, colour, band]) => {
    const data = points(/** @type {Band} */ (band));
    return [
      Plot.areaY(data, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.16 }),
      Plot.lineY(data, { x: "x", y: "mean", stroke: colour, strokeWidth: 2.4, strokeDasharray: name === "A" ? "6 3" : null }),
    ];
  });
  const last = answer.months - 1, a = found.bands.a.mean[last], b = found.bands.b.mean[last];
  const gap = Math.abs(a - b) < top * 0.09 ? 7 : 0;
  const name = (/** @type {string} */ text, /** @type {number} */ y, /** @type {string} */ fill, /** @type {number} */ dy) =>
    Plot.text([[last, y]], { text: [text], dx: 7, dy, textAnchor: "start", fill, fontWeight: 700, fontSize: 14 });
  const up = a > b ? -1 : 1;
  return overMonths(answer, width, TALL, [0, top], [...marks, name("A", a, A, up * gap), name("B", b, B, -up * gap)]);
}

/** B − A by month. @param {Answer} answer @param {Found} found @param {[number, number]} domain @param {number} width @returns {any} */
function drawDifference(answer, found, domain, width) {
  const band = found.bands.difference;
  return overMonths(answer, width, TALL, domain, [
    Plot.areaY(points(band), { x: "x", y1: "low", y2: "high", fill: B, fillOpacity: 0.22 }),
    Plot.areaY(points(band, "low_pale", "high_pale"), { x: "x", y1: "low", y2: "high", fill: B, fillOpacity: 0.3 }),
    Plot.ruleY([0], { stroke: QUIET, strokeDasharray: "3 3" }),
    Plot.lineY(points(band), { x: "x", y: "mean", stroke: B, strokeWidth: 2.2 }),
  ]);
}

/** The scale of the forest: how many per cent of A lie at its ends, so that most of what is told from chance has room.
 * @param {Answer} answer @returns {number} */
function scaleOf(answer) {
  const clear = Object.values(answer.outcomes).filter(({ said, mean }) => mean > 0 && (said.tone === "more" || said.tone === "fewer"));
  const far = clear.map(({ difference, mean }) => Math.max(...difference.slice(0, 3).map(Math.abs)) / mean);
  const most = 1.5 * (d3.median(far) ?? 0);
  return [0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5].find((end) => end >= most) ?? 2;
}

/** One row of the forest: its interval around 0, in per cent of A; an arrow where it goes on. @param {Found} found @param {number} end @returns {SVGElement} */
function drawInterval(found, end) {
  const svg = document.createElementNS(SVG, "svg"), middle = 60, reach = 51;
  /** @param {string} tag @param {Record<string, string | number>} of */
  const put = (tag, of) => {
    const made = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(of)) made.setAttribute(key, String(value));
    svg.append(made);
  };
  const share = (/** @type {number} */ v) => v / found.mean / end;
  const x = (/** @type {number} */ v) => middle + reach * Math.max(-1, Math.min(1, share(v)));
  svg.setAttribute("viewBox", "0 0 120 20");
  svg.setAttribute("aria-hidden", "true");
  put("line", { x1: middle, x2: middle, y1: 0, y2: 20, stroke: QUIET, "stroke-dasharray": "2 2" });
  if (!(found.mean > 0)) return svg;
  const [mean, low, high, lowPale, highPale] = found.difference, clear = found.said.tone === "more" || found.said.tone === "fewer";
  const colour = clear ? B : QUIET;
  put("line", { x1: x(low), x2: x(high), y1: 10, y2: 10, stroke: colour, "stroke-width": 1.5 });
  put("line", { x1: x(lowPale), x2: x(highPale), y1: 10, y2: 10, stroke: colour, "stroke-width": 6 });
  for (const [value, way] of [[low, -1], [high, 1]]) {
    const tip = middle + (reach + 7) * way, root = middle + reach * way;
    if (share(value) * way > 1) put("path", { d: `M${tip},10 L${root},5 L${root},15 Z`, fill: colour });
  }
  if (Math.abs(share(mean)) <= 1) put("circle", { cx: x(mean), cy: 10, r: 4.5, fill: clear ? colour : "#fff", stroke: colour, "stroke-width": 2 });
  return svg;
}

/** The cities of a matrix by the numbers of runs in which they came to a stage.
 * @param {Pairs} pairs @param {string} stage @param {"a" | "b" | "difference"} which @param {number} seeds
 * @param {number} width @returns {any} */
function drawMatrix(pairs, stage, which, seeds, width) {
  const of = pairs.stages[stage], cells = [];
  for (const [y, row] of pairs.rows.entries()) {
    for (const [x, column] of pairs.columns.entries()) {
      if (row.name === column.name) continue;
      const n = which === "difference" ? of.b[y][x] - of.a[y][x] : of[which][y][x];
      const hatched = which === "difference" && Boolean(of.noise[y][x]);
      cells.push({ row: row.name, column: column.name, share: n / seeds, hatched, text: `${row.name} – ${column.name}: ${n} / ${seeds}` });
    }
  }
  const room = width < 500 ? 14 : 20, letters = Math.min(room, Math.max(...pairs.columns.map((c) => c.name.length)));
  const left = width < 500 ? 114 : 150, right = 10 + 3.7 * letters, top = 22 + 5.4 * letters; // names of columns lean to the right
  const each = Math.max(17, Math.min(46, (width - left - right) / pairs.columns.length)), short = (/** @type {string} */ name) => shortened(name, room);
  const most = Math.max(0.05, ...cells.map((cell) => Math.abs(cell.share)));
  const colour = which === "difference"
    ? { type: "diverging", domain: [-most, most], pivot: 0, interpolate: (/** @type {number} */ t) => d3.interpolateRgbBasis([A, "#f3ede3", "#f7f7f7", "#e3edf4", B])(t) }
    : { type: "linear", domain: [0, most], interpolate: d3.interpolateRgb("#f4f7fa", which === "a" ? A : B) };
  const svg = Plot.plot({ className: "plot", width: left + each * pairs.columns.length + right, height: top + 8 + 19 * pairs.rows.length,
    marginLeft: left, marginTop: top, marginRight: right, marginBottom: 6, padding: 0.06, color: colour,
    x: { axis: "top", domain: pairs.columns.map((c) => c.name), tickRotate: -55, tickFormat: short, tickSize: 0, label: null },
    y: { domain: pairs.rows.map((c) => c.name), tickFormat: short, tickSize: 0, label: null },
    marks: [Plot.cell(cells, { x: "column", y: "row", fill: "share", title: "text" }),
      Plot.cell(cells.filter((cell) => cell.hatched), { x: "column", y: "row", fill: "url(#hatch)", title: "text" })] });
  svg.prepend(hatch());
  return svg;
}

/** The pattern of what cannot be told from chance. @returns {SVGElement} */
function hatch() {
  const defs = document.createElementNS(SVG, "defs"), pattern = document.createElementNS(SVG, "pattern");
  const line = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ id: "hatch", width: "6", height: "6", patternUnits: "userSpaceOnUse" })) pattern.setAttribute(key, value);
  for (const [key, value] of Object.entries({ d: "M0,6 L6,0", stroke: "#8b949e", "stroke-width": "1" })) line.setAttribute(key, value);
  pattern.append(line);
  defs.append(pattern);
  return defs;
}

/** The steps of a pair on the line of its gap, each with a lane for its name in which it touches no other name.
 * @param {Part} part @param {(step: string) => string} word @param {number} each pixels of a month
 * @param {number} high pixels of a gap of 1 @returns {{x: number, gap: number, side: string, text: string, lane: number}[]} */
function stepsOf(part, word, each, high) {
  /** @type {number[][]} */ const taken = [];
  return STEPS.filter((step) => step in part.steps).map((step) => {
    const x = part.steps[step], near = part.course.find(([month]) => month >= x) ?? part.course[part.course.length - 1], text = word(step);
    const room = [...text].reduce((sum, c) => sum + (c > "\u2e80" ? 12.5 : 7), 8), gap = near ? near[1] : 0;
    const box = (/** @type {number} */ dy) => [x * each, x * each + room, dy - gap * high];
    const free = (/** @type {number[]} */ [left, right, y]) => taken.every(([from, to, other]) => right <= from || to <= left || Math.abs(y - other) >= 12);
    const lane = Math.max(0, LANES.findIndex((dy) => free(box(dy))));
    taken.push(box(LANES[lane]));
    return { x, gap, side: part.side, text, lane };
  });
}

/** The gap of a pair by month with A and with B, its steps on it, its sessions below.
 * @param {Part[]} parts @param {Answer} answer @param {(step: string) => string} word @param {number} width @returns {any} */
function drawStory(parts, answer, word, width) {
  const course = parts.flatMap((part) => part.course.map(([x, gap, sessions]) => ({ x, gap, sessions, side: part.side })));
  const top = Math.max(0.4, ...course.map((d) => d.gap)) * 1.8, height = 330, margins = { marginLeft: 46, marginRight: 90, marginTop: 22, marginBottom: 26 };
  const steps = parts.flatMap((part) => stepsOf(part, word, (width - 136) / answer.months, (0.45 * (height - 48)) / top));
  const colour = (/** @type {{side: string}} */ d) => (d.side === "A" ? A : B);
  const labels = LANES.map((dy, lane) => Plot.text(steps.filter((s) => s.lane === lane), { x: "x", y: "gap", fy: "side", text: "text", dy, dx: -4, fontSize: 12,
    stroke: "#fff", strokeWidth: 4, fill: "#1f2328", textAnchor: "start" }));
  return Plot.plot({ className: "plot", width, height, ...margins,
    x: time(answer.start, answer.months), y: { domain: [0, top], ticks: 3, label: null, grid: true },
    fy: { domain: ["A", "B"], label: null, axis: null },
    marks: [Plot.lineY(course, { x: "x", y: "gap", fy: "side", stroke: colour, z: "side", strokeWidth: 2.2 }),
      Plot.tickX(course.filter((d) => d.sessions), { x: "x", fy: "side", stroke: colour, strokeWidth: 2.5, insetTop: 104 }),
      Plot.text(["A", "B"], { fy: ["A", "B"], text: ["A", "B"], frameAnchor: "top-right", dx: 60, fontWeight: 700, fontSize: 15, fill: (/** @type {string} */ side) => (side === "A" ? A : B) }),
      Plot.dot(steps, { x: "x", y: "gap", fy: "side", r: 5, fill: colour, stroke: "#fff" }), ...labels] });
}
