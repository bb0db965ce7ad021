// The conversation: asks, streams, redraws; retry, edit, stop, widen.

import { button, copyToClipboard, el, iconButton } from "./dom.js";
import { sendJson, streamAnswer } from "./api.js";
import { answerText, copyText, drawAnswer, sentenceList } from "./answer.js";
import { tell } from "./state.js";
import { plural } from "./text.js";

export class Talk {
  constructor(source, composer) {
    this.source = source;
    this.composer = composer;
    this.turns = [];
    this.running = null;
    this.element = el("div", { class: "turns" });
    this.live = el("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  }

  get busy() {
    return this.running !== null;
  }

  load(turns) {
    this.stop();
    this.turns = turns.map((turn) => ({ ...turn }));
    this.element.replaceChildren(...this.turns.map((turn) => this.frame(turn)));
    for (const turn of this.turns) this.draw(turn);
  }

  stop() {
    this.running?.abort();
  }

  history(until) {
    return this.turns
      .slice(0, until)
      .filter((turn) => turn.answer)
      .slice(-20)
      .map(({ question, answer }) => ({
        question,
        answer: answer.text,
        rewritten_question: answer.rewritten_question,
        documents: [...new Set(answer.citations.map((one) => one.document))],
      }));
  }

  async ask(question, { scope = this.composer.scope(), replace = null, rewrite = true } = {}) {
    if (this.busy) this.stop();
    const at = replace ? this.turns.indexOf(replace) : this.turns.length;
    for (const later of this.turns.splice(at)) later.element?.remove();
    const turn = { question: replace && !rewrite ? replace.question : question, asked: question, scope, rewrite };
    this.turns.push(turn);
    this.element.append(this.frame(turn));
    turn.element.scrollIntoView({ block: "start" });
    // What was pressed, such as an example or "Ask again", is gone now; the focus goes on from here.
    if (!this.composer.element.contains(document.activeElement)) turn.element.focus({ preventScroll: true });
    tell("turns", this.turns);
    tell("asked", turn);
    await this.run(turn, at);
  }

  async run(turn, at) {
    const controller = new AbortController();
    this.running = controller;
    this.composer.setBusy(true);
    const status = el("p", { class: "searching", text: "Searching…" });
    const draft = el("p", { class: "draft", hidden: true });
    const streamed = el("div", { class: "answer-text streaming" });
    turn.body.replaceChildren(status, draft, streamed);
    let text = "";
    try {
      const request = { question: turn.asked, history: this.history(at), scope: turn.scope, rewrite: turn.rewrite };
      turn.answer = await streamAnswer(
        request,
        {
          searching: ({ documents }) => (status.textContent = `Searching ${plural(documents, "document")}…`),
          // A language model's own words, until they are checked against what they cite.
          draft: (piece) => {
            status.textContent = "Writing; not checked yet…";
            draft.hidden = false;
            draft.append(piece.text);
          },
          text: (piece) => {
            draft.remove();
            text += piece.text;
            streamed.replaceChildren(...answerText(text, [], () => {}));
          },
        },
        controller.signal,
      );
      if (!turn.rewrite) turn.answer.rewritten_question = turn.asked === turn.question ? null : turn.asked;
      this.draw(turn);
      if (this.turns.at(-1) === turn) tell("asked", turn);
      turn.element.scrollIntoView({ block: "start" });
      this.live.textContent = turn.answer.short_answer ? `${turn.answer.short_answer}. ${turn.answer.text}` : turn.answer.text;
    } catch (error) {
      this.fail(turn, error.name === "AbortError" ? "Stopped." : error.message);
    } finally {
      if (this.running === controller) {
        this.running = null;
        this.composer.setBusy(false);
      }
      tell("turns", this.turns);
    }
  }

  fail(turn, message) {
    turn.body.replaceChildren(
      el("p", { class: "problem", role: "alert", text: message }),
      button("Ask again", "retry", () => this.ask(turn.asked || turn.question, { replace: turn, scope: turn.scope }), { class: "pill" }),
    );
  }

  frame(turn) {
    turn.body = el("div", { class: "turn-body" });
    turn.element = el(
      "article",
      { class: "turn", tabindex: "-1", "aria-label": turn.question.slice(0, 120) },
      el("div", { class: "question" }, el("h2", { text: turn.question }), iconButton("Edit the question", "edit", () => this.composer.edit(turn))),
      turn.body,
    );
    return turn.element;
  }

  draw(turn) {
    if (!turn.answer) return this.fail(turn, "Stopped.");
    const { citations } = turn.answer;
    const actions = {
      open: (citation, anchor) => this.source.open(citation, citation.passage ? [] : citations, anchor),
      retry: () => this.ask(turn.question, { replace: turn, scope: turn.scope }),
      askAs: (_, question) => this.ask(question, { replace: turn, scope: turn.scope, rewrite: false }),
      widen: () => this.widen(turn),
      copy: () => this.copy(turn),
      nearest: (_, shown, pressed) => this.nearest(turn, shown, pressed, actions.open),
    };
    return turn.body.replaceChildren(...drawAnswer(turn, actions));
  }

  async copy(turn) {
    const copied = await copyToClipboard(copyText(turn));
    tell("say", copied ? "Copied with citations." : "The browser did not allow copying.");
  }

  // The box below shows the scope that the next question will have.
  widen(turn) {
    this.composer.setScope({});
    return this.ask(turn.question, { replace: turn, scope: {} });
  }

  // Looks further than the answer did, and shows the one sentence of each passage to look at.
  async nearest(turn, shown, pressed, open) {
    pressed.disabled = true;
    try {
      const question = turn.answer?.rewritten_question || turn.asked || turn.question;
      const { hits } = await sendJson("POST", "/api/search", { question, scope: turn.scope || {}, top_k: 20 });
      const found = hits.filter((hit) => hit.nearest);
      shown.replaceChildren(
        el("p", { class: "quiet", text: `The nearest sentences, one from each of ${plural(found.length, "passage")} in ${plural(new Set(found.map((hit) => hit.document)).size, "document")}. None was found to answer the question.` }),
        sentenceList(found, open),
      );
      pressed.remove();
    } catch (error) {
      pressed.disabled = false;
      tell("say", error.message);
    }
  }
}
