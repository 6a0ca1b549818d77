// @ts-check
// What is asked: the state of the page, its link, and the two cards of scenario, levers, events, policies, assumptions.
"use strict";

/**
 * @typedef {{kind: string, strength?: number, start?: string, end?: string}} Policy
 * @typedef {{scenario: string, set: Record<string, number | string>, without: string[], policies: Policy[]}} Arm
 * @typedef {{a: Arm, b: Arm, months: number | null, seeds: number, outcome: string, language: "en" | "zh", tab: string,
 *   seed: number, views: string[], unknown: string[]}} State
 * @typedef {{name: string, sentence: string, months: number | null,
 *   strength: {label: Both, usual: number, low: number, high: number, step: number | "any"} | null}} Kind
 * @typedef {{name: string, label: Both, unit: Both, lever: boolean, sentence: string, low?: number, high?: number,
 *   step?: number, options?: {name: string, label: Both}[]}} Control
 * @typedef {{name: string, title: Both, months: number, start: string, cities: number, real: boolean,
 *   values: Record<string, number | string>, events: string[], policies: string[], idle: string[]}} Scenario
 * @typedef {{scenarios: Scenario[], controls: Control[], policies: Kind[], outcomes: {name: string, label: Both}[],
 *   seeds: number[], longest: number, words: Record<string, Both>, code: string}} Menu
 * @typedef {{levels: Record<string, (number | string)[]>, scenario: string, answers: Record<string, Answer>,
 *   histories: Record<string, Past>, menu: Menu, land: number[][][]}} Grid
 */

const SIDES = /** @type {("a" | "b")[]} */ (["a", "b"]);
const NOTHING = { en: "", zh: "" };
const VIEW = /^#?(.*&)?[ab][.=]/; // what a link says that compares something
const LISTS = ["without", "policies"], WIDE = "(min-width: 75rem)";
const FIRST = ["broker.capacity", "broker.alignment_share", "broker.strategy", "calendar.scale", "pairing.partners"];
const TABS = ["changes", "pairs", "map", "network", "story", "gallery", "again"];

/** What the page shows before anybody moved a lever: twice the broker. @param {Menu} menu @returns {State} */
function beginning(menu) {
  const scenario = menu.scenarios[0], now = Number(scenario.values["broker.capacity"]);
  return { a: plain(scenario.name), b: { ...plain(scenario.name), set: { "broker.capacity": 2 * now || 4 } }, months: null, seeds: menu.seeds[1],
    outcome: menu.outcomes[0].name, language: navigator.language.startsWith("zh") ? "zh" : "en", tab: TABS[0], seed: 1, views: [], unknown: [] };
}

/** An arm as its scenario says. @param {string} scenario @returns {Arm} */
function plain(scenario) { return { scenario, set: {}, without: [], policies: [] }; }

/** @param {Arm} arm @returns {boolean} */
function isPlain(arm) { return !Object.keys(arm.set).length && !arm.without.length && !arm.policies.length; }

/** What is compared, as the part of a link behind #. @param {State} state @returns {URLSearchParams} */
function compared(state) {
  const said = new URLSearchParams();
  for (const side of SIDES) {
    const arm = state[side];
    said.set(side, arm.scenario);
    for (const name of Object.keys(arm.set).sort()) said.set(`${side}.${name}`, String(arm.set[name]));
    if (arm.without.length) said.set(`${side}.without`, arm.without.join(","));
    if (arm.policies.length) said.set(`${side}.policies`, arm.policies.map((one) => [one.kind, one.strength, one.start, one.end].join(":").replace(/:+$/, "")).join(","));
  }
  if (state.months) said.set("months", String(state.months));
  return said;
}

/** The state as the part of a link behind #. @param {State} state @returns {string} */
function linked(state) {
  const said = compared(state);
  for (const key of /** @type {const} */ (["seeds", "outcome", "language", "tab", "seed"])) said.set(key, String(state[key]));
  for (const view of state.views) said.append("view", view);
  return said.toString();
}

