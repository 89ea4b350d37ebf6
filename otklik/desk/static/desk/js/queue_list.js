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
