// @ts-check
// The page: asks the server what its state asks, draws the answer, and keeps the link that says it again.
"use strict";

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);
const PAUSE = 120, AGAIN = 2000; // milliseconds: a slider settles; a server that was away is asked again

class Page extends Gallery {
  /** @param {Menu} menu @param {number[][][]} land @param {Grid} [grid] */
  constructor(menu, land, grid) {
    super(menu, land, grid);
    /** @type {Record<string, any>} */ this.tops = {};
    this.controller = new AbortController();
    this.timer = 0;
    addEventListener("hashchange", () => { if (location.hash.slice(1) !== linked(this.state)) { this.state = opened(location.hash, menu); this.rebuild(); } });
    this.width = 0;
    new ResizeObserver(() => { const width = at("answer").clientWidth; if (width !== this.width) { this.width = width; this.draw(); } }).observe(at("answer"));
    this.rebuild();
  }

  /** Build everything but the pictures, and ask. @param {string} [focus] id of what has the focus afterwards */
  rebuild(focus) {
    const id = focus ?? document.activeElement?.id, say = this.say.bind(this);
    document.documentElement.lang = this.state.language === "zh" ? "zh-Hans" : "en";
    document.title = say("title");
    for (const one of document.querySelectorAll("[data-word]")) one.textContent = say(/** @type {HTMLElement} */ (one).dataset.word ?? "");
    at("ask").setAttribute("aria-label", say("levers"));
    at("beyond").hidden = !this.grid;
    at("beyond").textContent = `${say("outside")} twinhelix dashboard ${this.grid?.scenario ?? ""}`;
    at("ask").replaceChildren(...cards(this.menu, this.state, say, () => this.changed(), (x) => { this.rebuild(x); }, this.grid));
    at("languages").replaceChildren(make("legend", { class: "hidden" }, say("language")), ...["en", "zh"].map((language) => {
      const input = make("input", { type: "radio", name: "language", id: `language-${language}`, checked: this.state.language === language,
        onchange: () => { this.state.language = /** @type {"en" | "zh"} */ (language); this.rebuild(); } });
      return make("label", { lang: language === "zh" ? "zh-Hans" : "en" }, input, " ", say(language === "zh" ? "chinese" : "english"));
    }));
    this.ask();
    if (id) at(id)?.focus();
  }

