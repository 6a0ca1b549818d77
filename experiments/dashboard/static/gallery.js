// @ts-check
// The gallery: views that were kept, a row each, so that what several groups found is compared. The link holds them.
"use strict";

/** What the server is asked, without what only the page knows. @param {State} state @returns {{a: Arm, b: Arm, months?: number}} */
function question({ a, b, months }) { return { a, b, ...(months && { months }) }; }

class Gallery extends Closer {
  /** @param {Menu} menu @param {number[][][]} land @param {Grid} [grid] */
  constructor(menu, land, grid) {
    super(menu, land, grid);
    /** @type {Map<string, Answer | null>} */ this.hung = new Map();
  }

  /** Ask, as the page does it. @param {"answer" | "history"} what @param {any} body @param {AbortSignal} signal @returns {Promise<any>} */
  async fetched(what, body, signal) { return { what, body, signal }; }

  /** Build the page anew. @param {string} [focus] */
  rebuild(focus) { this.ask(); }

  /** What one arm has else than another, in words. @param {Arm} from @param {Arm} to @returns {string[]} */
  changes(from, to) {
    const scenario = (/** @type {Arm} */ arm) => this.menu.scenarios.find((one) => one.name === arm.scenario);
    const word = (/** @type {Control} */ control, /** @type {number | string} */ x) => { const one = control.options?.find(({ name }) => name === x); return one ? this.said(one.label) : String(x); };
    const set = this.menu.controls.flatMap((control) => {
      const [was, is] = [from, to].map((arm) => arm.set[control.name] ?? scenario(arm)?.values[control.name] ?? "");
      return was === is ? [] : [`${this.said(control.label)} ${word(control, was)} → ${word(control, is)}`];
    });
    const policy = (/** @type {Policy} */ { kind, strength, start, end }) => {
      const of = [strength, start || end ? `${start ?? ""} – ${end ?? ""}`.trim() : undefined].filter((x) => x !== undefined).join(this.say("comma"));
      return this.say(`kind_${kind}`) + (of && ` (${of})`);
    };
    const has = (/** @type {string} */ sign, /** @type {string[]} */ more, /** @type {string[]} */ fewer) => more.filter((one) => !fewer.includes(one)).map((one) => `${sign} ${one}`);
    const kinds = (/** @type {Arm} */ arm) => arm.without.map((kind) => this.say(`kind_${kind}`));
    const added = (/** @type {Arm} */ arm) => arm.policies.map(policy);
    return [...(from.scenario === to.scenario ? [] : [`${this.said(scenario(from)?.title ?? NOTHING)} → ${this.said(scenario(to)?.title ?? NOTHING)}`]), ...set,
      ...has("+", kinds(from), kinds(to)), ...has("−", kinds(to), kinds(from)), ...has("−", added(from), added(to)), ...has("+", added(to), added(from))];
  }

  /** A button that keeps the view. @returns {HTMLElement} */
  keeper() {
    const now = compared(this.state).toString(), n = this.state.views.length;
    return make("button", { type: "button", id: "keep", disabled: this.state.views.includes(now), onclick: () => this.keep(now) }, this.say("keep"), n ? ` (${n})` : "");
  }

  /** @param {string} view */
  keep(view) {
    if (!this.state.views.includes(view)) this.state.views.push(view);
    this.rebuild();
  }

  /** The answers of the views that were kept, with as many pairs of runs as the page has. @param {AbortSignal} signal */
  async hang(signal) {
    for (const view of this.state.views) {
      const seeds = this.state.seeds, key = `${seeds} ${view}`;
      if (this.hung.has(key)) continue;
      const found = await this.fetched("answer", { ...question(opened(view, this.menu)), seeds }, signal);
      if (signal.aborted) return;
      this.hung.set(key, found);
      this.closer();
    }
  }

  /** @returns {Node[]} */
  gallery() {
    const input = make("input", { id: "a-link", type: "text", "aria-label": this.say("a_link"), placeholder: this.say("a_link") }), refusal = make("span", { role: "status" });
    const add = () => {
      const hash = input.value.split("#")[1] ?? "", state = opened(hash, this.menu);
      const wrong = !VIEW.test(hash) ? this.say("no_link") : state.unknown.length ? this.say("unknown", { what: state.unknown.join(this.say("comma")) }) : "";
      refusal.textContent = wrong;
      if (!wrong) this.keep(compared(state).toString());
    };
    const form = make("form", { class: "bar", onsubmit: (/** @type {Event} */ event) => { event.preventDefault(); add(); } }, input, make("button", { id: "add-link" }, this.say("add_link")), refusal);
    const heads = [this.say("view"), ...this.menu.outcomes.map(({ label }) => this.said(label))];
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...this.state.views.map((view, x) => this.row(view, x))));
    return [make("p", { class: "small" }, this.say("gallery_how")), form, ...(this.state.views.length ? [make("div", { id: "gallery" }, scrolled(table, this.say("tab_gallery")))] : [])];
  }

  /** One view: what it compares, and what B brings. @param {string} view @param {number} x @returns {HTMLElement} */
  row(view, x) {
    const state = opened(view, this.menu), answer = this.hung.get(`${this.state.seeds} ${view}`), { a, b } = state;
    const open = () => { Object.assign(this.state, { a, b, months: state.months }); this.rebuild(); };
    const remove = () => { this.state.views.splice(x, 1); this.rebuild(); };
    const words = (/** @type {Arm} */ arm) => [this.said(this.menu.scenarios.find(({ name }) => name === arm.scenario)?.title ?? NOTHING), ...this.changes(plain(arm.scenario), arm)].join(this.say("comma"));
    const cell = (/** @type {Said} */ said) => make("td", { class: `number ${said.tone}` }, make("strong", {}, said.number), make("span", {}, this.said(said.range)));
    const numbers = answer ? this.menu.outcomes.map(({ name }) => cell(answer.outcomes[name].said)) : [make("td", { colSpan: this.menu.outcomes.length }, this.say(answer === null ? "not_here" : "loading"))];
    const buttons = [make("button", { type: "button", id: `open-${x}`, onclick: open }, this.say("open")), " ", make("button", { type: "button", id: `remove-${x}`, "aria-label": this.say("remove", { n: x + 1 }), onclick: remove }, "×")];
    return make("tr", {}, make("th", { scope: "row" }, make("strong", {}, String(x + 1)), " ", ...buttons, make("span", { class: "a" }, `A: ${words(a)}`), make("span", { class: "b" }, `B: ${words(b)}`), state.months ? make("span", {}, `${this.say("months_shown")} ${state.months}`) : null),
      ...numbers);
  }
}
