// @ts-check
// What is asked: the state of the page, its link, and the two cards of scenario, levers, events, policies, assumptions.
"use strict";

/**
 * @typedef {{scenario: string, set: Record<string, number | string>, without: string[], policies: string[]}} Arm
 * @typedef {{a: Arm, b: Arm, seeds: number, outcome: string, language: "en" | "zh", tab: string, seed: number}} State
 * @typedef {{name: string, label: Both, unit: Both, lever: boolean, sentence: string, low?: number, high?: number,
 *   step?: number, options?: {name: string, label: Both}[]}} Control
 * @typedef {{name: string, title: Both, months: number, start: string, cities: number,
 *   values: Record<string, number | string>, events: string[], policies: string[]}} Scenario
 * @typedef {{scenarios: Scenario[], controls: Control[], policies: string[], outcomes: {name: string, label: Both}[],
 *   seeds: number[], words: Record<string, Both>, code: string}} Menu
 * @typedef {{levels: Record<string, (number | string)[]>, scenario: string, answers: Record<string, Answer>,
 *   histories: Record<string, Past>, menu: Menu, land: number[][][]}} Grid
 */

const SIDES = /** @type {("a" | "b")[]} */ (["a", "b"]);
const FIRST = ["broker.capacity", "broker.alignment_share", "broker.strategy", "calendar.scale", "pairing.partners"];
const TABS = ["pairs", "map", "network", "story", "again"];

/** What the page shows before anybody moved a lever: twice the broker. @param {Menu} menu @returns {State} */
function beginning(menu) {
  const scenario = menu.scenarios[0], now = Number(scenario.values["broker.capacity"]);
  const arm = () => ({ scenario: scenario.name, set: {}, without: [], policies: [] });
  return { a: arm(), b: { ...arm(), set: { "broker.capacity": 2 * now || 4 } }, seeds: menu.seeds[1], outcome: menu.outcomes[0].name,
    language: navigator.language.startsWith("zh") ? "zh" : "en", tab: TABS[0], seed: 1 };
}

/** The state as the part of a link behind #. @param {State} state @returns {string} */
function linked(state) {
  const said = new URLSearchParams();
  for (const side of SIDES) {
    const arm = state[side];
    said.set(side, arm.scenario);
    for (const name of Object.keys(arm.set).sort()) said.set(`${side}.${name}`, String(arm.set[name]));
    if (arm.without.length) said.set(`${side}.without`, arm.without.join(","));
    if (arm.policies.length) said.set(`${side}.policies`, arm.policies.join(","));
  }
  for (const key of /** @type {const} */ (["seeds", "outcome", "language", "tab", "seed"])) said.set(key, String(state[key]));
  return said.toString();
}

