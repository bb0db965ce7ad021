// Lays out a document's canonical text: every character of it, in order, as text.

import { el } from "./dom.js";
import { unitOffset } from "./text.js";

function kindOf(line) {
  const heading = /^(#{1,6})[ \t]+/.exec(line);
  if (heading) return { kind: `heading level-${heading[1].length}`, syntax: heading[0].length };
  const item = /^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+/.exec(line);
  if (item) return { kind: "item", syntax: 0 };
  if (/^\s*\|/.test(line)) return { kind: "table-row", syntax: 0 };
  if (/^\s*>/.test(line)) return { kind: "quoted", syntax: 0 };
  return { kind: "paragraph", syntax: 0 };
}

// Groups lines into blocks: [{start, end, kind, syntax}], in units.
function blocksOf(text) {
  const blocks = [];
  let open = null;
  let at = 0;
  for (const line of text.split("\n")) {
    const end = at + line.length;
    if (!line.trim()) open = null;
    else {
      const { kind, syntax } = kindOf(line);
      if (open && kind === "paragraph") open.end = end;
      else {
        const block = { start: at, end, kind, syntax };
        blocks.push(block);
        open = kind === "paragraph" || kind === "item" ? block : null;
      }
    }
    at = end + 1;
  }
  return blocks;
}

// The parts of [start, end) before, inside and after the marked span.
function pieces(text, start, end, mark) {
  const from = Math.min(Math.max(mark ? mark.start : end, start), end);
  const to = Math.min(Math.max(mark ? mark.end : end, from), end);
  return [
    text.slice(start, from),
    to > from ? el("mark", { text: text.slice(from, to) }) : null,
    text.slice(to, end),
  ];
}

export function layOut(doc, span) {
  const { text } = doc;
  const mark =
    span && span.start !== null ? { start: unitOffset(text, span.start), end: unitOffset(text, span.end) } : null;
  const starts = doc.page_starts.map((point) => unitOffset(text, point));
  let page = 0;
  const made = [];
  for (const block of blocksOf(text)) {
    while (page < starts.length && starts[page] <= block.end) {
      page += 1;
      if (page === starts.length || starts[page] > block.start) made.push(el("div", { class: "page-break", text: `Page ${page}` }));
    }
    const bodyStart = block.start + block.syntax;
    const hidden = block.syntax ? el("span", { class: "syntax", "aria-hidden": "true" }, pieces(text, block.start, bodyStart, mark)) : null;
    made.push(el("div", { class: block.kind }, hidden, pieces(text, bodyStart, block.end, mark)));
  }
  return el("div", { class: "document-text", dir: "auto" }, made);
}
