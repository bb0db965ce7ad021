// Conversations: in this browser or on the server's disk, as the person chooses.

import { button, el, iconButton } from "./dom.js";
import { getJson, getText, sendJson } from "./api.js";
import { tell } from "./state.js";
import { ago } from "./text.js";

const KEY = "summitqa-conversations";
const PLACE = "summitqa-keep";
const MOST = 200;

function readLocal() {
  try {
    const found = JSON.parse(window.localStorage.getItem(KEY) || "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function writeLocal(conversations) {
  for (let kept = conversations.slice(0, MOST); ; kept = kept.slice(0, -1)) {
    try {
      window.localStorage.setItem(KEY, JSON.stringify(kept));
      return;
    } catch {
      if (kept.length < 2) return;
    }
  }
}

const browserStore = {
  list: async (words) => readLocal().filter((one) => JSON.stringify([one.name, one.turns]).toLowerCase().includes(words)),
  read: async (id) => readLocal().find((one) => one.id === id),
  save: async (one) => writeLocal([one, ...readLocal().filter((other) => other.id !== one.id)]),
  delete: async (id) => writeLocal(readLocal().filter((one) => one.id !== id)),
};

const diskStore = {
  list: async (words) => (await getJson("/api/conversations", { words })).conversations,
  read: (id) => getJson(`/api/conversations/${id}`),
  save: (one) => sendJson("PUT", `/api/conversations/${one.id}`, one),
  delete: (id) => sendJson("DELETE", `/api/conversations/${id}`),
};

// crypto.randomUUID exists only on secure origins, so not on a plain address in a network.
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function finishedTurns(turns) {
  return turns.filter((turn) => turn.answer).map(({ question, asked, scope, rewrite, answer }) => ({ question, asked, scope, rewrite, answer }));
}

export class History {
  constructor(talk) {
    this.talk = talk;
    this.current = null;
    this.search = el("input", { type: "search", placeholder: "Search conversations", "aria-label": "Search conversations", on: { input: () => this.draw() } });
    this.list = el("ul", { class: "conversations" });
    this.place = el(
      "select",
      { "aria-label": "Where conversations are kept", on: { change: () => this.choosePlace() } },
      el("option", { value: "browser", text: "Kept in this browser" }),
      el("option", { value: "disk", text: "Kept on the server's disk" }),
      el("option", { value: "nowhere", text: "Not kept" }),
    );
    this.place.value = window.localStorage.getItem(PLACE) || "browser";
    const exports = [["Markdown", "markdown", "md"], ["JSON", "json", "json"], ["BibTeX", "bibtex", "bib"]].map(([label, format, suffix]) =>
      button(label, null, () => this.export(format, suffix), { class: "pill" }),
    );
    this.exports = el("div", { class: "row" }, el("span", { class: "quiet", text: "Export this conversation:" }), exports);
    this.element = el(
      "aside",
      { class: "history", "aria-label": "Conversations", hidden: true, tabindex: "-1" },
      el("div", { class: "row" }, el("h2", { text: "Conversations" }), el("span", { class: "grow" }), button("New", "plus", () => this.startNew(), { class: "pill" }), iconButton("Close the conversations", "close", () => this.toggle(false))),
      this.search,
      this.list,
      this.exports,
      this.place,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle(false);
    });
  }

  get store() {
    return { browser: browserStore, disk: diskStore }[this.place.value] || null;
  }

  choosePlace() {
    window.localStorage.setItem(PLACE, this.place.value);
    this.draw();
  }

  async toggle(open = this.element.hidden, opener = null) {
    this.opener = opener || this.opener;
    this.element.hidden = !open;
    if (open) {
      await this.draw();
      this.element.focus();
    } else this.opener?.focus();
  }

  startNew() {
    this.current = null;
    this.talk.load([]);
    tell("turns", []);
    tell("new", null);
    this.toggle(false);
  }

  // Called after each change of the conversation.
  async keep(turns) {
    const finished = finishedTurns(turns);
    if (!finished.length || JSON.stringify(finished) === JSON.stringify(this.current?.turns)) return;
    this.current ??= { id: newId(), name: finished[0].question.slice(0, 120) };
    Object.assign(this.current, { updated: new Date().toISOString(), turns: finished });
    try {
      await this.store?.save({ ...this.current });
    } catch (error) {
      tell("say", error.message);
    }
    if (!this.element.hidden) this.draw();
  }

  async draw() {
    this.exports.hidden = !this.current;
    let found = [];
    try {
      found = this.store ? await this.store.list(this.search.value.trim().toLowerCase()) : [];
    } catch (error) {
      tell("say", error.message);
    }
    this.list.replaceChildren(...found.map((one) => this.entry(one)));
    if (!found.length) this.list.append(el("li", { class: "quiet", text: this.search.value ? "No conversation matches." : "Nothing is kept yet." }));
  }

  entry(one) {
    const name = el("button", { type: "button", class: "conversation", on: { click: () => this.open(one.id) } }, el("span", { text: one.name }), el("span", { class: "quiet", text: ago(one.updated) }));
    return el(
      "li",
      { class: this.current?.id === one.id ? "row current" : "row" },
      name,
      iconButton(`Rename ${one.name}`, "edit", () => name.replaceWith(this.renaming(one))),
      iconButton(`Delete ${one.name}`, "trash", () => this.remove(one)),
    );
  }

  async open(id) {
    try {
      const found = await this.store.read(id);
      this.talk.load(found.turns);
      // As the page writes them, so that opening a conversation is not taken for a change of it.
      this.current = { ...found, turns: finishedTurns(this.talk.turns) };
      tell("turns", this.talk.turns);
      this.toggle(false);
    } catch (error) {
      tell("say", error.message);
    }
  }

  renaming(one) {
    const field = el("input", { type: "text", value: one.name, "aria-label": "Name of the conversation", maxlength: 300 });
    queueMicrotask(() => field.select());
    return el("form", { class: "grow", on: { submit: (event) => (event.preventDefault(), this.rename(one, field.value.trim())) } }, field);
  }

  async rename(one, name) {
    if (!name) return;
    try {
      const whole = await this.store.read(one.id);
      await this.store.save({ ...whole, name });
      if (this.current?.id === one.id) this.current.name = name;
    } catch (error) {
      tell("say", error.message);
    }
    this.draw();
  }

  async remove(one) {
    try {
      await this.store.delete(one.id);
      if (this.current?.id === one.id) this.current = null;
    } catch (error) {
      tell("say", error.message);
    }
    this.draw();
  }

  async export(format, suffix) {
    try {
      const text = await getText(`/api/export/${format}`, "POST", this.current);
      download(`summitqa-conversation.${suffix}`, text, "text/plain");
    } catch (error) {
      tell("say", error.message);
    }
  }
}
