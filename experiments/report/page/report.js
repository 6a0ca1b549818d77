// @ts-check
// What the page does where scripts run: it says which language it is in, compares any two points run by run, and opens
// what is folded before it is printed. Nothing is fetched, and nothing but text is ever put into the page.
"use strict";

/**
 * @typedef {{type: "i2" | "f8", data: string}} Packed
 * @typedef {{outcomes: string[], points: string[], at: number[][], replicates: number, columns: Packed[],
 *   missing: number, t: number[]}} Runs
 * @typedef {{pairs: number, a: number, b: number, difference: number, low: number, high: number, pMore: number}} Paired
 */

/** The values of an outcome, point by point and replicate by replicate; NaN where a run has none.
 * @param {Packed} column @param {number} missing @returns {Float64Array} */
function opened(column, missing) {
  const text = atob(column.data);
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  if (column.type === "f8") return new Float64Array(bytes.buffer);
  return Float64Array.from(new Int16Array(bytes.buffer), (x) => (x === missing ? NaN : x));
}

/** Student's interval for the mean of a − b, run by run.
 * @param {Float64Array} a @param {Float64Array} b @param {number[]} t quantiles from two pairs on @returns {Paired} */
function paired(a, b, t) {
  let n = 0, sumA = 0, sumB = 0, sum = 0, more = 0;
  for (let x = 0; x < a.length; x++) {
    const d = a[x] - b[x];
    if (Number.isNaN(d)) continue;
    n += 1; sumA += a[x]; sumB += b[x]; sum += d; more += d > 0 ? 1 : d === 0 ? 0.5 : 0;
  }
  const mean = sum / n;
  let squares = 0;
  for (let x = 0; x < a.length; x++) {
    const d = a[x] - b[x];
    if (!Number.isNaN(d)) squares += (d - mean) ** 2;
  }
  const half = n > 1 ? t[n - 2] * Math.sqrt(squares / (n - 1) / n) : NaN;
  return { pairs: n, a: sumA / n, b: sumB / n, difference: mean, low: mean - half, high: mean + half, pMore: more / n };
}

/** Decimals that an interval supports: one digit of its half width, two if it starts with 1.
 * @param {number} half @returns {number} */
function decimals(half) {
  if (!Number.isFinite(half) || half <= 0) return 1;
  const power = Math.floor(Math.log10(half));
  return Math.min(3, Math.max(0, -power + (half / 10 ** power < 2 ? 1 : 0)));
}

/** A number with so many decimals; what lies in the very middle goes to the even digit, as in the rest of the page.
 * @param {number} x @param {number} places @returns {string} */
function fixed(x, places) {
  const exact = Math.abs(x).toFixed(100 - 20);
  const point = exact.indexOf("."), cut = point + 1 + places;
  const kept = exact.slice(0, places ? cut : point);
  const halfway = /^50*$/.test(exact.slice(point + 1 + places));
  const even = Number(kept[kept.length - 1]) % 2 === 0;
  return halfway && even ? kept : Math.abs(x).toFixed(places);
}

/** A number as the page prints it: a true minus sign, separated thousands.
 * @param {number} x @param {number} places @param {boolean} signed @returns {string} */
function number(x, places, signed = false) {
  if (!Number.isFinite(x)) return "–";
  const [whole, part] = fixed(x, places).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
  if (!/[1-9]/.test(text)) return text;
  return (x < 0 ? "−" : signed ? "+" : "") + text;
}

/** @param {Runs} runs @param {Float64Array[]} columns @param {HTMLFormElement} form */
function explore(runs, columns, form) {
  const selects = /** @type {HTMLSelectElement[]} */ (Array.from(form.querySelectorAll("select")));
  const rows = /** @type {HTMLTableRowElement[]} */ (Array.from(form.querySelectorAll("tbody tr")));
  const note = /** @type {HTMLElement} */ (form.querySelector(".points"));
  /** @param {string} side @returns {number} */
  const chosen = (side) => {
    const at = selects.filter((s) => s.dataset.side === side).map((s) => Number(s.value));
    return runs.at.findIndex((place) => place.every((x, f) => x === at[f]));
  };
  const show = () => {
    const [a, b] = ["A", "B"].map(chosen), n = runs.replicates;
    rows.forEach((row, x) => {
      const cells = Array.from(row.querySelectorAll("td"));
      if (a < 0 || b < 0) { cells.forEach((cell) => { cell.textContent = "–"; }); return; }
      const of = paired(columns[x].slice(a * n, (a + 1) * n), columns[x].slice(b * n, (b + 1) * n), runs.t);
      const places = decimals((of.high - of.low) / 2);
      const word = of.low > 0 ? row.dataset.more : of.high < 0 ? row.dataset.fewer : form.dataset.unclear;
      const same = a === b || (of.difference === 0 && of.low === of.high);
      const said = [number(of.a, places), number(of.b, places), number(of.difference, places, true),
        number(of.low, places), number(of.high, places), number(of.pMore, 3), String(of.pairs),
        of.pairs === 0 ? "–" : same ? form.dataset.same : word];
      cells.forEach((cell, y) => { cell.textContent = said[y] ?? ""; });
    });
    const name = (/** @type {number} */ x) => runs.points[x] ?? "–";
    note.textContent = (form.dataset.points ?? "").replace("{a}", name(a)).replace("{b}", name(b));
  };
  selects.filter((s) => s.dataset.side === "A").forEach((s) => { s.selectedIndex = s.options.length - 1; });
  selects.forEach((s) => s.addEventListener("change", show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
  form.hidden = false;
  form.parentElement?.querySelector(".needs")?.setAttribute("hidden", "");
}

const data = document.getElementById("runs");
if (data) {
  const runs = /** @type {Runs} */ (JSON.parse(data.textContent ?? ""));
  const columns = runs.columns.map((column) => opened(column, runs.missing));
  for (const form of document.querySelectorAll("form.explorer")) explore(runs, columns, /** @type {HTMLFormElement} */ (form));
}
for (const choice of /** @type {NodeListOf<HTMLInputElement>} */ (document.querySelectorAll("input[name=language]"))) {
  choice.addEventListener("change", () => { document.documentElement.lang = choice.value; });
  if (choice.checked) document.documentElement.lang = choice.value;
}
addEventListener("beforeprint", () => { for (const fold of document.querySelectorAll("details")) fold.open = true; });
document.body.dataset.done = "yes";
