// Draws one turn: the question, the answer with its markers, the evidence behind it.

import { button, el, icon, iconButton } from "./dom.js";
import { milliseconds, plural, readableDate, splitMarkers } from "./text.js";
import { state, titleOf } from "./state.js";
import { showQuoteOnHover } from "./tooltip.js";
import { feedbackRow } from "./feedback.js";

function markerButton(citation, open) {
  const label = `Citation ${citation.marker}: ${citation.title}${citation.verified ? ", verified" : ", not verified"}`;
  const made = el(
    "button",
    { type: "button", class: citation.verified ? "marker" : "marker failed", "aria-label": label, "data-marker": citation.marker, on: { click: () => open(citation, made) } },
    String(citation.marker),
  );
  showQuoteOnHover(made, citation);
  return made;
}

// The short answer stands in bold where it occurs in the text.
function withShortAnswer(text, shortAnswer, used) {
  const at = shortAnswer && !used.done ? text.indexOf(shortAnswer) : -1;
  if (at < 0) return [text];
  used.done = true;
  return [text.slice(0, at), el("strong", { text: shortAnswer }), text.slice(at + shortAnswer.length)];
}

// "| a | b |" to its cells.
function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(?:\s*-{3,}\s*\|)+\s*$/;

// A comparison is a table in Markdown: a row of heads, a rule, and a row for each thing.
function answerTable(lines, inline) {
  const [heads, , ...rows] = lines.map(cells);
  return el(
    "div",
    { class: "table-holder", tabindex: "0", role: "region", "aria-label": "Comparison" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, heads.map((text) => (text ? el("th", { scope: "col", text }) : el("td", {}))))),
      el(
        "tbody",
        {},
        rows.map(([name, ...values]) => el("tr", {}, el("th", { scope: "row", text: name }), values.map((value) => el("td", {}, inline(value))))),
      ),
    ),
  );
}

export function answerText(text, citations, open, shortAnswer = null) {
  const byMarker = new Map(citations.map((one) => [one.marker, one]));
  const used = { done: false };
  const inline = (line) =>
    splitMarkers(line).flatMap((part) => {
      // Set apart, so that characters that turn the direction of writing end with their sentence.
      if (part.marker === undefined) return el("bdi", {}, withShortAnswer(part.text, shortAnswer, used));
      const citation = byMarker.get(part.marker);
      return citation ? markerButton(citation, open) : [`[${part.marker}]`];
    });
  const lines = text.split(/\n+/).filter((line) => line.trim());
  if (lines.length > 2 && RULE.test(lines[1]) && lines.every((line) => ROW.test(line))) return [answerTable(lines, inline)];
  return lines.map((line) => el("p", {}, inline(line)));
}

function tick(citation) {
  return citation.verified
    ? el("span", { class: "tick", title: "Exactly these words stand in the source at this place" }, icon("check"), "verified")
    : el("span", { class: "tick failed", title: "The words were not found in the source at this place" }, icon("cross"), "not verified");
}

function about(citation) {
  const summary = state.documents.get(citation.document);
  return [readableDate(citation.date), summary?.issuer, summary?.tier ? `best source: ${summary.tier}` : null, citation.page ? `page ${citation.page}` : null]
    .filter(Boolean)
    .join(" · ");
}

function sourceList(citations, open) {
  return el(
    "ol",
    { class: "sources", "aria-label": "Sources of this answer" },
    citations.map((citation) =>
      el(
        "li",
        {},
        el(
          "button",
          { type: "button", class: "source-card", on: { click: (event) => open(citation, event.currentTarget) } },
          el("span", { class: "number", text: citation.marker }),
          el(
            "span",
            { class: "source-words" },
            el("span", { class: "source-title", text: citation.title }),
            el("span", { class: "source-about", text: about(citation) }),
          ),
          tick(citation),
        ),
      ),
    ),
  );
}

function disagreementBox(disagreement, citations, open) {
  const involved = citations.filter((one) => disagreement.citations.includes(one.marker));
  return el(
    "section",
    { class: "disagreement", "aria-label": "Sources differ" },
    el("h3", { text: "Sources differ" }),
    answerText(disagreement.statement, citations, open),
    // One source that tells of the difference has said it all in the statement.
    involved.length < 2 ? null : el(
      "div",
      { class: "sides" },
      involved.map((citation) =>
        el(
          "figure",
          {},
          el("figcaption", {}, el("strong", { text: citation.title }), citation.date ? ` · document of ${readableDate(citation.date)} ` : " · undated document ", markerButton(citation, open)),
          el("blockquote", { text: citation.quote }),
        ),
      ),
    ),
  );
}

