// Says that the index was renewed while the page was open, by a watch or another process.

import { Problem, getJson } from "./api.js";
import { el, iconButton } from "./dom.js";
import { listen, refreshOverview, state } from "./state.js";
import { plural } from "./text.js";

const LOOK_EVERY_MS = 5000;

function difference(before, now) {
  const added = [...now.keys()].filter((id) => !before.has(id)).length;
  const removed = [...before.keys()].filter((id) => !now.has(id)).length;
  return [added ? `${added} added` : null, removed ? `${removed} removed` : null].filter(Boolean);
}

function clock(value) {
  const then = new Date(value || "");
  if (Number.isNaN(then.getTime())) return "";
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return ` at ${time}`;
}

export class Renewed {
  // `underWay` tells whether the library on this page is changing the index and will say so itself.
  constructor(underWay) {
    this.underWay = underWay;
    this.looking = false;
    // There before its words, so that screen readers announce them.
    this.element = el("div", { class: "renewed", role: "status", "aria-live": "polite" });
    listen("turns", (turns) => {
      const digest = turns.at(-1)?.answer?.index_digest;
      if (digest && digest !== state.digest) this.look();
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  watch() {
    setInterval(() => document.hidden || this.look(), LOOK_EVERY_MS);
  }

  async look() {
    if (this.looking || this.underWay() || state.digest === null) return;
    this.looking = true;
    try {
      const { digest } = await getJson("/api/status");
      // A change that this page made has been shown by then.
      if (digest === state.digest || this.underWay()) return;
      const before = state.documents;
      const overview = await refreshOverview();
      if (overview.phase === "ready") this.show(overview.corpus, difference(before, state.documents));
    } catch (error) {
      // A server that is away is said when something is asked of it; the next look may find it back.
      if (!(error instanceof Problem)) throw error;
    } finally {
      this.looking = false;
    }
  }

  show(corpus, changes) {
    const counted = `${plural(corpus.documents, "document")}${changes.length ? ` (${changes.join(", ")})` : ""}`;
    this.element.replaceChildren(
      el("span", { text: `The index was renewed${clock(corpus.updated)}: ${counted}.` }),
      iconButton("Close the notice", "close", () => this.element.replaceChildren()),
    );
  }
}
