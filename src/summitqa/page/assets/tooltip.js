// One bubble for the whole page: the quote behind a marker, on hover and on focus.

import { el } from "./dom.js";
import { readableDate } from "./text.js";

const bubble = el("div", { class: "bubble", role: "tooltip", id: "quote-bubble", hidden: true });

function place(anchor) {
  const box = anchor.getBoundingClientRect();
  const width = Math.min(380, window.innerWidth - 24);
  bubble.style.width = `${width}px`;
  const left = Math.min(Math.max(12, box.left + box.width / 2 - width / 2), window.innerWidth - width - 12);
  bubble.style.left = `${left}px`;
  const above = box.top - bubble.offsetHeight - 8;
  bubble.style.top = `${above > 8 ? above : box.bottom + 8}px`;
}

function show(anchor, citation) {
  const about = [citation.title, readableDate(citation.date), citation.page ? `page ${citation.page}` : null];
  bubble.replaceChildren(
    el("span", { class: "bubble-quote", text: `“${citation.quote}”` }),
    el("span", { class: "bubble-about", text: about.filter(Boolean).join(" · ") }),
    el("span", {
      class: citation.verified ? "bubble-check" : "bubble-check failed",
      text: citation.verified ? "✓ Checked: exactly these words stand in the source" : "✗ Not verified: these words were not found in the source",
    }),
  );
  bubble.hidden = false;
  place(anchor);
}

export function hideBubble() {
  bubble.hidden = true;
}

export function attachBubble(root) {
  root.append(bubble);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hideBubble();
  });
  window.addEventListener("scroll", hideBubble, true);
}

export function showQuoteOnHover(anchor, citation) {
  anchor.setAttribute("aria-describedby", "quote-bubble");
  for (const event of ["mouseenter", "focus"]) anchor.addEventListener(event, () => show(anchor, citation));
  for (const event of ["mouseleave", "blur", "click"]) anchor.addEventListener(event, hideBubble);
}
