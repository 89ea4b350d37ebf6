// Many at once: Space and Shift choose rows of the queue, and one act is done with all of them. Keys are known by their
// place on the keyboard. They are caught before the queue's own keys, which would act on the single row.

import "./card_pick.js";
import { fillPage } from "./live.js";
import { onScreen } from "./queue_list.js";
import { openAct } from "./queue_many_dialog.js";

const list = document.getElementById("rows");
const bar = document.getElementById("many");
const dialog = document.getElementById("many-dialog");
const picked = new Set(); // ids: rows are drawn anew under one's hand
const SINGLE = /^(?:(?:Digit|Numpad)\d|Key[GS])$/; // the queue's keys that change the single row
let anchor = null;
let left = 0;
let busy = false;
let filling = null; // «все на странице», while the rest of the page is on its way

const find = (id) => list.querySelector(`:scope > [data-id="${id}"]`);
const here = () => list.querySelector(":scope > .is-here");
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const isPicked = (row) => picked.has(row.dataset.id);

function mark(row) {
  row.classList.toggle("is-picked", isPicked(row));
  if (isPicked(row)) row.setAttribute("aria-description", dialog.dataset.wordsPicked);
  else row.removeAttribute("aria-description");
}

function pick(row, on = !isPicked(row)) {
  if (on && !row.classList.contains("is-gone")) picked.add(row.dataset.id);
  else picked.delete(row.dataset.id);
  anchor = row.dataset.id;
  mark(row);
  draw();
}

// Whoever presses on before the rows are there means all of them, unless the choice is let go meanwhile.
function pickAll() {
  const mine = fillPage().then(() => {
    if (filling !== mine) return;
    filling = null;
    for (const row of list.children) pick(row, true);
  });
  filling = mine;
}

function clear() {
  filling = null;
  picked.clear();
  left = 0;
  for (const row of list.children) mark(row);
  draw();
}

function draw() {
  bar.hidden = !picked.size;
  bar.querySelector("[data-count]").textContent = picked.size;
  bar.querySelector("[data-left]").textContent = left ? bar.dataset.wordsLeft.replace("{count}", left) : "";
  if (!picked.size) left = 0;
}

function go(row) {
  row.focus({ preventScroll: true }); // the queue's own keys make the focused row the chosen one
  row.scrollIntoView({ block: "nearest" });
}

// Forwards one by one; back over rows that are chosen already they are let go again.
function stretch(by) {
  const row = here();
  if (!row) return;
  const next = by > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (next && isPicked(next) && isPicked(row)) pick(row, false);
  else pick(row, true);
  if (!next) return;
  pick(next, true);
  go(next);
}

function range(row) {
  const all = [...list.children];
  const from = all.indexOf((anchor && find(anchor)) || here() || row);
  const to = all.indexOf(row);
  for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) pick(one, true);
}

function start(key) {
  if (filling) {
    filling.then(() => { if (picked.size && !busy) start(key); });
    return;
  }
  const ids = [...picked];
  busy = true;
  openAct(key, ids, (done) => {
    busy = false;
    for (const id of done) picked.delete(String(id));
    const row = here();
    if (row && done.includes(Number(row.dataset.id))) {
      const rest = [...list.children].filter((one) => !done.includes(Number(one.dataset.id)));
      const after = rest.find((one) => row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
      if (after || rest.length) go(after ?? rest.at(-1));
    } else if (row) go(row);
    settle();
  });
}

// A row that left the list for good takes its mark along; one that was only moved or drawn anew keeps it.
function settle() {
  for (const id of picked) {
    if (find(id)) continue;
    if (busy) continue;
    picked.delete(id);
    left += 1;
  }
  for (const row of list.children) mark(row);
  draw();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target) || document.querySelector("dialog[open]:modal")) return;
  if (!act(event)) return;
  event.preventDefault();
  event.stopPropagation();
}

function act(event) {
  const menu = list.querySelector("details[open]");
  if (event.code === "Space") return !event.shiftKey && space(event);
  if (event.shiftKey && (event.code === "KeyJ" || event.code === "KeyK")) {
    stretch(event.code === "KeyJ" ? 1 : -1);
    return true;
  }
  if (!picked.size || menu) return false;
  if (event.code === "Escape") {
    if (document.querySelector("details[data-dismiss][open], dialog[open]")) return false;
    clear();
    return true;
  }
  if (event.shiftKey) return false;
  const button = bar.querySelector(`[data-code="${event.code}"]`);
  if (button && !event.repeat) button.click();
  return Boolean(button) || SINGLE.test(event.code);
}

function space(event) {
  const mine = event.target === document.body || list.contains(event.target);
  if (!mine || event.target.closest("button, summary") || !here()) return false;
  if (!event.repeat && onScreen(here())) pick(here());
  return true;
}

document.addEventListener("keydown", onKey, true);
// The row that is pressed for picking, if it is: with a modifier anywhere on it, or plainly on its sign.
function pressed(event) {
  const many = event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest(".sign");
  return many && !event.target.closest("button, summary, form, input") ? event.target.closest(".row") : null;
}

// Neither is text marked on the way nor does the focus move: a row that grows when it is chosen would slip away.
list.addEventListener("mousedown", (event) => {
  if (event.button === 0 && pressed(event)) event.preventDefault();
});
list.addEventListener("click", (event) => {
  const row = pressed(event);
  if (!row) return;
  event.preventDefault();
  if (event.shiftKey) range(row);
  else pick(row);
}, true);
bar.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.many) start(button.dataset.many);
  if ("all" in button.dataset) pickAll();
  if ("none" in button.dataset) clear();
});
new MutationObserver(settle).observe(list, { childList: true });
