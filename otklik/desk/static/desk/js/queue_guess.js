// The chosen row offers three themes by the digits 1 2 3, each with its agency. They are asked for the row that is
// chosen and for the next one, so that a fast hand finds them there.

import { here, list } from "./queue_list.js";

const PAUSE = 80; // who only passes by asks for nothing
const MOST = 60;
const kept = new Map(); // a row's id and what it suggests -> html

const keyOf = (row) => `${row.dataset.id}:${row.querySelector("[name=seen]")?.value}`;
const hostOf = (row) => row?.querySelector("[data-guesses]");

function load(row) {
  const key = keyOf(row);
  if (!kept.has(key)) {
    const asked = ask(hostOf(row).dataset.guesses).catch(() => "");
    kept.set(key, asked);
    asked.then((html) => { if (!html) kept.delete(key); });
    if (kept.size > MOST) kept.delete(kept.keys().next().value);
  }
  return kept.get(key);
}

async function ask(address) {
  const answer = await fetch(address, { headers: { "X-Fragment": "1" } });
  return answer.status === 200 ? answer.text() : "";
}

async function show(row) {
  const host = hostOf(row);
  if (!host) return;
  const key = keyOf(row);
  if (!kept.has(key)) await new Promise((ready) => { setTimeout(ready, PAUSE); });
  if (row !== here()) return;
  const html = await load(row);
  const place = hostOf(row)?.querySelector(".guess-list"); // the row may have been drawn anew meanwhile
  if (!html || !place || place.dataset.key === key || keyOf(row) !== key) return;
  place.innerHTML = html;
  place.dataset.key = key;
  const next = row.nextElementSibling;
  if (row === here() && hostOf(next)) load(next);
}

list.addEventListener("chosen", (event) => show(event.detail.row));
list.addEventListener("drawn", (event) => { if (event.detail.row === here()) show(event.detail.row); });
if (here()) show(here());
