// The queue by keyboard, mouse and touch: choose a row, open it, accept, another theme, not an incident. Keys are known
// by their place on the keyboard (KeyboardEvent.code), so that they work in the Russian layout.

import { act, take, takeNext } from "./queue_act.js";
import { seeking } from "./queue_cursor.js";
import { choose, free, here, list, onScreen, rows, step, typing } from "./queue_list.js";
import { asksForHelp, deedOf, stepping } from "./presses.js";
import { openTheme } from "./queue_pick.js";

const search = document.getElementById("q");
const next = document.getElementById("take-next");
const menuOf = (row) => row?.querySelector(".noise-menu");
const formOf = (row, kind) => row?.querySelector(`form[data-act="${kind}"]`);

function toggleMenu(row) {
  const menu = menuOf(row);
  if (!menu || row.classList.contains("is-busy")) return;
  menu.open = !menu.open;
  if (menu.open) menu.querySelector("button").focus({ preventScroll: true });
}

// What is accepted is the suggestion: that may be «не инцидент», and then its reason is asked. What was dismissed is
// brought back by the same key.
function accept() {
  const row = here();
  if (row?.querySelector("[data-suggested]")) return toggleMenu(row);
  const form = row?.querySelector("[data-fitting]") ?? formOf(row, "accept") ?? formOf(row, "restore");
  if (form) act(form, form.querySelector("button"));
}

const digitOf = (event) => Number(/^(?:Digit|Numpad)([1-6])$/.exec(event.code)?.[1] ?? 0);

function onDigit(event) {
  const digit = digitOf(event);
  const row = here();
  if (!digit || event.shiftKey || !row) return false;
  const menu = menuOf(row);
  const buttons = menu?.open ? menu.querySelectorAll("form button") : row.querySelectorAll("[name=choice]");
  const button = buttons[digit - 1];
  if (button) act(button.form, button);
  else if (digit === 1 && formOf(row, "accept")?.hasAttribute("data-sure")) accept(); // it stands in the row itself
  return true;
}

// What is decided about the chosen row, and the keys that press a button of any.
const DECIDES = new Set(["accept", "dismiss", "theme", "take"]);
const PRESSES = /^(?:Enter|NumpadEnter|Space)$/;

function outOfSight(event) {
  const button = PRESSES.test(event.code) && event.target.closest?.("#rows :is(button, summary)");
  const decides = !event.shiftKey && (digitOf(event) || DECIDES.has(deedOf(event)));
  return !onScreen(button ? button.closest(".row") : decides ? here() : null);
}

const KEYS = {
  next: () => step(1),
  previous: () => step(-1),
  accept,
  dismiss: () => toggleMenu(here()),
  theme: () => openTheme(here()),
  take: () => take(here()),
  take_next: () => next && takeNext(next),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (event.code === "Escape" && event.target === search) return search.blur();
  if (typing(event.target) || document.querySelector("dialog[open]") || event.target.closest?.(".drop[open]")) return;
  if (event.code === "Slash" && !asksForHelp(event)) {
    event.preventDefault();
    return search.focus();
  }
  if (outOfSight(event)) return event.preventDefault();
  if (event.code === "Enter" && event.target === here()) {
    return location.assign(here().querySelector("a.text").href);
  }
  if (event.repeat && !stepping(event)) return;
  if (onDigit(event)) return event.preventDefault();
  const deed = KEYS[deedOf(event)];
  if (event.shiftKey || !deed) return;
  event.preventDefault();
  deed();
});

list.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.act === "take") take(form.closest(".row"), form.hasAttribute("data-another"));
  else act(form, event.submitter);
});
next?.addEventListener("submit", (event) => {
  event.preventDefault();
  takeNext(next);
});
list.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector("form")?.scrollIntoView({ block: "nearest" });
}, true);
list.addEventListener("click", (event) => {
  choose(event.target.closest(".row"), false, true);
  if (event.target.closest("[data-other-theme]")) openTheme(here());
});
// The chosen row shows more than the others: if it changed between a press and its release, the click would land beside
// what was pressed. So a press chooses with its click.
let pressed = false;
list.addEventListener("pointerdown", () => { pressed = true; });
for (const over of ["pointerup", "pointercancel"])
  document.addEventListener(over, () => setTimeout(() => { pressed = false; }));
list.addEventListener("focusin", (event) => {
  if (!pressed) choose(event.target.closest(".row"), false);
});
document.getElementById("filters").addEventListener("change", (event) => {
  if (event.target.matches("select, [type=checkbox]")) event.currentTarget.requestSubmit();
});

// One keystroke is to be enough: a row stands ready as soon as there is one, unless somebody is doing something else.
function standReady() {
  const idle = document.activeElement === document.body || document.activeElement === null;
  if (idle && rows().length && !here() && !seeking()) begin();
}

// At the first one that nobody else has before him; further down than the window, it is shown.
function begin() {
  const row = rows().find(free) ?? rows()[0];
  choose(row, row !== rows()[0]);
}

list.addEventListener("told", standReady);
standReady();
if (!here() && rows().length && !seeking() && !typing(document.activeElement)) begin();
