// The library: search and filter documents, read one, add, remove, re-index.

import { button, el, icon, iconButton } from "./dom.js";
import { getJson, Problem, sendForm, sendJson } from "./api.js";
import { listen, refreshOverview, state, tell } from "./state.js";
import { plural, readableDate, readableName } from "./text.js";

const COLUMNS = [
  ["title", "Title"],
  ["date", "Date"],
  ["issuer", "Issuer"],
  ["summit", "Summit"],
  ["kind", "Kind"],
  ["tier", "Best source"],
];

// Files of dropped folders too, each with its path inside the folder.
async function droppedFiles(items) {
  const found = [];
  const walk = async (entry, path) => {
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      found.push([file, path + entry.name]);
    } else if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) break;
        for (const one of some) await walk(one, `${path}${entry.name}/`);
      }
    }
  };
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  for (const entry of entries) await walk(entry, "");
  return found;
}

export class Library {
  constructor(source) {
    this.source = source;
    this.order = { by: "title", up: true };
    this.chosen = new Set();
    this.changing = false;
    this.search = el("input", { type: "search", placeholder: "Search titles, issuers, places", "aria-label": "Search documents", on: { input: () => this.draw() } });
    this.filters = Object.fromEntries(
      ["summit", "kind", "tier"].map((name) => [name, el("select", { "aria-label": `Filter by ${name}`, on: { change: () => this.draw() } })]),
    );
    this.count = el("span", { class: "quiet", role: "status" });
    this.body = el("tbody");
    this.heads = Object.fromEntries(COLUMNS.map(([key, label]) => [key, this.head(key, label)]));
    this.removeButton = button("Remove", "trash", () => this.remove(), { class: "pill", hidden: true });
    this.job = el("div", { class: "job", role: "status", hidden: true });
    this.adding = this.addingBox();
    this.element = el(
      "div",
      { class: "page-body", hidden: true },
      el("h1", { class: "page-title", text: "Library" }),
      this.adding,
      this.job,
      el("div", { class: "row filters" }, this.search, Object.values(this.filters), this.count, el("span", { class: "grow" }), this.removeButton),
      el(
        "div",
        { class: "table-holder", tabindex: "0", role: "region", "aria-label": "Documents" },
        el("table", {}, el("thead", {}, el("tr", {}, el("th", { class: "pick" }, el("span", { class: "visually-hidden", text: "Choose" })), Object.values(this.heads))), this.body),
      ),
    );
    listen("overview", (overview) => this.refresh(overview));
  }

  head(key, label) {
    return el("th", { scope: "col", "aria-sort": "none" }, el("button", { type: "button", text: label, on: { click: () => this.sort(key) } }));
  }

