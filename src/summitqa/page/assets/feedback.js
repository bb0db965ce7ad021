// Thumbs up and down, and "wrong citation" with a note.

import { el, iconButton } from "./dom.js";
import { sendJson } from "./api.js";

export function feedbackRow(turn) {
  const said = el("span", { class: "quiet", role: "status" });
  const send = async (verdict, note = "", markers = []) => {
    try {
      await sendJson("POST", "/api/feedback", { verdict, note, markers, answer: turn.answer });
      said.textContent = "Thank you, noted.";
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const note = el("input", { type: "text", placeholder: "What is wrong with it?", "aria-label": "What is wrong with the citation", maxlength: 2000 });
  const which = el(
    "select",
    { "aria-label": "Which citation is wrong" },
    turn.answer.citations.map((one) => el("option", { value: one.marker, text: `Citation ${one.marker}` })),
  );
  const form = el(
    "form",
    {
      class: "feedback-form",
      hidden: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          form.hidden = true;
          send("wrong-citation", note.value, [Number(which.value)]);
        },
      },
    },
    which,
    note,
    el("button", { type: "submit", class: "pill", text: "Send" }),
  );
  const openForm = () => {
    form.hidden = !form.hidden;
    if (!form.hidden) note.focus();
  };
  return el(
    "span",
    { class: "feedback" },
    iconButton("Good answer", "up", () => send("up")),
    iconButton("Bad answer", "down", () => send("down")),
    turn.answer.citations.length ? iconButton("Wrong citation", "flag", openForm) : null,
    said,
    form,
  );
}
