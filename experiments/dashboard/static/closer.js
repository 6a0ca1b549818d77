// @ts-check
// What is looked at closer, a tab each: pairs of cities, one history as map, network and story, and how to say it again.
"use strict";

class Closer {
  /** @param {Menu} menu @param {number[][][]} land @param {Grid} [grid] */
  constructor(menu, land, grid) {
    this.menu = menu;
    this.land = land;
    this.grid = grid;
    /** @type {State} */ this.state = opened(location.hash, menu);
    /** @type {Answer | null} */ this.answer = null;
    /** @type {Past | null} */ this.history = null;
    /** @type {string[]} */ this.pair = [];
    this.shown = { stage: "pilot", which: /** @type {"a" | "b" | "difference"} */ ("b"), city: "", side: /** @type {"a" | "b"} */ ("b") };
  }

  /** Ask again, as the page does it. @returns {Promise<void>} */
  async ask() {}

  /** Draw the answer, as the page does it. */
  draw() {}

  /** Views that were kept, as the gallery shows them. @returns {Node[]} */
  gallery() { return []; }

  /** A sentence in the language of the page. @param {string} key @param {Record<string, any>} [of] @returns {string} */
  say(key, of = {}) {
    const said = this.menu.words[key]?.[this.state.language] ?? key;
    return said.replace(/\{(\w+)\}/g, (_, name) => String(of[name] ?? ""));
  }

  /** @param {Both} both @returns {string} */
  said(both) { return both[this.state.language]; }

  /** @returns {boolean} whether the cities of B come from a file */
  get real() { return this.menu.scenarios.find((one) => one.name === this.state.b.scenario)?.real ?? true; }

