// Who else looks at this card, who writes its answer, whose it is now; its tags.

import { ask, send } from "./ask.js";
import "./card_mentions.js";
import { csrf } from "./csrf.js";
import { still } from "./still.js";

const EVERY = 10000; // while he writes, or while the pulse is not heard
const WRITES = 15000;
const SOONEST = 3000;

let timer = 0;
let askedAt = 0;
let typedAt = -WRITES;
let toldWriting = false;
let shown = "";
let pulsedAt = -EVERY;
let company = "";
let toldCompany = "";

const line = () => document.querySelector("[data-here]");
const writing = () => performance.now() - typedAt < WRITES;

// «I am here» is said at once, and again while he writes. Otherwise the pulse says it for the page, and tells when there
// is somebody to be named.
async function beat() {
  clearTimeout(timer);
  timer = setTimeout(beat, EVERY); // also if no answer ever comes
  if (line() && !document.hidden && worth()) await say();
}

function worth() {
  return writing() || toldWriting || performance.now() - pulsedAt > EVERY || company !== toldCompany;
}

document.addEventListener("pulse", ({ detail }) => {
  pulsedAt = performance.now();
  company = detail.company;
  if (company !== toldCompany && pulsedAt - askedAt > SOONEST) beat();
});

async function say() {
  askedAt = performance.now();
  toldWriting = writing();
  const whose = company;
  const body = new FormData();
  if (toldWriting) body.set("writing", "1");
  try {
    const answer = await send(line().dataset.here, body);
    if (!answer.ok) return;
    const html = (await answer.text()).trim();
    await still();
    show(html);
    toldCompany = whose;
  } catch {
    // Without a connection nobody is known to be here; the next beat asks again.
  }
}

function show(html) {
  if (!line() || html === shown) return;
  shown = html;
  line().innerHTML = html;
}

// The first letters are told at once, the rest with the beat.
document.addEventListener("input", (event) => {
  if (!event.target.closest?.("form[data-editor]") || event.target.type === "file") return;
  typedAt = performance.now();
  if (toldWriting) return;
  clearTimeout(timer);
  timer = setTimeout(beat, Math.max(askedAt + SOONEST - typedAt, 0));
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) beat(); });
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  pulsedAt = -EVERY; // that it was left has been told
  beat();
});
addEventListener("pagehide", () => {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", csrf());
  if (line()) navigator.sendBeacon(line().dataset.absence, body);
});

// Tags: what there is already is offered; after one tag the field waits for the next.

let lookAhead = 0;
let tagging = false;

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches?.("[data-tags]")) return;
  clearTimeout(lookAhead);
  lookAhead = setTimeout(async () => {
    const address = new URL(field.dataset.tags, location.href);
    address.searchParams.set("q", field.value);
    const answer = await ask(address).catch(() => null);
    if (answer?.ok && field.isConnected) field.list.innerHTML = await answer.text();
  }, 150);
});
document.addEventListener("submit", (event) => { tagging = event.target.matches(".tag-new"); }, true);

// When the card has changed its tags are asked for anew; until they come the old ones stand there. Whoever is putting
// tags on never loses the field: letters that fell beside it would be keys of the card.
const place = () => document.querySelector(".table-place");
const tagField = () => place()?.querySelector("[data-tags]");
let tags = "";
let typed = "";

document.addEventListener("input", (event) => {
  if (event.target === tagField()) typed = event.target.value;
});
document.addEventListener("card:drawn", (event) => {
  if (event.target.id !== "r-colleagues") return;
  if (line()) line().innerHTML = shown;
  if (tags && place()?.querySelector(":scope > a")) place().innerHTML = tags;
  typed = "";
  if (tagging) tagField()?.focus({ preventScroll: true });
});
document.addEventListener("card:loaded", (event) => {
  if (!place() || event.target !== place().parentElement) return;
  tags = place().innerHTML;
  if (tagging && tagField()) {
    tagField().value = typed;
    tagField().focus({ preventScroll: true });
  }
  tagging = false;
});

beat();
