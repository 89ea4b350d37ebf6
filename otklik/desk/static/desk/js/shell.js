// What every page does: menus that close by themselves, toasts, and plain words when a request did not get through.
// Other modules dispatch «desk:toast» with {text, tone, status, action, run}, and «desk:done» with {text, batch} after
// an action that can be taken back (undo.js): «desk:undone» with {cards} tells the page that it was. They may import
// `wordsFor`: with hashed addresses that is a second copy of this module, which then only lends its words.

import { asksForHelp } from "./presses.js";
import { watch as watchToasts } from "./toast_place.js";
import { listen as listenForUndo } from "./undo.js";

const words = document.body.dataset;
const MOST_TOASTS = 3;

// `status` stands for the words when there is no text; `action` is a button's title and `run` what it does; `at` is
// when that was asked for which it answers: an answer that overtook another one stands below it, and stays longer.
function toast({ text, tone = "", status = 0, action, run, lasts = 6000, at = Date.now() }) {
  const note = document.createElement("div");
  note.className = `note-toast ${tone}`;
  note.append(text ?? wordsFor(status));
  if (text === undefined || text === null) note.dataset.status = status;
  if (action) note.append(button(action, "undo", () => { note.remove(); run(); }));
  note.dataset.at = at;
  const all = document.getElementById("toasts");
  all.insertBefore(note, [...all.children].find((other) => other.dataset.at > at) ?? null);
  while (all.children.length > MOST_TOASTS) all.firstElementChild.remove();
  fade(note, lasts);
  return note;
}

function button(title, look, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = title;
  made.addEventListener("click", run);
  return made;
}

function fade(note, lasts = 6000) {
  const close = button("×", "close", () => note.remove());
  close.setAttribute("aria-label", words.wordsClose);
  note.append(close);
  if (!note.classList.contains("error")) setTimeout(() => note.remove(), lasts);
}

export function wordsFor(status) {
  return { 0: words.wordsOffline, 401: words.wordsSignedOut, 403: words.wordsDenied, 404: words.wordsGone }[status]
    ?? words.wordsOffline;
}

const help = () => document.getElementById("keys");
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function listen() {
  for (const note of document.querySelectorAll("#toasts .note-toast")) fade(note);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-dismiss][open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-dismiss][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-help]")) help()?.showModal(); });
  document.addEventListener("keydown", (event) => {
    if (!asksForHelp(event) || event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    help()?.showModal();
  });
  document.addEventListener("desk:toast", (event) => toast(event.detail));
  listenForUndo(toast);
  watchToasts();
}

if (!words.listening) {
  words.listening = "yes";
  listen();
}
