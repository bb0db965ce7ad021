// A page of a PDF as an image, with boxes around the quoted words.

import { el, iconButton } from "./dom.js";
import { getJson } from "./api.js";
import { slicePoints } from "./text.js";

const pageAt = (starts, offset) => Math.max(1, starts.filter((start) => start <= offset).length);

export class PdfPages {
  constructor(doc, span) {
    this.doc = doc;
    this.linked = span.start !== null;
    this.quote = this.linked ? slicePoints(doc.text, span.start, span.end) : null;
    this.first = this.linked ? pageAt(doc.page_starts, span.start) : 1;
    this.last = this.linked ? pageAt(doc.page_starts, span.end - 1) : 1;
    this.count = doc.page_starts.length;
    this.label = el("span", { class: "quiet", role: "status" });
    this.holder = el("div", { class: "pdf-page" });
    this.element = el(
      "div",
      { class: "pdf" },
      el("div", { class: "row" }, iconButton("Previous page", "previous", () => this.show(this.page - 1)), this.label, iconButton("Next page", "next", () => this.show(this.page + 1))),
      this.holder,
    );
    this.show(this.first);
  }

  async show(page) {
    if (page < 1 || page > this.count) return;
    this.page = page;
    this.label.textContent = `Page ${page} of ${this.count}`;
    const query = new URLSearchParams({ document: this.doc.id, page });
    const image = el("img", { src: `/api/documents/page?${query}`, alt: `Page ${page} of ${this.doc.title}; its words are under Text` });
    const loaded = new Promise((resolve) => {
      image.addEventListener("load", () => resolve(true));
      image.addEventListener("error", () => resolve(false));
    });
    // The empty frame has the height of a page, so that nothing jumps when the image comes.
    this.holder.setAttribute("aria-busy", "true");
    this.holder.replaceChildren(image);
    const boxed = this.quote && page >= this.first && page <= this.last ? this.drawBoxes(page, loaded) : null;
    const shown = await loaded;
    if (this.page !== page) return;
    this.holder.removeAttribute("aria-busy");
    if (!shown) this.holder.replaceChildren(el("p", { class: "problem padded", text: "The page cannot be shown; read it under Text." }));
    await boxed;
  }

  async drawBoxes(page, loaded) {
    const asked = { document: this.doc.id, page, quote: this.quote };
    const { boxes } = await getJson("/api/documents/boxes", asked).catch(() => ({ boxes: [] }));
    // Boxes stand on the image: before it is there they would be drawn on nothing.
    if (!(await loaded) || this.page !== page) return;
    for (const box of boxes) {
      const mark = el("div", { class: "quote-box", "aria-hidden": "true" });
      for (const side of ["left", "top", "width", "height"]) mark.style[side] = `${box[side] * 100}%`;
      this.holder.append(mark);
    }
    this.holder.querySelector(".quote-box")?.scrollIntoView({ block: "center" });
  }
}