// A passage without its headings, which the title beside it repeats; they stay where it has no more.
function withoutHeadings(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const said = lines.filter((line) => !/^#{1,6}[ \t]/.test(line));
  return (said.length ? said : lines.map((line) => line.replace(/^#+[ \t]+/, ""))).join(" ");
}

export function passageList(hits, open) {
  return el(
    "ol",
    { class: "passages" },
    hits.map((hit) =>
      el(
        "li",
        {},
        el(
          "button",
          {
            type: "button",
            class: "passage",
            on: {
              click: (event) =>
                open({ document: hit.document, start: hit.start, end: hit.end, quote: hit.text, title: titleOf(hit.document), passage: true }, event.currentTarget),
            },
          },
          el("span", { class: "source-title", text: titleOf(hit.document) }),
          el("span", { class: "passage-text", text: withoutHeadings(hit.text) }),
        ),
      ),
    ),
  );
}

// One sentence a passage: where to look when nothing answers.
export function sentenceList(hits, open) {
  return el(
    "ol",
    { class: "passages sentences" },
    hits.map(({ document: id, nearest }) =>
      el(
        "li",
        {},
        el(
          "button",
          {
            type: "button",
            class: "passage",
            on: { click: (event) => open({ document: id, start: nearest.start, end: nearest.end, quote: nearest.text, title: titleOf(id), passage: true }, event.currentTarget) },
          },
          el("span", { class: "sentence-text", text: nearest.text }),
          el("span", { class: "source-about", text: [titleOf(id), readableDate(state.documents.get(id)?.date)].filter(Boolean).join(" · ") }),
        ),
      ),
    ),
  );
}

function abstention(turn, actions) {
  const { answer, scope } = turn;
  const restricted = Boolean(scope && Object.keys(scope).length);
  const searched = restricted ? "the documents in the chosen scope" : plural(state.documents.size, "document");
  const nearest = el(
    "div",
    { class: "nearest" },
    el("p", { class: "quiet", text: `Searched ${searched}. These are the nearest passages, but none of them answers the question.` }),
    passageList(answer.evidence.slice(0, 3), actions.open),
  );
  return el(
    "div",
    { class: "abstention" },
    el("p", { class: "headline", text: answer.text }),
    nearest,
    el(
      "div",
      { class: "row" },
      restricted ? button("Search all documents", "filter", () => actions.widen(turn), { class: "pill" }) : null,
      button("Look further", "plus", (event) => actions.nearest(turn, nearest, event.currentTarget), { class: "pill", title: "Show the nearest sentences of more passages" }),
    ),
  );
}

function rewritten(turn, actions) {
  const { answer } = turn;
  if (!answer.rewritten_question || answer.rewritten_question === answer.question) return null;
  const field = el("input", { type: "text", value: answer.rewritten_question, "aria-label": "The question as understood" });
  const form = el(
    "form",
    { class: "rewritten-form", hidden: true, on: { submit: (event) => (event.preventDefault(), actions.askAs(turn, field.value)) } },
    field,
    el("button", { type: "submit", class: "pill", text: "Ask this" }),
  );
  const open = () => {
    form.hidden = false;
    field.focus();
  };
  return el(
    "div",
    { class: "rewritten" },
    el("span", { text: `Understood as “${answer.rewritten_question}”` }),
    iconButton("Edit the question as understood", "edit", open),
    form,
  );
}

// What a language model read and wrote, where its server counts it.
function tokens(model) {
  if (!model || (model.tokens_in === null && model.tokens_out === null)) return null;
  const count = (value) => (value === null ? "?" : value.toLocaleString("en"));
  return `${count(model.tokens_in)} tokens in, ${count(model.tokens_out)} out`;
}

// Sentences of a language model that were taken out, and why.
function struck(model) {
  if (!model?.struck?.length) return null;
  const reasons = (one) => (one.reasons.length ? ` (${one.reasons.join("; ")})` : "");
  return el(
    "details",
    { class: "struck" },
    el("summary", { text: `${plural(model.struck.length, "sentence")} of the language model ${model.struck.length === 1 ? "is" : "are"} not supported by the sources` }),
    el("ul", {}, model.struck.map((one) => el("li", {}, el("q", { text: one.text }), reasons(one)))),
  );
}

function footer(turn, actions) {
  const { answer } = turn;
  const mode = answer.mode === "extractive" ? "extractive" : "language model";
  const parts = [milliseconds(answer.timings_ms.total), plural(state.documents.size, "document"), mode, tokens(answer.model)];
  return el(
    "div",
    { class: "turn-foot" },
    el("span", {
      class: "timing",
      title: `retrieval ${milliseconds(answer.timings_ms.retrieve)}, reading ${milliseconds(answer.timings_ms.read)}`,
      text: parts.filter(Boolean).join(" · "),
    }),
    el(
      "span",
      { class: "actions" },
      iconButton("Copy with citations", "copy", (event) => actions.copy(turn, event.currentTarget)),
      iconButton("Ask again", "retry", () => actions.retry(turn)),
      feedbackRow(turn),
    ),
  );
}

export function drawAnswer(turn, actions) {
  const { answer } = turn;
  const parts = [rewritten(turn, actions)];
  if (answer.status === "abstained") parts.push(abstention(turn, actions));
  else {
    if (answer.short_answer) parts.push(el("p", { class: "short-answer" }, el("strong", { text: answer.short_answer })));
    parts.push(el("div", { class: "answer-text" }, answerText(answer.text, answer.citations, actions.open, answer.short_answer)));
  }
  for (const note of answer.notes || []) parts.push(el("p", { class: "note", text: note }));
  for (const one of answer.disagreements) parts.push(disagreementBox(one, answer.citations, actions.open));
  if (answer.citations.length) parts.push(sourceList(answer.citations, actions.open));
  parts.push(struck(answer.model));
  parts.push(footer(turn, actions));
  return parts.filter(Boolean);
}

export function copyText(turn) {
  const { answer } = turn;
  const lines = answer.citations.map((one) => {
    const where = [readableDate(one.date), one.page ? `page ${one.page}` : null, `${one.document}, characters ${one.start} to ${one.end}`];
    return `[${one.marker}] “${one.quote}” (${one.title}; ${where.filter(Boolean).join("; ")})`;
  });
  return [turn.question, "", answer.text, ...(lines.length ? ["", ...lines] : [])].join("\n");
}
