// The question box, its scope, and ask/stop.

import { el, icon } from "./dom.js";
import { listen, tell } from "./state.js";
import { readableName } from "./text.js";

export class Composer {
  constructor() {
    this.onAsk = () => {};
    this.onStop = () => {};
    this.editing = null;
    this.busy = false;
    this.ready = false;
    this.waitingFor = null;
    this.held = false;
    this.field = el("textarea", {
      id: "question",
      rows: 1,
      placeholder: "Ask a question",
      "aria-label": "Question",
      autocomplete: "off",
      on: { input: () => this.typed(), keydown: (event) => this.key(event) },
    });
    this.send = el("button", { type: "submit", class: "send", "aria-label": "Ask" }, icon("ask"));
    this.summit = el("select", { "aria-label": "Summit" }, el("option", { value: "", text: "All summits" }));
    this.asOf = el("input", { type: "date", "aria-label": "As of", title: "Leave out documents dated later" });
    this.editNote = el("div", { class: "edit-note", hidden: true }, "Editing a question; what came after it is asked anew. ", el("button", { type: "button", text: "Cancel", on: { click: () => this.cancelEdit() } }));
    this.element = el(
      "form",
      { class: "composer", on: { submit: (event) => (event.preventDefault(), this.submit()) } },
      this.editNote,
      el("div", { class: "field" }, this.field, this.send),
      el("div", { class: "scope" }, this.summit, el("label", {}, "As of ", this.asOf)),
    );
    listen("overview", (overview) => {
      this.setReady(overview);
      this.offerSummits(overview);
    });
  }

  offerSummits(overview) {
    const chosen = this.summit.value;
    const names = (overview.corpus?.summits || []).filter((one) => one.name !== "none");
    this.summit.replaceChildren(
      el("option", { value: "", text: "All documents" }),
      ...names.map((one) => el("option", { value: one.name, text: `${readableName(one.name)} (${one.documents})` })),
    );
    this.summit.value = names.some((one) => one.name === chosen) ? chosen : "";
    this.summit.hidden = names.length < 2;
  }

  // A scope without a summit or a day stands for everything.
  setScope({ summits = [], as_of: asOf = "" }) {
    this.summit.value = summits[0] || "";
    if (this.summit.selectedIndex < 0) this.summit.value = "";
    this.asOf.value = asOf || "";
  }

  scope() {
    const scope = {};
    if (this.summit.value) scope.summits = [this.summit.value];
    if (this.asOf.value) scope.as_of = this.asOf.value;
    return scope;
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 200)}px`;
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    }
    if (event.key === "Escape" && this.editing) this.cancelEdit();
  }

  submit() {
    if (this.busy) return this.onStop();
    const question = this.field.value.trim();
    if (!question) return this.field.focus();
    if (!this.ready) return this.hold();
    const replace = this.editing;
    this.cancelEdit();
    this.fill("");
    return this.onAsk(question, replace);
  }

  // Enter before the page knows whether it can ask: the question is asked as soon as it can.
  hold() {
    this.held = this.waitingFor === null;
    if (!this.held) tell("say", `${this.waitingFor} Your question stays here.`);
  }

  askHeld() {
    if (!this.held) return;
    this.held = false;
    this.submit();
  }

  typed() {
    this.held = false;
    this.grow();
  }

  fill(text) {
    this.field.value = text;
    this.grow();
  }

  edit(turn) {
    this.editing = turn;
    this.editNote.hidden = false;
    this.fill(turn.question);
    this.field.focus();
  }

  cancelEdit() {
    if (this.editing) this.fill("");
    this.editing = null;
    this.editNote.hidden = true;
  }

  setBusy(busy) {
    this.busy = busy;
    this.send.replaceChildren(icon(busy ? "stop" : "ask"));
    this.send.setAttribute("aria-label", busy ? "Stop" : "Ask");
  }

  setReady({ phase, message }) {
    const placeholders = { ready: "Ask a question", failed: "Questions cannot be answered now" };
    this.ready = phase === "ready";
    this.waitingFor = message;
    this.field.placeholder = placeholders[phase] || "Type already; asking works once the documents are indexed";
    this.send.disabled = !this.ready;
  }
}
