// The queue by keyboard, mouse and touch: choose a row, open it, accept, not an incident. Keys are known by their place
// on the keyboard (KeyboardEvent.code), so that they work in the Russian layout.

const list = document.getElementById("rows");
const help = document.getElementById("keys");
const search = document.getElementById("q");
const rows = () => [...list.children];
const toast = (detail) => document.dispatchEvent(new CustomEvent("desk:toast", { detail }));
const here = () => list.querySelector(":scope > .is-here");

function choose(row, scroll = true) {
  const before = here();
  if (before === row) return;
  before?.classList.remove("is-here");
  before?.removeAttribute("aria-current");
  closeMenus();
  if (before?.classList.contains("is-gone")) before.remove();
  if (!row) return;
  row.classList.add("is-here");
  row.setAttribute("aria-current", "true");
  if (!row.contains(document.activeElement)) row.focus({ preventScroll: true });
  if (scroll) row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(here());
  choose(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
}

function closeMenus() {
  for (const menu of list.querySelectorAll("details[open]")) menu.open = false;
}

function menuOf(row) {
  return row?.querySelector(".noise-menu");
}

function toggleMenu(row) {
  const menu = menuOf(row);
  if (!menu) return;
  menu.open = !menu.open;
  if (menu.open) menu.querySelector("button").focus({ preventScroll: true });
}

// What is accepted is the suggestion: that may be «не инцидент», and then its reason is asked.
function accept() {
  const row = here();
  if (row?.querySelector("[data-suggested]")) return toggleMenu(row);
  row?.querySelector('[data-act="accept"]')?.requestSubmit();
}

async function act(form, button) {
  const row = form.closest(".row");
  if (row.classList.contains("is-busy")) return;
  row.classList.add("is-busy");
  const told = await send(form.action, new FormData(form, button));
  row.classList.remove("is-busy");
  if (told.ok) return done(row, told);
  if (told.open) return location.assign(told.open);
  toast({ text: told.words, status: told.status, tone: "error" });
  closeMenus();
}

async function send(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-Fragment": "1", "X-CSRFToken": document.body.dataset.csrf },
    });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(json ? await answer.json() : {}), ok: answer.ok && json, status: answer.status };
  } catch {
    return { ok: false, status: 0 };
  }
}

function done(row, told) {
  closeMenus();
  const next = row === here() && (row.nextElementSibling ?? row.previousElementSibling);
  row.remove();
  if (next) choose(next);
  list.dispatchEvent(new Event("thinned"));
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { text: told.words, batch: told.undo } }));
}

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function onDigit(event) {
  const menu = menuOf(here());
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(event.code);
  if (!digit || !menu?.open) return false;
  const button = menu.querySelectorAll("form button")[digit[1] - 1];
  act(button.form, button);
  return true;
}

const KEYS = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyA: accept,
  KeyX: () => toggleMenu(here()),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.code === "Escape" && event.target === search) return search.blur();
  if (typing(event.target) || help.open) return;
  if (event.code === "Slash") {
    event.preventDefault();
    return event.shiftKey ? help.showModal() : search.focus();
  }
  if (event.code === "Enter" && event.target === here()) {
    return location.assign(here().querySelector("a.text").href);
  }
  if (onDigit(event)) return event.preventDefault();
  if (event.shiftKey || event.repeat && event.code !== "KeyJ" && event.code !== "KeyK") return;
  if (!KEYS[event.code]) return;
  event.preventDefault();
  KEYS[event.code]();
});

list.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  act(form, event.submitter);
});
list.addEventListener("toggle", (event) => {
  if (event.target.open) event.target.querySelector("form")?.scrollIntoView({ block: "nearest" });
}, true);
list.addEventListener("click", (event) => choose(event.target.closest(".row"), false));
list.addEventListener("focusin", (event) => choose(event.target.closest(".row"), false));
document.querySelector("[data-help]")?.addEventListener("click", () => help.showModal());
document.getElementById("filters").addEventListener("change", (event) => {
  if (event.target.matches("select, [type=checkbox]")) event.currentTarget.requestSubmit();
});

// One keystroke is to be enough: the first row stands ready as soon as the page is open.
if (rows().length && !typing(document.activeElement)) choose(rows()[0], false);