  /** What is looked at closer: tabs, and the one that is open. */
  closer() {
    const had = document.activeElement?.id, box = at("closer"), open = this.state.tab;
    const go = (/** @type {string} */ tab) => { this.state.tab = tab; this.closer(); at(`tab-${tab}`)?.focus(); this.ask(); };
    const tabs = TABS.map((tab, x) => make("button", { type: "button", role: "tab", id: `tab-${tab}`, "aria-selected": String(tab === open), "aria-controls": "panel", tabindex: tab === open ? "0" : "-1",
      onclick: () => go(tab), onkeydown: (/** @type {KeyboardEvent} */ event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) { event.preventDefault(); go(TABS[(x + step + TABS.length) % TABS.length]); }
      } }, this.say(`tab_${tab}`)));
    const panel = make("div", { id: "panel", role: "tabpanel", "aria-labelledby": `tab-${open}` });
    box.replaceChildren(make("div", { role: "tablist", "aria-label": this.say("tabs") }, ...tabs), panel);
    if (this.answer) panel.append(...this.panel(open, this.answer, Math.max(300, box.clientWidth - 40)));
    if (had && box.querySelector(`[id="${had}"]`)) at(had).focus();
  }

  /** @param {string} tab @param {Answer} answer @param {number} width @returns {Node[]} */
  panel(tab, answer, width) {
    if (tab === "changes") return this.forest(answer);
    if (tab === "pairs") return this.matrix(answer, width);
    if (tab === "gallery") return this.gallery();
    if (tab === "again") return this.again(answer);
    if (!this.history) return [make("p", {}, this.say("loading"))];
    if (tab === "story") return this.story(this.history, answer, width);
    const scene = this.history[this.shown.side], figure = make("figure"), city = scene.cities.find((one) => one.id === this.shown.city);
    const cities = this.choose("city", this.say("city"), ["", ...scene.cities.map((one) => one.id)], this.shown.city, (x) => (x ? scene.cities.find((one) => one.id === x)?.name ?? x : this.say("choose")), (x) => { this.shown.city = x; this.closer(); });
    const about = this.say(tab === "map" ? "map_is" : scene.cities.length > 2 * MOST ? "network_most" : "network_is", { places: this.say(this.real ? "places_real" : "places_synthetic"), n: MOST });
    const picture = tab === "map" ? drawMap(scene, this.land, this.shown.city, width) : drawNetwork(scene, this.shown.city, width);
    const rows = ties(scene, tab === "map" ? 4 : 2).map((t) => [t.a.name, t.b.name, this.say(["", "contact", "memorandum", "action_plan", "pilot", "sustained"][t.highest])]);
    show(figure, picture, this.said(scene.counts), about, this.say("as_table"), () => tabled([this.say("city"), this.say("city"), this.say("stage")], rows));
    return [this.bar(this.sides(), cities, this.next()), make("p", { class: "about" }, city ? this.said(city.about) : this.say("city_choose")), figure, this.warning()];
  }

  /** What B changes: a row an outcome, one of which is looked at. @param {Answer} answer @returns {Node[]} */
  forest(answer) {
    const end = scaleOf(answer), told = this.say("changes", { months: answer.months }), rows = this.menu.outcomes.map(({ name, label }) => {
      const found = answer.outcomes[name], { said } = found, share = (/** @type {string} */ of) => (said.tone === "same" ? "–" : of);
      const input = make("input", { type: "radio", name: "outcome", id: `outcome-${name}`, checked: name === this.state.outcome, onchange: () => {
        this.state.outcome = name;
        history.replaceState(null, "", `#${linked(this.state)}`);
        this.draw();
      } });
      return make("tr", { class: name === this.state.outcome ? "chosen" : "" }, make("th", { scope: "row" }, make("label", {}, input, " ", this.said(label))),
        make("td", { class: "number" }, make("strong", {}, said.number), " ", make("span", {}, this.said(said.range))), make("td", { class: "drawn" }, drawInterval(found, end)),
        make("td", { class: "share", title: this.say("p_more_is") }, share(said.share)), make("td", { class: "levels" }, found.a, " → ", found.b), make("td", { class: "share" }, share(said.shared)));
    });
    const heads = [this.say("outcome"), "B − A", this.say("fewer_more", { end: `${100 * end}` }), this.say("p_more_head"), "A → B", this.say("shared")];
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, head)))), make("tbody", {}, ...rows));
    return [make("h2", {}, told), make("p", { class: "small" }, this.say("changes_how")), make("div", { id: "forest" }, scrolled(table, told))];
  }

  /** @returns {HTMLElement} what must be said of a single history */
  warning() { return make("p", { class: "small" }, this.say("one_history", { seed: this.state.seed })); }

  /** @param {...Node} parts @returns {HTMLElement} */
  bar(...parts) { return make("div", { class: "bar" }, ...parts); }

  /** @returns {HTMLElement} */
  next() {
    return make("button", { type: "button", id: "next", disabled: Boolean(this.grid), onclick: () => { this.state.seed = (this.state.seed % this.menu.seeds[1]) + 1; this.pair = []; this.ask(); } }, this.say("next_history"));
  }

  /** @returns {HTMLElement} */
  sides() { return this.choose("side", this.say("which"), ["a", "b"], this.shown.side, (x) => x.toUpperCase(), (x) => { this.shown.side = /** @type {"a" | "b"} */ (x); this.closer(); }); }

  /** A labelled choice. @param {string} id @param {string} label @param {string[]} values @param {string} value
   * @param {(x: string) => string} word @param {(x: string) => void} chosen @returns {HTMLElement} */
  choose(id, label, values, value, word, chosen) {
    const select = make("select", { id: `choose-${id}`, onchange: () => chosen(select.value) }, ...values.map((x) => make("option", { value: x, selected: x === value }, word(x))));
    return make("label", {}, `${label} `, select);
  }

  /** @param {Answer} answer @param {number} width @returns {Node[]} */
  matrix(answer, width) {
    const pairs = answer.pairs, shown = this.shown;
    if (!pairs) return [make("p", {}, this.say("pairs_none"))];
    const figure = make("figure"), title = this.say("tab_pairs"), stage = this.say(shown.stage), noise = pairs.stages[shown.stage].noise.flat();
    const which = this.choose("which", this.say("which"), ["a", "b", "difference"], shown.which, (x) => (x === "difference" ? "B − A" : x.toUpperCase()), (x) => { shown.which = /** @type {any} */ (x); this.closer(); });
    const stages = this.choose("stage", this.say("stage"), Object.keys(pairs.stages), shown.stage, (x) => this.say(x), (x) => { shown.stage = x; this.closer(); });
    const of = pairs.stages[shown.stage], rows = pairs.rows.map((row, y) => [row.name, ...pairs.columns.map((_, x) => (shown.which === "difference" ? of.b[y][x] - of.a[y][x] : of[shown.which][y][x]))]);
    const most = Math.max(...rows.flatMap((row) => row.slice(1).map((x) => Math.abs(Number(x)))));
    show(figure, drawMatrix(pairs, shown.stage, shown.which, answer.seeds, width), title, this.say(shown.which === "difference" ? "pairs_change" : "pairs_is", { n: answer.seeds, stage, most }), this.say("as_table"), () => tabled([this.say("city"), ...pairs.columns.map((c) => c.name)], rows));
    figure.classList.add("wide");
    figure.tabIndex = 0;
    const told = this.say("pairs_few", { told: noise.filter((x) => !x).length, cells: noise.length });
    return [this.bar(which, stages), figure, ...(shown.which === "difference" ? [make("p", { class: "small" }, told)] : [])];
  }

  /** @param {Past} of @param {Answer} answer @param {number} width @returns {Node[]} */
  story(of, answer, width) {
    if (!of.story) return [this.bar(this.next()), make("p", {}, this.say("story_no_pilot")), this.warning()];
    const story = of.story, names = new Map(of.b.cities.map((city) => [city.id, city.name])), figure = make("figure");
    const title = (/** @type {string[]} */ pair) => `${names.get(pair[0]) ?? pair[0]} – ${names.get(pair[1]) ?? pair[1]}: ${this.say(pair[2])}`;
    const which = this.choose("pair", this.say("a_pair"), of.pairs.map((pair) => pair.join("|")), story.pair.join("|"), (x) => title(x.split("|")), (x) => { this.pair = x.split("|"); this.ask(); });
    which.querySelector("select")?.toggleAttribute("disabled", Boolean(this.grid));
    const step = (/** @type {string} */ key) => this.say(`step_${key}`);
    const steps = (/** @type {Part} */ part) => STEPS.map((key) => (key in part.steps ? dated(answer.start, part.steps[key]) : "–"));
    show(figure, drawStory(story.arms, answer, step, width), title(story.pair), this.say("story_gap"), this.say("as_table"), () => tabled([this.say("which"), ...STEPS.map(step)], story.arms.map((part) => [part.side, ...steps(part)])));
    const told = make("ul", { class: "told" }, ...story.arms.flatMap((part) => part.said.map((said) => make("li", { class: part.side.toLowerCase() }, this.said(said)))));
    return [this.bar(which, this.next()), figure, told, this.warning()];
  }

  /** @param {Answer} answer @returns {Node[]} */
  again(answer) {
    const block = (/** @type {string} */ title, /** @type {string} */ text, /** @type {string} */ id) => {
      const done = make("span", { role: "status", class: "small" }), shown = make("pre", { id: `text-${id}`, tabindex: "0", "aria-label": title }, text);
      const copy = make("button", { type: "button", id: `copy-${id}`, onclick: () => {
        getSelection()?.selectAllChildren(shown); // navigator.clipboard is not there where a room opens the page by http
        if (document.execCommand("copy")) done.textContent = this.say("copied");
      } }, this.say("copy"));
      return make("section", { class: "block" }, make("h3", {}, title), copy, " ", done, shown);
    };
    return [make("p", {}, this.say("again_how")), block(this.say("the_command"), answer.again.command, "command"),
      ...Object.entries(answer.again.files).map(([name, text]) => block(name, text, name.slice(0, 1))), block(this.say("the_link"), location.href, "link")];
  }
}