/** The state that a link holds; what is not offered here is left out and noted. @param {string} hash @param {Menu} menu @returns {State} */
function opened(hash, menu) {
  const state = beginning(menu), said = new URLSearchParams(hash.replace(/^#/, ""));
  const known = new Map(menu.controls.map((control) => [control.name, control]));
  const words = (/** @type {string} */ key) => (said.get(key) ?? "").split(",").filter(Boolean);
  for (const side of SIDES) {
    const name = said.get(side) ?? ([...said.keys()].some((key) => key.startsWith(`${side}.`)) ? menu.scenarios[0].name : null);
    if (name === null) continue;
    if (!menu.scenarios.some((scenario) => scenario.name === name)) { state.unknown.push(name); continue; }
    const arm = { ...plain(name), without: words(`${side}.without`), policies: words(`${side}.policies`).map(policyOf) };
    for (const [key, value] of said) {
      const control = known.get(key.slice(2));
      if (!key.startsWith(`${side}.`) || LISTS.includes(key.slice(2))) continue;
      if (control) arm.set[control.name] = control.options || !Number.isFinite(Number(value)) ? value : Number(value);
      else state.unknown.push(key.slice(2));
    }
    state[side] = arm;
  }
  state.months = Number(said.get("months")) || null;
  for (const view of said.getAll("view").filter((one) => VIEW.test(one))) {
    const { unknown } = opened(view, menu);
    state.unknown.push(...unknown);
    if (!unknown.length) state.views.push(view);
  }
  if (menu.seeds.includes(Number(said.get("seeds")))) state.seeds = Number(said.get("seeds"));
  if (menu.outcomes.some((outcome) => outcome.name === said.get("outcome"))) state.outcome = said.get("outcome") ?? state.outcome;
  if (said.get("language") === "en" || said.get("language") === "zh") state.language = /** @type {"en" | "zh"} */ (said.get("language"));
  if (TABS.includes(said.get("tab") ?? "")) state.tab = said.get("tab") ?? state.tab;
  if (Number(said.get("seed")) > 0) state.seed = Number(said.get("seed"));
  return state;
}

/** A policy as a link spells it, kind:strength:start:end. @param {string} text @returns {Policy} */
function policyOf(text) {
  const [kind, strength, start, end] = text.split(":");
  return { kind, ...(strength && { strength: Number(strength) }), ...(start && { start }), ...(end && { end }) };
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
      state[side] = plain(select.value);
      rebuild();
    } }, ...menu.scenarios.map((one) => make("option", { value: one.name, selected: one.name === scenario.name }, said(one.title))));
    const levers = menu.controls.filter((control) => control.lever && (!grid || control.name in grid.levels));
    const order = [...levers].sort((c, d) => place(c.name) - place(d.name));
    const assumed = menu.controls.filter((control) => !control.lever && !grid);
    const rows = fixed ? [] : order.map((control) => row(side, scenario, control));
    const folds = grid ? [] : [fold(side, "events", choices(side, scenario.events, [])), fold(side, "policies", choices(side, scenario.policies, menu.policies)),
      fold(side, "assumptions", assumptions(side, scenario, assumed))];
    const main = rows.slice(0, FIRST.length), rest = rows.slice(FIRST.length);
    const back = make("button", { type: "button", class: "back", id: `${side}-back`, disabled: isPlain(arm) || fixed, onclick: () => {
      state[side] = plain(arm.scenario);
      rebuild();
    } }, say("as_in_scenario"));
    const all = [side === "a" ? fold(side, "levers", main, main.length > 0) : make("div", {}, ...main), fold(side, "more_levers", rest, rest.length > 0)];
    return make("section", { class: `card ${side}`, "aria-labelledby": `${side}-head` }, make("h2", { id: `${side}-head` }, say(`what_${side}`)), select, ...all, ...folds, back);
  };

  /** @param {string} name @returns {number} */
  const place = (name) => { const x = FIRST.indexOf(name); return x < 0 ? FIRST.length : x; };

  /** A part that folds; it stays open when the cards are built anew.
   * @param {"a" | "b"} side @param {string} key @param {HTMLElement[]} content @param {boolean} [wanted] @returns {HTMLElement} */
  const fold = (side, key, content, wanted = true) => {
    const id = `${side}-${key}`, open = document.getElementById(id)?.hasAttribute("open") ?? (key === "levers" && matchMedia(WIDE).matches);
    return make("details", { id, open, hidden: !wanted }, make("summary", {}, say(key)), ...content);
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
    const idle = scenario.idle.includes(control.name);
    const why = idle ? [make("span", { class: "tick" }, say("idle"))] : [];
    const labelled = { id, disabled: idle, "aria-label": say("side_of", { label: name, side: side.toUpperCase() }), title: control.sentence };
    if (control.options) {
      const select = make("select", { ...labelled, onchange: () => set(select.value) },
        ...control.options.map((one) => make("option", { value: one.name, selected: one.name === value }, said(one.label))));
      return make("div", { class: "lever" }, make("span", { class: "name" }, name), select, ...why);
    }
    const levels = grid?.levels[control.name], unit = /[(（]/.test(name) ? "" : said(control.unit);
    const shown = make("output", { for: id }), other = Number(state.a.set[control.name] ?? menu.scenarios.find((one) => one.name === state.a.scenario)?.values[control.name]);
    const words = (/** @type {number} */ x) => `${x}${unit ? ` ${unit}` : ""}`;
    const mark = make("span", { class: "tick" });
    const slider = make("input", { type: "range", ...labelled, min: String(levels ? 0 : control.low), max: String(levels ? levels.length - 1 : control.high),
      step: String(levels ? 1 : control.step), oninput: () => { tell(now()); set(now()); } });
    const now = () => (levels ? Number(levels[Number(slider.value)]) : Number(slider.value));
    const tell = (/** @type {number} */ x) => {
      shown.textContent = words(x);
      slider.setAttribute("aria-valuetext", words(x));
      mark.textContent = side === "b" && other !== x ? say("at_a", { value: other }) : "";
    };
    slider.value = String(levels ? levels.indexOf(Number(value)) : value);
    tell(Number(value)); // as it is, also where the slider has no such step
    return make("div", { class: "lever" }, make("span", { class: "name" }, name), shown, slider, mark, ...why);
  };

  /** A box to tick. @param {string} id @param {string} kind @param {boolean} checked @param {(on: boolean) => void} ticked @returns {HTMLElement} */
  const box = (id, kind, checked, ticked) => {
    const input = make("input", { type: "checkbox", id, checked, onchange: () => ticked(input.checked) });
    return make("label", { class: "choice" }, input, say(`kind_${kind}`));
  };

  /** Kinds that are there, to be left out, and kinds to add. @param {"a" | "b"} side @param {string[]} there @param {Kind[]} more @returns {HTMLElement[]} */
  const choices = (side, there, more) => {
    const arm = state[side], head = (/** @type {string} */ key) => make("p", { class: "small" }, say(key));
    const own = there.map((kind) => box(`${side}-without-${kind}`, kind, !arm.without.includes(kind), (on) => {
      arm.without = on ? arm.without.filter((one) => one !== kind) : [...arm.without, kind].sort();
      changed();
    }));
    return more.length ? [...(own.length ? [head("of_scenario"), ...own] : []), head("added"), ...more.flatMap((kind) => toAdd(side, kind))] : own;
  };

  /** A policy to add; once it is there, how strong it is and when. @param {"a" | "b"} side @param {Kind} kind @returns {HTMLElement[]} */
  const toAdd = (side, kind) => {
    const arm = state[side], id = `${side}-policies-${kind.name}`, one = arm.policies.find((policy) => policy.kind === kind.name);
    const tick = box(id, kind.name, Boolean(one), (on) => {
      arm.policies = [...arm.policies.filter((policy) => policy !== one), ...(on ? [{ kind: kind.name }] : [])].sort((p, q) => d3.ascending(p.kind, q.kind));
      rebuild(id);
    });
    tick.title = kind.sentence;
    if (!one) return [tick];
    /** @param {"strength" | "start" | "end"} key @param {string} label @param {number | ""} usual @param {Record<string, any>} of */
    const field = (key, label, usual, of) => {
      const input = make("input", { ...of, id: `${id}-${key}`, value: String(one[key] ?? usual), onchange: () => {
        if (input.value) Object.assign(one, { [key]: key === "strength" ? Number(input.value) : input.value });
        else delete one[key];
        changed();
      } });
      return make("label", {}, make("span", {}, label), input);
    };
    const { strength } = kind, lasts = kind.months ? say("lasts_months", { months: kind.months }) : say("lasts");
    return [tick, make("div", { class: "policy" }, strength && field("strength", said(strength.label), strength.usual, { type: "number", min: strength.low, max: strength.high, step: strength.step }),
      field("start", say("policy_start"), "", { type: "month" }), field("end", `${say("policy_end")} ${lasts}`, "", { type: "month" }))];
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
