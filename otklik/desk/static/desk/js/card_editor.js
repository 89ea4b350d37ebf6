// The answer's editor: counts as the network counts, saves by itself, and on a late save shows both texts.

import { parse, send } from "./card_ask.js";
import { ours, refuse, submit } from "./card_forms.js";

const PAUSE = 1500;
let timer = 0;
let saving = null;

const editor = () => document.querySelector("form[data-editor]");

function count(area) {
  const place = area.form.querySelector("[data-count]");
  const length = [...area.value].length;
  place.textContent = length;
  place.classList.toggle("text-late", length > Number(area.dataset.limit));
}

export function save() {
  clearTimeout(timer);
  const form = editor();
  if (!form || form.querySelector("[data-both]") || form.dataset.sending) return saving;
  saving = (saving ?? Promise.resolve()).then(() => saveOnce(form)).catch(() => later());
  return saving;
}

async function saveOnce(form) {
  if (!form.isConnected || form.querySelector("[data-both]")) return;
  const body = new FormData(form);
  const text = form.elements.text.value;
  if (!text.trim() && form.elements.version.value === "0") return;
  body.delete("photos");
  const answer = await send(form.action, body);
  const html = await answer.text();
  if (!answer.ok) return refuse(form, answer, html);
  saved(form, parse(html).body, text);
}

function saved(form, told, text) {
  const mark = told.querySelector("[data-version]");
  ours(form, mark.dataset);
  form.elements.text.defaultValue = text;
  delete form.closest(".card-region").dataset.dirty;
  form.querySelector("[data-saved]").replaceChildren(...mark.childNodes);
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-editor]");
  if (!form || event.target.type === "file") return;
  if (event.target.name === "text") count(event.target);
  form.closest(".card-region").dataset.dirty = "1";
  later();
});

document.addEventListener("card:saved", (event) => {
  if (event.target.matches("[data-editor]")) saved(event.target, event.detail, event.target.elements.text.value);
});

// An automatic save under way would make the next click look late: let it end first.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-editor]");
  if (!form) return;
  clearTimeout(timer);
  if (!saving) return;
  event.preventDefault();
  const submitter = event.submitter;
  saving.finally(() => {
    saving = null;
    submit(form, submitter);
  });
}, true);

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-photos]") && event.target.files.length)
    event.target.form.requestSubmit(event.target.form.querySelector("[data-photos-send]"));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (!button) return;
  const form = button.closest("form");
  const both = button.closest("[data-both]");
  form.elements.version.value = both.dataset.version;
  if (button.dataset.take === "theirs") form.elements.text.value = both.querySelector("[data-theirs]").textContent;
  form.querySelector(".form-answer").replaceChildren();
  count(form.elements.text);
  save();
});
