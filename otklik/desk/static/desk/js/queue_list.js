// The list of cards and the one that is chosen in it. No listeners here: whoever changes the choice calls `choose`.

export const list = document.getElementById("rows");
export const rows = () => [...list.children];
export const here = () => list.querySelector(":scope > .is-here");
export const find = (id) => list.querySelector(`:scope > [data-id="${id}"]`);
export const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
export const toast = (detail) => document.dispatchEvent(new CustomEvent("desk:toast", { detail }));
export const tell = (name, detail) => list.dispatchEvent(new CustomEvent(name, { detail }));

// `pressed` by a pointer: then nothing may slip away from under it.
export function choose(row, scroll = true, pressed = false) {
  const before = here();
  if (before === row) return;
  before?.classList.remove("is-here");
  before?.removeAttribute("aria-current");
  closeMenus();
  if (before?.classList.contains("is-gone")) before.remove();
  if (!row) return;
  row.classList.add("is-here");
  row.setAttribute("aria-current", "true");
  open(row, pressed ? null : before);
  if (!row.contains(document.activeElement)) row.focus({ preventScroll: true });
  tell("chosen", { row });
  if (scroll) row.scrollIntoView({ block: "nearest" });
}

// The chosen row opens downwards, and nothing that stands above it moves: of the rows opened before those below it close,
// the one above it that a key has left, and those out of sight. Others would pull it from under the pointer.
function open(row, before) {
  row.classList.add("is-open");
  for (const other of list.querySelectorAll(":scope > .is-open")) {
    const below = row.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING;
    const left = other === before && other === row.previousElementSibling;
    if (other === row || !(below || left || other.getBoundingClientRect().bottom < 0)) continue;
    const stood = row.getBoundingClientRect().top;
    other.classList.remove("is-open");
    if (!left) scrollBy(0, row.getBoundingClientRect().top - stood);
  }
}

// Whether the row stands in the window, below the page's bar. If not, it comes there first and one presses again: nobody
// decides on what he does not see.
export function onScreen(row) {
  if (!row || hidden(row) === 0) return true;
  row.scrollIntoView({ block: "nearest" });
  scrollBy(0, hidden(row)); // in a window lower than the row
  row.classList.remove("is-cued");
  requestAnimationFrame(() => row.classList.add("is-cued"));
  toast({ text: list.dataset.wordsUnseen });
  return false;
}

// How far the page must be scrolled before the beginning of what was written stands in the window: half a window of it.
function hidden(row) {
  const roof = document.querySelector(".top").getBoundingClientRect().bottom;
  const { top, bottom } = row.querySelector(".what").getBoundingClientRect();
  if (top < roof) return top - roof - 1;
  return Math.max(Math.min(bottom, top + (innerHeight - roof) / 2) - innerHeight, 0);
}

export function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

// Whether nobody else has it before him: of a colleague's card one is asked first whether one wants it.
export const free = (row) => !row.querySelector("[data-another]");

// The row to go on with: the next one that is not under way already, else the one before; a free one if there is any.
export function neighbour(row) {
  const all = rows();
  const at = all.indexOf(row);
  const order = [...all.slice(at + 1), ...all.slice(0, Math.max(at, 0)).reverse()];
  const ready = order.filter((other) => !other.classList.contains("is-busy"));
  return ready.find(free) ?? ready[0] ?? null;
}

export function closeMenus() {
  for (const menu of list.querySelectorAll("details[open]")) menu.open = false;
}
