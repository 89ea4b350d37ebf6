// «Отклики» by keyboard: keys by their place on the keyboard, so that they work in the Russian layout. What is pressed
// happens by agency.js; here one goes from word to word.

import { deedOf, stepping } from "./presses.js";

const list = document.querySelector("[data-responses]");
const rows = () => [...list.querySelectorAll(".rs-row")];
const here = () => document.activeElement.closest?.(".rs-row");
const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]");
let last = 0;

function go(row) {
  if (!row) return;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  go(all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function unfold(row) {
  const note = row?.querySelector(".rs-note");
  if (!note) return;
  note.open = true;
  note.querySelector("textarea, select").focus();
}

const keys = {
  next: () => step(1),
  previous: () => step(-1),
  reopen: () => here()?.querySelector("[data-act=reopen] button")?.click(),
  answer: () => here()?.querySelector("[data-explain] button")?.click(),
  settle: () => unfold(here()),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if (typing(event.target)) {
    if (event.code === "Escape") go(here());
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !keys[deedOf(event)]) return;
  event.preventDefault();
  if (!event.repeat || stepping(event)) keys[deedOf(event)]();
});

// The list came anew: whoever stood on a word that is gone stands on the next one.
list.addEventListener("focusin", () => { last = Math.max(rows().indexOf(here()), 0); });
new MutationObserver(() => {
  if (document.activeElement === document.body && rows().length) go(rows()[Math.min(last, rows().length - 1)]);
}).observe(list, { childList: true });