/** The state that a link holds; what it does not know is left as it begins. @param {string} hash @param {Menu} menu @returns {State} */
function opened(hash, menu) {
  const state = beginning(menu), said = new URLSearchParams(hash.replace(/^#/, ""));
  const known = new Map(menu.controls.map((control) => [control.name, control]));
  const words = (/** @type {string} */ key) => (said.get(key) ?? "").split(",").filter(Boolean);
  for (const side of SIDES) {
    if (!menu.scenarios.some((scenario) => scenario.name === said.get(side))) continue;
    const arm = { scenario: said.get(side) ?? "", set: /** @type {Record<string, number | string>} */ ({}), without: words(`${side}.without`), policies: words(`${side}.policies`) };
    for (const [key, value] of said) {
      const control = known.get(key.slice(2));
      if (key.startsWith(`${side}.`) && control) arm.set[control.name] = control.options ? value : Number(value);
    }
    state[side] = arm;
  }
  if (menu.seeds.includes(Number(said.get("seeds")))) state.seeds = Number(said.get("seeds"));
  if (menu.outcomes.some((outcome) => outcome.name === said.get("outcome"))) state.outcome = said.get("outcome") ?? state.outcome;
  if (said.get("language") === "en" || said.get("language") === "zh") state.language = /** @type {"en" | "zh"} */ (said.get("language"));
  if (TABS.includes(said.get("tab") ?? "")) state.tab = said.get("tab") ?? state.tab;
  if (Number(said.get("seed")) > 0) state.seed = Number(said.get("seed"));
  return state;
}

/** Builds the cards; what changes in them is told to the page.
 * @param {Menu} menu @param {State} state @param {(key: string, of?: Record<string, any>) => string} say
 * @param {() => void} changed @param {(focus?: string) => void} rebuild @param {Grid | undefined} grid @returns {HTMLElement[]} */
function cards(menu, state, say, changed, rebuild, grid) {
  const said = (/** @type {Both} */ both) => both[state.language];

  /** @param {"a" | "b"} side @returns {HTMLElement} */
  const card = (side) => {
    const arm = state[side], fixed = Boolean(grid) && side === "a";
    const scenario = menu.scenarios.find((one) => one.name === arm.scenario) ?? menu.scenarios[0];
    const select = make("select", { id: `${side}-scenario`, disabled: Boolean(grid), "aria-label": `${say(`what_${side}`)} ${say("scenario")}`, onchange: () => {
      state[side] = { scenario: select.value, set: {}, without: [], policies: [] };
      rebuild();
    } }, ...menu.scenarios.map((one) => make("option", { value: one.name, selected: one.name === scenario.name }, said(one.title))));
    const levers = menu.controls.filter((control) => control.lever && (!grid || control.name in grid.levels));
    const order = [...levers].sort((c, d) => place(c.name) - place(d.name));
    const assumed = menu.controls.filter((control) => !control.lever && !grid);
    const rows = fixed ? [] : order.map((control) => row(side, scenario, control));
    const folds = grid ? [] : [fold(side, "events", choices(side, scenario.events, [])), fold(side, "policies", choices(side, scenario.policies, menu.policies)),
      fold(side, "assumptions", assumptions(side, scenario, assumed))];
    const main = rows.slice(0, FIRST.length), rest = rows.slice(FIRST.length);
    const plain = !Object.keys(arm.set).length && !arm.without.length && !arm.policies.length;
    const back = make("button", { type: "button", class: "back", id: `${side}-back`, disabled: plain || fixed, onclick: () => {
      state[side] = { scenario: arm.scenario, set: {}, without: [], policies: [] };
      rebuild();
    } }, say("as_in_scenario"));
    const all = side === "a" ? [fold(side, "levers", [...main, ...rest], main.length > 0)] : [...main, ...(rest.length ? [fold(side, "more_levers", rest)] : [])];
    return make("section", { class: `card ${side}`, "aria-labelledby": `${side}-head` }, make("h2", { id: `${side}-head` }, say(`what_${side}`)), select, ...all, ...folds, back);
  };

  /** @param {string} name @returns {number} */
  const place = (name) => { const x = FIRST.indexOf(name); return x < 0 ? FIRST.length : x; };

  /** A part that folds; it stays open when the cards are built anew.
   * @param {"a" | "b"} side @param {string} key @param {HTMLElement[]} content @param {boolean} [wanted] @returns {HTMLElement} */
  const fold = (side, key, content, wanted = true) => {
    const id = `${side}-${key}`, open = document.getElementById(id)?.hasAttribute("open") ?? false;
    const n = key === "levers" && side === "a" ? Object.keys(state.a.set).length : 0;
    return make("details", { id, open, hidden: !wanted }, make("summary", {}, say(key), n ? ` (${n})` : ""), ...content);
  };

  /** A lever or an assumption: its name, its value with unit, its slider. @param {"a" | "b"} side @param {Scenario} scenario @param {Control} control @returns {HTMLElement} */
  const row = (side, scenario, control) => {
    const arm = state[side], id = `${side}-${control.name}`, name = said(control.label);
    const usual = scenario.values[control.name], value = arm.set[control.name] ?? usual;
    const set = (/** @type {number | string} */ x) => {
      if (x === usual) delete arm.set[control.name];
      else arm.set[control.name] = x;
      changed();
    };
    const labelled = { id, "aria-label": say("side_of", { label: name, side: side.toUpperCase() }), title: control.sentence };
    if (control.options) {
      const select = make("select", { ...labelled, onchange: () => set(select.value) },
        ...control.options.map((one) => make("option", { value: one.name, selected: one.name === value }, said(one.label))));
      return make("div", { class: "lever" }, make("span", { class: "name" }, name), select);
    }
    const levels = grid?.levels[control.name], unit = /[(（]/.test(name) ? "" : said(control.unit);
    const shown = make("output", { for: id }), other = Number(state.a.set[control.name] ?? menu.scenarios.find((one) => one.name === state.a.scenario)?.values[control.name]);
    const words = (/** @type {number} */ x) => `${x}${unit ? ` ${unit}` : ""}`;
    const mark = make("span", { class: "tick" });
    const slider = make("input", { type: "range", ...labelled, min: String(levels ? 0 : control.low), max: String(levels ? levels.length - 1 : control.high),
      step: String(levels ? 1 : control.step), oninput: () => { tell(); set(now()); } });
    const now = () => (levels ? Number(levels[Number(slider.value)]) : Number(slider.value));
    const tell = () => {
      shown.textContent = words(now());
      slider.setAttribute("aria-valuetext", words(now()));
      mark.textContent = side === "b" && other !== now() ? say("at_a", { value: other }) : "";
    };
    slider.value = String(levels ? levels.indexOf(Number(value)) : value);
    tell();
    return make("div", { class: "lever" }, make("span", { class: "name" }, name), shown, slider, mark);
  };

  /** Kinds that are there, to be left out, and kinds to add. @param {"a" | "b"} side @param {string[]} there @param {string[]} more @returns {HTMLElement[]} */
  const choices = (side, there, more) => {
    const arm = state[side];
    const box = (/** @type {string} */ kind, /** @type {boolean} */ own) => {
      const list = own ? "without" : "policies";
      const input = make("input", { type: "checkbox", id: `${side}-${list}-${kind}`, checked: own ? !arm.without.includes(kind) : arm.policies.includes(kind), onchange: () => {
        const has = own ? !input.checked : input.checked;
        arm[list] = has ? [...arm[list], kind].sort() : arm[list].filter((one) => one !== kind);
        changed();
      } });
      return make("label", { class: "choice" }, input, " ", say(`kind_${kind}`));
    };
    const head = (/** @type {string} */ key) => make("p", { class: "small" }, say(key));
    return [...(more.length ? [head("of_scenario")] : []), ...there.map((kind) => box(kind, true)),
      ...(more.length ? [head("added"), ...more.map((kind) => box(kind, false))] : [])];
  };

  /** @param {"a" | "b"} side @param {Scenario} scenario @param {Control[]} known @returns {HTMLElement[]} */
  const assumptions = (side, scenario, known) => {
    const arm = state[side], chosen = known.filter((control) => control.name in arm.set);
    const select = make("select", { id: `${side}-assumption`, "aria-label": say("side_of", { label: say("add_assumption"), side: side.toUpperCase() }), onchange: () => {
      if (!select.value) return;
      arm.set[select.value] = scenario.values[select.value];
      rebuild(`${side}-${select.value}`);
    } }, make("option", { value: "" }, say("choose")), ...known.filter((control) => !(control.name in arm.set)).map((control) => make("option", { value: control.name }, said(control.label))));
    return [...chosen.map((control) => row(side, scenario, control)), make("p", { class: "small" }, say("add_assumption")), select];
  };

  return SIDES.map(card);
}
