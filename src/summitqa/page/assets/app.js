// Starts the page: waits for its root, draws the frame, follows deep links.

import { el, iconButton, waitFor } from "./dom.js";
import { Composer } from "./composer.js";
import { Evaluation } from "./evaluation.js";
import { Hero } from "./hero.js";
import { History } from "./history.js";
import { Library } from "./library.js";
import { Renewed } from "./renewed.js";
import { SourcePanel } from "./source.js";
import { Talk } from "./talk.js";
import { attachBubble } from "./tooltip.js";
import { listen, refreshOverview, state } from "./state.js";

const SOURCE_KEYS = ["document", "start", "end", "quote"];

function setAddress(change) {
  const address = new URL(window.location.href);
  for (const [key, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === "") address.searchParams.delete(key);
    else address.searchParams.set(key, value);
  }
  window.history.replaceState(null, "", address);
}

function rememberSource(citation) {
  if (!citation) return setAddress(Object.fromEntries(SOURCE_KEYS.map((key) => [key, null])));
  const { document: id, start, end, quote } = citation;
  return setAddress({ document: id, start, end, quote: quote && quote.length <= 1200 ? quote : null });
}

// The address asks the last question again: as it stands alone, and in the same scope.
function rememberQuestion(turn) {
  const { summits = [], as_of: asOf } = turn.scope || {};
  return setAddress({ q: turn.answer?.rewritten_question || turn.asked || turn.question, summit: summits[0], as_of: asOf });
}

function themeButton() {
  const root = document.documentElement;
  const stored = window.localStorage.getItem("summitqa-theme");
  if (stored) root.dataset.theme = stored;
  return iconButton("Light or dark", "theme", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    window.localStorage.setItem("summitqa-theme", root.dataset.theme);
  });
}

function modeBadge() {
  const badge = el("span", { class: "badge" });
  listen("overview", ({ mode }) => {
    badge.className = mode.local ? "badge local" : "badge remote";
    badge.replaceChildren(el("span", { class: "dot", "aria-hidden": "true" }), el("strong", { text: mode.label }), el("span", { class: "badge-detail", text: mode.detail }));
  });
  return badge;
}

class Page {
  constructor(root) {
    this.composer = new Composer();
    this.source = new SourcePanel(rememberSource);
    this.talk = new Talk(this.source, this.composer);
    this.hero = new Hero((question) => this.ask(question));
    this.composer.onAsk = (question, replace) => this.ask(question, replace);
    this.composer.onStop = () => this.talk.stop();
    this.library = new Library(this.source);
    this.evaluation = new Evaluation((wrong) => this.askCase(wrong));
    this.history = new History(this.talk);
    this.renewed = new Renewed(() => this.library.changing);
    this.asking = this.column();
    this.said = el("div", { class: "toast", role: "status", "aria-live": "polite" });
    this.view = el("div", { class: "view empty" }, this.asking, this.library.element, this.evaluation.element, this.source.element);
    root.append(this.bar(), this.renewed.element, this.view, this.history.element, this.said);
    attachBubble(root);
    listen("overview", (overview) => this.hero.show(overview));
    listen("turns", (turns) => this.view.classList.toggle("empty", turns.length === 0));
    listen("turns", (turns) => this.talk.busy || this.history.keep(turns));
    listen("asked", rememberQuestion);
    listen("new", () => setAddress({ q: null, summit: null, as_of: null }));
    listen("say", (message) => this.say(message));
  }

  bar() {
    const home = el("a", { class: "wordmark", href: "/" }, el("img", { src: "/page/icon.svg", alt: "", width: 26, height: 26 }), "SummitQA");
    const history = iconButton("Conversations", "history", (event) => this.history.toggle(undefined, event.currentTarget));
    return el("header", { class: "bar" }, home, this.tabs(), el("span", { class: "grow" }), modeBadge(), history, themeButton());
  }

  tabs() {
    const places = [["Ask", this.asking], ["Library", this.library.element], ["Evaluation", this.evaluation.element]];
    const show = (wanted) => {
      for (const { tab, place } of made) {
        const here = place === wanted;
        tab.setAttribute("aria-current", here ? "page" : "false");
        place.hidden = !here;
      }
      this.source.close();
      this.library.draw();
      this.evaluation.draw();
    };
    const made = places.map(([name, place]) => ({ place, tab: el("button", { type: "button", text: name, "aria-current": place === this.asking ? "page" : "false", on: { click: () => show(place) } }) }));
    this.showPlace = show;
    return el("nav", { "aria-label": "Parts of the page" }, made.map(({ tab }) => tab));
  }

  column() {
    return el(
      "div",
      { class: "column" },
      el("div", { class: "scroll" }, this.hero.element, this.talk.element, this.talk.live),
      this.composer.element,
      this.hero.examples,
    );
  }

  say(message) {
    this.said.textContent = message;
    clearTimeout(this.saidTimer);
    this.saidTimer = setTimeout(() => (this.said.textContent = ""), 4000);
  }

  ask(question, replace = null) {
    if (this.asking.hidden) this.showPlace(this.asking);
    return this.talk.ask(question, { replace });
  }

  // A case of an evaluation becomes a conversation of its own.
  async askCase(wrong) {
    this.history.startNew();
    for (const question of [...wrong.earlier, wrong.question]) await this.ask(question);
  }

  async start() {
    let overview = await this.refresh();
    while (overview?.phase !== "ready") {
      await new Promise((resolve) => setTimeout(resolve, 400));
      overview = await this.refresh();
    }
    this.followAddress();
    this.composer.askHeld();
    this.renewed.watch();
  }

  async refresh() {
    try {
      return await refreshOverview();
    } catch (error) {
      this.say(error.message);
      return null;
    }
  }

  followAddress() {
    const query = new URLSearchParams(window.location.search);
    const question = query.get("q");
    const id = query.get("document");
    const number = (key) => (/^\d+$/.test(query.get(key) || "") ? Number(query.get(key)) : null);
    const scope = {};
    if (query.get("summit")) scope.summits = [query.get("summit")];
    if (/^\d{4}-\d{2}-\d{2}$/.test(query.get("as_of") || "")) scope.as_of = query.get("as_of");
    this.composer.setScope(scope);
    if (question) this.talk.ask(question, { scope });
    if (id) this.source.open({ document: id, start: number("start"), end: number("end"), quote: query.get("quote") });
  }
}

const page = new Page(await waitFor("#summitqa"));
window.summitqa = { state };
await page.start();
