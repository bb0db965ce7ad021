// Evaluation: run a suite, read its metrics beside the baseline, open a wrong case.

import { button, el } from "./dom.js";
import { getJson, Problem, sendJson } from "./api.js";
import { plural } from "./text.js";

const number = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3));

export class Evaluation {
  constructor(ask) {
    this.ask = ask;
    this.list = el("ul", { class: "suites" });
    this.sample = el("input", { type: "number", min: 1, placeholder: "all", "aria-label": "Number of cases to run" });
    this.progress = el("div", { class: "job", role: "status", hidden: true });
    this.result = el("div", { class: "result" });
    this.element = el(
      "div",
      { class: "page-body", hidden: true },
      el("h1", { class: "page-title", text: "Evaluation" }),
      el("p", { class: "quiet", text: "Suites of questions with known answers. A run asks the index as it is now and changes nothing." }),
      el("label", { class: "row filters" }, "Cases to run: ", this.sample),
      this.list,
      this.progress,
      this.result,
    );
  }

  async draw() {
    if (this.element.hidden || this.drawn) return;
    try {
      const { suites } = await getJson("/api/evaluation");
      this.drawn = true;
      this.list.replaceChildren(...suites.map((suite) => this.suite(suite)));
      if (!suites.length) this.list.append(el("li", { text: "There are no suites in the folder for evaluation (evals_dir); the command summitqa eval runs suites from anywhere." }));
    } catch (error) {
      this.list.replaceChildren(el("li", { class: "problem", text: error.message }));
    }
  }

  suite(suite) {
    return el(
      "li",
      { class: "suite" },
      el("div", {}, el("strong", { text: suite.name }), el("p", { class: suite.problem ? "problem" : "quiet", text: suite.problem || `${suite.description || ""} ${plural(suite.cases, "case")}${suite.baseline ? ", with a baseline" : ""}.` })),
      suite.problem ? null : button("Run", "ask", () => this.run(suite.name), { class: "pill", "aria-label": `Run ${suite.name}` }),
    );
  }

  async run(suite) {
    this.result.replaceChildren();
    try {
      let job = await sendJson("POST", "/api/evaluation", { suite, sample: Number(this.sample.value) || null });
      while (["waiting", "running"].includes(job.state)) {
        this.show(job);
        await new Promise((resolve) => setTimeout(resolve, 400));
        job = await getJson(`/api/jobs/${encodeURIComponent(job.id)}`);
      }
      this.show(job);
      if (job.state === "done") {
        this.result.replaceChildren(...this.report(job));
        this.result.scrollIntoView({ block: "start" });
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.show({ state: "failed", message: error.message });
    }
  }

  show(job) {
    const under = ["waiting", "running"].includes(job.state);
    this.progress.hidden = job.state === "done";
    const bar = el("progress", { "aria-label": "Progress" });
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    }
    this.progress.replaceChildren(
      el(
        "div",
        { class: "row" },
        under ? bar : null,
        el("span", { class: job.state === "failed" ? "problem" : "", text: under && job.total ? `${job.message} ${job.done} of ${job.total}` : job.message }),
        el("span", { class: "grow" }),
        under && job.id ? button("Cancel", "close", () => sendJson("DELETE", `/api/jobs/${encodeURIComponent(job.id)}`), { class: "pill" }) : null,
      ),
    );
  }

  report(job) {
    const { report } = job;
    const differences = report.comparison?.differences || {};
    const compared = Object.keys(differences).length > 0;
    const rows = Object.entries(report.metrics).map(([name, one]) => {
      const change = differences[name];
      return el(
        "tr",
        {},
        el("th", { scope: "row", text: name }),
        el("td", { text: number(one.value) }),
        el("td", { class: "nowrap", text: `${number(one.low)} to ${number(one.high)}` }),
        el("td", { text: one.cases }),
        compared ? el("td", { text: change ? `${number(change.before)} → ${number(change.after)}` : "" }) : null,
      );
    });
    const heads = ["Metric", "Value", "95% interval", "Cases", ...(compared ? ["Baseline → now"] : [])];
    return [
      el("h2", { class: "part-title", text: `${report.suite}: ${report.passed ? "passed" : "failed"}` }),
      compared ? null : el("p", { class: "quiet", text: "Not compared: there is no baseline, or not every case was run." }),
      ...report.gate.map((problem) => el("p", { class: "problem", text: problem })),
      el("p", {}, el("a", { href: `/api/evaluation/report/${encodeURIComponent(job.id)}`, target: "_blank", rel: "noopener", text: "Open the whole report with its plots" })),
      el("div", { class: "table-holder", tabindex: "0", role: "region", "aria-label": "Metrics" }, el("table", {}, el("thead", {}, el("tr", {}, heads.map((text) => el("th", { scope: "col", text })))), el("tbody", {}, rows))),
      el("h2", { class: "part-title", text: report.wrong.length ? `${plural(report.wrong.length, "case")} went wrong` : "Every case went right" }),
      el("ul", { class: "suites" }, report.wrong.map((one) => this.wrongCase(one))),
    ].filter(Boolean);
  }

  wrongCase(one) {
    return el(
      "li",
      { class: "suite" },
      el("div", {}, el("strong", { text: one.question }), el("p", { class: "quiet", text: one.problem || one.answer || "" })),
      button("Ask it", "ask", () => this.ask(one), { class: "pill", "aria-label": `Ask: ${one.question}` }),
    );
  }
}