  addingBox() {
    const files = el("input", { type: "file", multiple: true, hidden: true, on: { change: () => this.upload([...files.files].map((file) => [file, file.name]), files) } });
    const folder = el("input", { type: "file", webkitdirectory: true, hidden: true, on: { change: () => this.upload([...folder.files].map((file) => [file, file.webkitRelativePath || file.name]), folder) } });
    const address = el("input", { type: "url", placeholder: "https://…", "aria-label": "Address of a document", required: true });
    const form = el(
      "form",
      { class: "row address", on: { submit: (event) => (event.preventDefault(), this.fetch(address)) } },
      address,
      el("button", { type: "submit", class: "pill" }, "Add address"),
    );
    const box = el(
      "section",
      { class: "adding", "aria-label": "Add documents" },
      el("p", {}, icon("plus"), " Drop files or a folder here, or"),
      el("div", { class: "row" }, button("Choose files", "document", () => files.click(), { class: "pill" }), button("Choose a folder", "filter", () => folder.click(), { class: "pill" }), form, button("Re-index", "retry", () => this.start(() => sendJson("POST", "/api/index")), { class: "pill" })),
      files,
      folder,
    );
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.classList.add("over");
    });
    box.addEventListener("dragleave", () => box.classList.remove("over"));
    box.addEventListener("drop", async (event) => {
      event.preventDefault();
      box.classList.remove("over");
      this.upload(await droppedFiles(event.dataTransfer.items));
    });
    return box;
  }

  refresh(overview) {
    this.adding.hidden = overview.read_only;
    this.readOnly = overview.read_only;
    this.element.classList.toggle("read-only", this.readOnly);
    for (const [name, select] of Object.entries(this.filters)) {
      const values = [...new Set([...state.documents.values()].map((one) => one[name]).filter((value) => readableName(value)))].sort();
      const kept = select.value;
      select.replaceChildren(el("option", { value: "", text: { summit: "All summits", kind: "All kinds", tier: "All sources" }[name] }), ...values.map((value) => el("option", { value, text: readableName(value) })));
      select.value = values.includes(kept) ? kept : "";
    }
    this.draw();
  }

  sort(by) {
    this.order = { by, up: this.order.by === by ? !this.order.up : true };
    this.draw();
  }

  wanted() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const { by, up } = this.order;
    return [...state.documents.values()]
      .filter((one) => {
        const text = [one.id, one.title, one.issuer, one.summit, one.kind, one.date, ...one.places].join(" ").toLowerCase();
        return words.every((word) => text.includes(word)) && Object.entries(this.filters).every(([name, select]) => !select.value || one[name] === select.value);
      })
      .sort((one, other) => (up ? 1 : -1) * String(one[by] || "￿").localeCompare(String(other[by] || "￿")));
  }

  draw() {
    if (this.element.hidden) return;
    const wanted = this.wanted();
    this.count.textContent = wanted.length === state.documents.size ? plural(wanted.length, "document") : `${wanted.length} of ${plural(state.documents.size, "document")}`;
    for (const [key, head] of Object.entries(this.heads)) head.setAttribute("aria-sort", key !== this.order.by ? "none" : this.order.up ? "ascending" : "descending");
    this.chosen = new Set([...this.chosen].filter((id) => state.documents.has(id)));
    this.body.replaceChildren(...wanted.map((one) => this.row(one)));
    this.offerRemoval();
  }

  row(one) {
    const pick = el("input", {
      type: "checkbox",
      "aria-label": `Choose ${one.title}`,
      on: { change: (event) => (event.target.checked ? this.chosen.add(one.id) : this.chosen.delete(one.id), this.offerRemoval()) },
    });
    pick.checked = this.chosen.has(one.id);
    const open = (event) => this.source.open({ document: one.id, start: null, end: null, quote: null }, [], event.currentTarget);
    return el(
      "tr",
      {},
      el("td", { class: "pick" }, this.readOnly ? null : pick),
      el("td", {}, el("button", { type: "button", class: "document-link", text: one.title, on: { click: open } }), el("span", { class: "id", text: one.id })),
      el("td", { class: "nowrap", text: readableDate(one.date) }),
      el("td", { text: one.issuer || "" }),
      el("td", { class: "nowrap", text: readableName(one.summit) }),
      el("td", { text: readableName(one.kind) }),
      el("td", {}, one.tier ? el("span", { class: `tier ${one.tier}`, text: one.tier }) : null),
    );
  }

  offerRemoval() {
    this.asked = null;
    this.removeButton.classList.remove("danger");
    this.removeButton.hidden = this.readOnly || this.chosen.size === 0;
    this.removeButton.querySelector(".label").textContent = `Remove ${plural(this.chosen.size, "document")}`;
  }

  remove() {
    const ids = [...this.chosen];
    // A second press on the same words deletes; anything else takes the question back.
    if (this.asked !== ids.join("\n")) {
      this.asked = ids.join("\n");
      this.removeButton.classList.add("danger");
      this.removeButton.querySelector(".label").textContent = `Delete ${plural(ids.length, "file")} from the corpus?`;
      return;
    }
    const query = new URLSearchParams(ids.map((id) => ["document", id]));
    this.start(() => sendJson("DELETE", `/api/documents?${query}`));
  }

  upload(pairs, input = null) {
    if (!pairs.length) return;
    const form = new FormData();
    for (const [file, path] of pairs) form.append("files", file, path);
    if (input) input.value = "";
    this.start(() => sendForm("/api/documents", form), `Sending ${plural(pairs.length, "file")}…`);
  }

  fetch(field) {
    const address = field.value.trim();
    field.value = "";
    this.start(() => sendJson("POST", "/api/documents/address", { address }));
  }

  async start(send, words = "Starting…") {
    this.showJob({ state: "running", message: words, files: [] });
    this.changing = true;
    try {
      let job = await send();
      while (["waiting", "running"].includes(job.state)) {
        this.showJob(job);
        await new Promise((resolve) => setTimeout(resolve, 300));
        job = await getJson(`/api/jobs/${encodeURIComponent(job.id)}`);
      }
      await refreshOverview();
      this.showJob(job);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.showJob({ state: "failed", message: error.message, files: [] });
    } finally {
      this.changing = false;
    }
  }

  showJob(job) {
    const under = ["waiting", "running"].includes(job.state);
    const bar = el("progress", { "aria-label": "Progress" });
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    }
    const words = { indexed: "added", refused: "not added", copied: "copied" };
    const report = job.report;
    const summary = report && [["added", "added"], ["changed", "changed"], ["removed", "removed"], ["unchanged", "unchanged"]].map(([key, word]) => (report[key].length ? `${report[key].length} ${word}` : null)).filter(Boolean).join(", ");
    const otherFailures = report ? report.failed.filter((one) => !job.files.some((file) => file.document === one.document)) : [];
    this.job.hidden = false;
    this.job.replaceChildren(
      el(
        "div",
        { class: "row" },
        under ? bar : null,
        el("span", { class: job.state === "failed" ? "problem" : "", text: summary ? `Done: ${summary}.` : job.message }),
        el("span", { class: "grow" }),
        under && job.id ? button("Cancel", "close", () => sendJson("DELETE", `/api/jobs/${encodeURIComponent(job.id)}`), { class: "pill" }) : null,
        under ? null : iconButton("Close this message", "close", () => (this.job.hidden = true)),
      ),
      el(
        "ul",
        { class: "job-files" },
        [...job.files, ...otherFailures.map((one) => ({ name: one.document, state: "refused", reason: one.reason }))].map((file) =>
          el("li", { class: file.state }, icon(file.state === "refused" ? "cross" : "check"), el("span", {}, el("strong", { text: file.name }), ` ${words[file.state]}`, file.reason ? `: ${file.reason}` : "")),
        ),
      ),
    );
    if (!under) tell("say", job.state === "done" ? "The library is up to date." : job.message);
  }
}
