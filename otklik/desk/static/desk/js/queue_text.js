// The end of a long text comes when its row is opened, and that of the next row with it, so that a fast hand finds it
// there. It is kept as long as the page stands.

import { here, list } from "./queue_list.js";

const kept = new Map(); // address, which names the edition -> text

const placeOf = (row) => row?.querySelector("[data-whole]");

function load(address) {
  if (!kept.has(address)) kept.set(address, ask(address).catch(() => kept.delete(address) && ""));
  return kept.get(address);
}

async function ask(address) {
  const answer = await fetch(address, { headers: { "X-Fragment": "1" } });
  if (!answer.ok) throw new Error(String(answer.status));
  kept.set(address, await answer.text());
  return kept.get(address);
}

// What is here already is put in at once: a row that is drawn anew under one's eyes keeps its text.
async function show(row) {
  const place = placeOf(row);
  if (place) put(place, kept.get(place.dataset.whole));
  if (place && !place.dataset.put) put(place, await load(place.dataset.whole));
  const next = placeOf(row.nextElementSibling);
  if (next && row === here()) load(next.dataset.whole);
}

function put(place, text) {
  if (typeof text !== "string" || !text) return;
  place.textContent = text;
  place.dataset.put = "1";
}

list.addEventListener("chosen", (event) => show(event.detail.row));
list.addEventListener("drawn", (event) => { if (event.detail.row.classList.contains("is-open")) show(event.detail.row); });
if (here()) show(here());