  /** Something was moved: ask when it has settled. */
  changed() {
    this.busy(true);
    this.state.unknown = [];
    for (const side of SIDES) {
      at(`${side}-back`).disabled = isPlain(this.state[side]);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** @param {boolean} on */
  busy(on) {
    at("answer").setAttribute("aria-busy", String(on));
    at("closer").setAttribute("aria-busy", String(on));
    if (on) delete document.body.dataset.done;
  }


  /** Ask with few seeds first, then with more; only what was asked last is drawn. */
  async ask() {
    this.controller.abort();
    const own = this.controller = new AbortController();
    clearTimeout(this.timer);
    this.busy(true);
    history.replaceState(null, "", `#${linked(this.state)}`);
    const levels = this.grid ? [this.menu.seeds[1]] : this.menu.seeds.filter((n) => n <= this.state.seeds);
    const fresh = !Object.keys(this.tops).length;
    let told = 0;
    for (const seeds of levels) {
      this.counting(seeds, seeds !== levels[levels.length - 1]);
      const answer = /** @type {Answer | null} */ (await this.fetched("answer", { ...question(this.state), seeds }, own.signal));
      if (own.signal.aborted) return;
      if (!answer) break;
      told = answer.seeds;
      this.answer = answer;
      if (fresh) this.tops = {};
      this.draw();
    }
    this.counting(told, false);
    if (!told) return; // what there is stays, pale: it answers another question
    at("answer").setAttribute("aria-busy", "false");
    if (["map", "network", "story"].includes(this.state.tab)) await this.tell(own.signal);
    if (this.state.tab === "gallery") await this.hang(own.signal);
    if (own.signal.aborted) return;
    this.busy(false);
    document.body.dataset.done = String(this.answer?.seeds);
  }

  /** Fetch one history for the tabs that show it. @param {AbortSignal} signal */
  async tell(signal) {
    const body = { request: { ...question(this.state), seeds: this.menu.seeds[0] }, seed: this.state.seed, pair: this.pair };
    const found = /** @type {Past | null} */ (await this.fetched("history", body, signal));
    if (found && !signal.aborted) { this.history = found; this.closer(); }
  }

  /** What the server, or the grid of finished answers, says; null where it says why not.
   * @param {"answer" | "history"} what @param {any} body @param {AbortSignal} signal @returns {Promise<any>} */
  async fetched(what, body, signal) {
    if (this.grid) return this.finished(what, body.request ?? body);
    while (!signal.aborted) {
      try {
        const response = await fetch(what, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal });
        if (response.ok) { this.notice(""); return await response.json(); }
        if (response.status !== 503) { this.notice(this.say("refused", { why: (await response.text()).trim() })); return null; }
        if (response.headers.get("Content-Type")?.includes("json")) { await this.compiled(signal); continue; }
        this.notice(this.say("busy"));
      } catch (error) {
        if (signal.aborted) return null;
        this.notice(this.say("gone"));
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
    return null;
  }

  /** What the grid holds: answers to what differs from A, which is as its scenario says, by levers of the grid alone.
   * @param {"answer" | "history"} what @param {{a: Arm, b: Arm, months?: number}} asked @returns {any} */
  finished(what, { a, b, months }) {
    const grid = /** @type {Grid} */ (this.grid), scenario = this.menu.scenarios[0];
    const inside = isPlain(a) && isPlain({ ...b, set: {} }) && !months && Object.keys(b.set).every((name) => name in grid.levels);
    const key = Object.keys(grid.levels).map((name) => b.set[name] ?? scenario.values[name]).join(" ");
    const found = inside ? (what === "answer" ? grid.answers : grid.histories)[key] : null;
    this.notice(found ? "" : `${this.say("outside")} twinhelix dashboard ${grid.scenario}`);
    return found ?? null;
  }

  /** Wait until the rules are compiled, and show how far that is. @param {AbortSignal} signal */
  async compiled(signal) {
    while (!signal.aborted) {
      const state = await (await fetch("state.json")).json();
      if (state.ready) break;
      this.notice(this.say(state.total ? "compiling" : "loading"), state.total ? state.done / state.total : null);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    this.notice("");
  }

  /** Say something that is not an answer; nothing hides it. @param {string} text @param {number | null} [share] */
  notice(text, share = null) {
    const box = at("notice"), left = this.state.unknown.length ? this.say("unknown", { what: this.state.unknown.join(this.say("comma")) }) : "";
    box.hidden = !text && !left;
    box.querySelector("p").textContent = text || left;
    const bar = box.querySelector("progress");
    bar.hidden = share === null;
    bar.setAttribute("aria-label", text);
    if (share !== null) bar.value = share;
  }

  /** How many months, how many pairs of runs there are, a button for more, and one to keep the view. @param {number} seeds @param {boolean} running */
  counting(seeds, running) {
    const most = this.menu.seeds[this.menu.seeds.length - 1], steps = this.menu.seeds.map((n) => make("span", { class: n <= seeds ? "there" : "" }, String(n)));
    const more = make("button", { type: "button", id: "more", disabled: this.state.seeds === most || Boolean(this.grid),
      onclick: () => { this.state.seeds = most; this.ask(); } }, this.say("sharper", { n: most }));
    const had = document.activeElement?.id ?? "";
    at("seeds").replaceChildren(make("span", { class: "small" }, running ? this.say("working", { n: seeds }) : this.say("pairs_of_runs")),
      make("span", { class: "steps" }, ...(this.grid ? steps.slice(1, 2) : steps)), more);
    at("view").replaceChildren(this.horizon(), this.keeper());
    if (["more", "months", "keep"].includes(had)) at(had).focus();
  }

  /** How many months are looked at. @returns {HTMLElement} */
  horizon() {
    const input = make("input", { type: "number", id: "months", min: 1, max: this.menu.longest, value: String(this.state.months ?? this.answer?.months ?? ""), disabled: Boolean(this.grid), onchange: () => {
      this.state.months = Number(input.value) || null;
      this.ask();
    } });
    return make("label", { class: "small" }, this.say("months_shown"), " ", input);
  }

  /** Draw the answer: verdict, pictures, table of what B changes, what is looked at closer. */
  draw() {
    const answer = this.answer;
    if (!answer) return;
    const found = answer.outcomes[this.state.outcome], { said } = found;
    document.body.dataset.tone = said.tone;
    at("verdict").textContent = this.said(said.verdict);
    const what = this.changes(this.state.a, this.state.b).join(this.say("comma"));
    at("differs").textContent = what && this.say("differs", { what });
    at("sure").textContent = [this.said(said.sure), said.average && this.said(said.average)].filter(Boolean).join(" · ");
    this.pictures(answer, found);
    this.closer();
    at("foot").textContent = this.say("foot", { runs: 2 * answer.seeds, seeds: answer.seeds, months: answer.months, start: answer.start ?? this.say("each_start"), code: this.menu.code, what: this.say(this.real ? "foot_real" : "foot_synthetic") });
  }

  /** @param {Answer} answer @param {Found} found */
  pictures(answer, found) {
    const label = this.said(this.menu.outcomes.find((one) => one.name === this.state.outcome)?.label ?? NOTHING);
    const { a, b, difference } = found.bands, key = `${this.state.a.scenario} ${this.state.b.scenario} ${this.state.outcome} ${answer.months}`;
    const top = this.tops[key] = Math.max(this.tops[key] ?? 0, ...a.high, ...b.high);
    const [least, far] = this.tops[`${key} -`] = [Math.min(this.tops[`${key} -`]?.[0] ?? 0, ...difference.low), Math.max(this.tops[`${key} -`]?.[1] ?? 0, ...difference.high)];
    const width = Math.max(280, at("bands").clientWidth);
    const months = a.mean.map((_, x) => dated(answer.start, x)), number = d3.format(",.4~g");
    show(at("bands"), drawBands(answer, found, top || 1, width), this.say("by_month", { what: label }), this.say("band_is"), this.say("as_table"),
      () => tabled([this.say("month"), "A", "B"], months.map((month, x) => [month, `${number(a.mean[x])} (${number(a.low[x])}–${number(a.high[x])})`, `${number(b.mean[x])} (${number(b.low[x])}–${number(b.high[x])})`])));
    show(at("difference"), drawDifference(answer, found, least < far ? [least, far] : [-1, 1], width), this.say("difference_by_month"), this.say("difference_is"), this.say("as_table"),
      () => tabled([this.say("month"), "B − A", "95 %"], months.map((month, x) => [month, number(difference.mean[x]), `${number(difference.low[x])} – ${number(difference.high[x])}`])));
    if (!at("rescale")) at("bands").parentElement.append(make("button", { type: "button", id: "rescale", class: "back", onclick: () => { this.tops = {}; this.draw(); } }));
    at("rescale").textContent = this.say("rescale");
    at("rescale").title = this.say("a_fixed");
  }
}

/** Begin: with what the server offers, or with a grid of finished answers. */
async function begin() {
  const kept = /** @type {Window} */ (window).grid;
  if (kept) { new Page(kept.menu, kept.land, kept); return; }
  const [menu, land] = await Promise.all(["menu.json", "land.json"].map((name) => fetch(name)));
  if (!menu.ok) { at("verdict").textContent = await menu.text(); return; } // a room's page without its key
  new Page(await menu.json(), await land.json());
}

begin();
