// The source panel: the document beside the chat, scrolled to the cited words.

import { button, copyToClipboard, el, iconButton, webLink } from "./dom.js";
import { getJson } from "./api.js";
import { layOut } from "./document.js";
import { PdfPages } from "./pdf.js";
import { plural, readableDate, readableName } from "./text.js";

const STATES = {
  moved: "The document has changed since this link was made; the quote was found again here.",
  gone: "The document has changed since this link was made, and the quoted words are no longer in it.",
};

// "9 official, 2 press": what the document rests on, not what it is itself.
function tiersOf(doc) {
  const counted = ["official", "press", "secondary"].map((tier) => [doc.sources.filter((one) => one.tier === tier).length, tier]);
  return counted.filter(([count]) => count).map(([count, tier]) => `${count} ${tier}`).join(", ") || doc.tier;
}

export class SourcePanel {
  constructor(onMove) {
    this.onMove = onMove;
    this.citations = [];
    this.index = -1;
    this.returnTo = null;
    this.element = el("aside", { class: "source", "aria-label": "Source document", tabindex: "-1", hidden: true });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  // citation: {document, start, end, quote, marker?}; siblings: the answer's citations.
  async open(citation, siblings = [], anchor = null) {
    this.citations = siblings;
    this.index = siblings.findIndex((one) => one.marker === citation.marker && one.start === citation.start);
    this.returnTo = anchor || this.returnTo;
    await this.show(citation);
  }

  async show(citation) {
    this.wanted = citation;
    this.element.hidden = false;
    document.documentElement.classList.add("with-source");
    this.element.replaceChildren(el("p", { class: "quiet padded", role: "status", text: "Opening the document…" }));
    try {
      const found = await getJson("/api/documents/text", {
        document: citation.document,
        start: citation.start,
        end: citation.end,
        quote: citation.quote,
      });
      // Closed, or another citation was chosen while this document was on its way.
      if (this.wanted !== citation) return;
      this.draw(found, citation);
      this.onMove(citation);
    } catch (error) {
      if (this.wanted !== citation) return;
      this.element.replaceChildren(this.closeButton(), el("p", { class: "problem padded", role: "alert", text: error.message }));
    }
    this.element.focus({ preventScroll: true });
  }

  close() {
    if (this.element.hidden) return;
    this.wanted = null;
    this.element.hidden = true;
    document.documentElement.classList.remove("with-source");
    this.onMove(null);
    this.returnTo?.focus();
  }

  step(by) {
    const next = this.citations[this.index + by];
    if (!next) return;
    this.index += by;
    this.show(next);
  }

  closeButton() {
    return iconButton("Close the source", "close", () => this.close());
  }

  stepper() {
    const count = this.citations.length;
    if (this.index < 0 || count < 2) return el("span", { class: "stepper" }, this.citations[this.index] ? `Citation ${this.citations[this.index].marker}` : "");
    return el(
      "span",
      { class: "stepper" },
      iconButton("Previous citation", "previous", () => this.step(-1), { disabled: this.index === 0 }),
      el("span", { text: `Citation ${this.index + 1} of ${count}` }),
      iconButton("Next citation", "next", () => this.step(1), { disabled: this.index === count - 1 }),
    );
  }

  facts(doc, citation) {
    const facts = [readableDate(doc.date), doc.issuer, doc.kind ? readableName(doc.kind) : null, citation.page ? `page ${citation.page}` : null];
    return el(
      "div",
      { class: "facts" },
      doc.tier ? el("span", { class: `tier ${doc.tier}`, text: `sources: ${tiersOf(doc)}` }) : null,
      el("span", { text: facts.filter(Boolean).join(" · ") }),
    );
  }

  draw({ document: doc, span }, citation) {
    const body = el("div", { class: "source-body", tabindex: "0", role: "region", "aria-label": `Text of ${doc.title}` });
    const text = el("div", {}, layOut(doc, span), doc.sources.length ? this.sources(doc) : null);
    body.append(text);
    const pages = doc.media_type === "application/pdf" ? new PdfPages(doc, span) : null;
    const switcher = pages ? this.switcher(pages, text, body) : null;
    const copied = el("span", { class: "quiet", role: "status" });
    const copyLink = async () => {
      const done = await copyToClipboard(window.location.href);
      copied.textContent = done ? "Link copied." : "Copy the address of the page instead.";
    };
    this.element.replaceChildren(
      el(
        "header",
        { class: "source-head" },
        el("div", { class: "row" }, this.stepper(), el("span", { class: "grow" }), copied, iconButton("Copy a link to these words", "link", copyLink), this.closeButton()),
        el("h2", { text: doc.title }),
        this.facts(doc, citation),
        el("div", { class: "row" }, doc.source_url ? webLink(doc.source_url, "Original") : null, el("a", { href: `/api/documents/file?document=${encodeURIComponent(doc.id)}`, text: "Download the file" }), el("span", { class: "grow" }), switcher),
        STATES[span.state] ? el("p", { class: `changed ${span.state}`, role: "status", text: STATES[span.state] }) : null,
        span.state === "gone" && citation.quote ? el("blockquote", { text: citation.quote }) : null,
      ),
      body,
    );
    if (pages) return;
    const mark = body.querySelector("mark");
    if (mark) requestAnimationFrame(() => (body.scrollTop += mark.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3));
  }

  // A PDF is shown as page images first; its text is one click away.
  switcher(pages, text, body) {
    const choices = [["Pages", pages.element], ["Text", text]];
    const buttons = choices.map(([label, shown]) => button(label, null, () => show(shown), { class: "pill" }));
    const show = (wanted) => {
      choices.forEach(([, element], number) => {
        element.hidden = element !== wanted;
        buttons[number].setAttribute("aria-pressed", String(element === wanted));
      });
      body.querySelector(":scope > :not([hidden]) :is(mark, .quote-box)")?.scrollIntoView({ block: "center" });
    };
    body.prepend(pages.element);
    show(pages.element);
    return el("span", { class: "row switcher" }, buttons);
  }

  sources(doc) {
    return el(
      "section",
      { class: "document-sources" },
      el("h3", { text: `Rests on ${plural(doc.sources.length, "source")}` }),
      el(
        "ul",
        {},
        doc.sources.map((one) =>
          el(
            "li",
            {},
            webLink(one.url, one.title),
            el("span", { class: "quiet", text: [one.publisher, readableDate(one.date), one.tier].filter(Boolean).map((part) => ` · ${part}`).join("") }),
          ),
        ),
      ),
    );
  }
}
