// The first look: what this is, the corpus at a glance, example questions.

import { el, icon } from "./dom.js";
import { ago, plural, readableDate } from "./text.js";

function glance(corpus) {
  const years = [corpus.first_date, corpus.last_date].map((date) => (date || "").slice(0, 4)).filter(Boolean);
  const range = years.length === 2 && years[0] !== years[1] ? `${years[0]} to ${years[1]}` : years[0];
  const parts = [
    [plural(corpus.documents, "document"), null],
    range ? [range, `${readableDate(corpus.first_date)} to ${readableDate(corpus.last_date)}`] : null,
    [`indexed ${ago(corpus.updated)}`, corpus.updated],
  ];
  return el("ul", { class: "glance", "aria-label": "The documents at a glance" }, parts.filter(Boolean).map(([text, title]) => el("li", { text, title })));
}

function waiting(overview) {
  if (overview.phase === "failed") return el("p", { class: "problem", role: "alert", text: overview.message });
  const bar = el("progress", { "aria-label": "Indexing" });
  if (overview.total) {
    bar.max = overview.total;
    bar.value = overview.done;
  }
  const counted = overview.total ? ` ${overview.done} of ${overview.total}` : "";
  return el("div", { class: "waiting", role: "status" }, bar, el("p", { text: `${overview.message}${counted}` }));
}

export class Hero {
  constructor(onExample) {
    this.onExample = onExample;
    this.detail = el("div", { class: "hero-detail" });
    this.examples = el("div", { class: "examples" });
    this.element = el(
      "section",
      { class: "hero", "aria-label": "Welcome" },
      el("h1", { text: "What do the documents say?" }),
      el("p", { class: "lead", text: "Answers about the AI summits, each sentence tied to the exact words it rests on." }),
      this.detail,
    );
  }

  show(overview) {
    this.detail.replaceChildren(overview.phase === "ready" && overview.corpus ? glance(overview.corpus) : waiting(overview));
    this.examples.replaceChildren(
      ...overview.examples.map((question) =>
        el("button", { type: "button", class: "example", on: { click: () => this.onExample(question) } }, el("span", { text: question }), icon("next")),
      ),
    );
  }
}
