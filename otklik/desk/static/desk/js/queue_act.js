// Doing something with a row. The next row stands chosen at once, before the server has answered: a fast hand waits
// for nothing, and what could not be done brings its row back.

import { csrf } from "./csrf.js";
import { ask, expect, forget } from "./live.js";
import { choose, closeMenus, find, here, list, neighbour, tell, toast } from "./queue_list.js";

let turn = 0;

export async function send(address, body) {
  body.delete("csrfmiddlewaretoken"); // the token of a page that stood open over a new sign-in is of no use
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-Fragment": "1", "X-CSRFToken": csrf() },
    });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(json ? await answer.json() : {}), ok: answer.ok && json, status: answer.status };
  } catch {
    return { ok: false, status: 0 };
  }
}

export function act(form, button) {
  const row = form.closest(".row");
  const kind = form.dataset.act;
  const known = kind === "matter" ? !button?.value.endsWith(".0") : form.hasAttribute("data-sure");
  return run(row, form.action, new FormData(form, button), { stays: kind === "take", known });
}

// `stays`: the row is not worked off by this. `known`: nothing is left to ask, so the next row may be chosen at once.
export async function run(row, address, body, { stays = false, known = false } = {}) {
  if (row.classList.contains("is-busy")) return;
  const mine = ++turn;
  row.classList.add("is-busy");
  closeMenus();
  const next = known && !stays && row === here() ? neighbour(row) : null;
  if (next) choose(next);
  const at = Date.now();
  document.dispatchEvent(new Event("desk:doing"));
  try {
    const told = await send(address, body);
    row.classList.remove("is-busy");
    settle(row, { ...told, at }, stays, next, turn === mine);
  } finally {
    document.dispatchEvent(new Event("desk:did"));
  }
}

function settle(row, told, stays, next, last) {
  if (told.ok) return void (stays ? kept(told) : done(row, told));
  if (next && last && here() === next) choose(row);
  failed(row, told, last);
}

function done(row, told) {
  const next = row === here() && neighbour(row);
  const id = row.dataset.id;
  forget(id);
  row.remove();
  if (next) choose(next);
  tell("thinned", { id });
  offerUndo(told);
}

function kept(told) {
  offerUndo(told);
  return ask();
}

function offerUndo(told) {
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { text: told.words, batch: told.undo, at: told.at } }));
}

function failed(row, told, last) {
  const tone = "error";
  if (told.ask && last) return tell("ask", { row, theme: told.theme });
  if (told.open && last) return location.assign(told.open);
  if (told.held) {
    row.dataset.held = "1";
    return toast({ text: told.words, tone, action: list.dataset.wordsTakeOver, run: () => take(row, true) });
  }
  toast({ text: told.words, status: told.status, tone });
  if (told.status === 409) ask();
}

// G takes a card, lets one's own go again, and takes a colleague's only when asked a second time.
export function take(row, sure = false) {
  const form = row?.querySelector('[data-act="take"]');
  if (!form) return;
  const another = form.hasAttribute("data-another");
  if (another && !sure && row.dataset.held !== "1") {
    row.dataset.held = "1";
    return toast({ text: form.dataset.another, action: list.dataset.wordsTakeOver, run: () => take(row, true) });
  }
  const body = new FormData(form);
  if (row.dataset.held === "1" || sure) body.set("from_another", "1");
  delete row.dataset.held;
  run(row, form.action, body, { stays: true });
}

export async function takeNext(form) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const told = await send(form.action, new FormData(form));
  delete form.dataset.busy;
  if (!told.ok) return toast({ text: told.words, status: told.status, tone: told.status === 409 ? "" : "error" });
  expect([told.row.id], [told.row]);
  choose(find(told.row.id));
  offerUndo(told);
}

// What was taken back stands in the list again, and is the one to go on with.
document.addEventListener("desk:undone", async (event) => {
  const ids = (event.detail?.cards ?? []).map(String);
  if (!ids.length) return;
  expect(ids);
  await ask();
  choose(ids.map(find).find(Boolean) ?? here());
});
