// Asks every two seconds whether the card is newer than what is shown.

import { ask } from "./ask.js";
import { apply, card, lost, whence } from "./card_regions.js";
import { stirs, told } from "./pulse.js";
import { still } from "./still.js";
import { sayThere } from "./undo.js";

const EVERY = 2000;
const SLOWEST = 30000;
// What is on its way to the server may come back as news before its own answer does: it would look like somebody else's.
const UNDERWAY = "form[data-sending], form[data-saving]";
let pause = EVERY;

async function look() {
  if (card() && !document.hidden) await question(true);
  if (card()) setTimeout(look, pause);
}

// An answer that is on its way changes without an entry in the journal: then the real question is asked every time.
function onItsWay() {
  const [, , state, delivery, , ...copies] = card().dataset.answer.split(".");
  return state === "approved" && card().dataset.state !== "done" && (delivery !== "sent" || copies.length > 0);
}

async function question(idly) {
  if (document.querySelector(UNDERWAY)) return;
  const address = new URL(card().dataset.live, location.href);
  const before = card().dataset.answer;
  address.searchParams.set("revision", card().dataset.revision);
  address.searchParams.set("answer", before);
  try {
    const [pk] = /\d+/.exec(address.pathname);
    if (idly && !onItsWay() && !(await stirs(null, pk))) return void (pause = EVERY);
    const answer = await ask(address, { signal: AbortSignal.timeout(15000) });
    pause = answer.status === 401 ? 5000 : EVERY;
    if (answer.status === 404) lost();
    if (!answer.ok) return;
    const html = answer.status === 200 ? await answer.text() : "";
    if (html) await still();
    // What this page has saved meanwhile is newer than these news: they are asked for again.
    if (document.querySelector(UNDERWAY) || card().dataset.answer !== before) return;
    told();
    if (html) apply(html);
  } catch {
    pause = Math.min(pause * 2, SLOWEST);
  }
}

setTimeout(look, pause);
// What was done on the card before this one, and is taken back here, is to be done anew: there.
document.addEventListener("desk:undone", (event) => {
  const [pk] = /\d+/.exec(location.pathname);
  const cards = (event.detail?.cards ?? []).map(String);
  const [other] = cards.includes(pk) ? [] : cards;
  if (whence() !== null && other) {
    sayThere(event.detail.words);
    location.assign(location.href.replace(`/${pk}/`, `/${other}/`));
  } else if (card()) question();
  else location.reload();
});
document.addEventListener("card:old", () => question());

// On a phone the button that leads to the next step hides while that step is in sight.
const bar = document.querySelector(".next-bar");
new IntersectionObserver(([entry]) => bar.classList.toggle("is-there", entry.isIntersecting)).observe(document.getElementById("next"));
