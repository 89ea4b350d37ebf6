// Which row is chosen is kept for this tab: whoever comes back from a card, by the browser's way back or the card's own,
// finds the same one chosen at its place in the window; if it has left the list, the one that stands there now.

import { choose, find, here, list, rows } from "./queue_list.js";

const KEY = `otklik:cursor:${document.querySelector("script[data-leave]")?.dataset.user}`; // of this person alone
const address = location.pathname + location.search; // a card leads back by it (card_keys.js)
const chosen = `${list.dataset.feed}&${list.dataset.start}`; // one list may have several addresses
const topOf = (row) => row.getBoundingClientRect().top;
let sought = null;

function keep() {
  const row = here();
  if (!row || !localStorage.getItem("otklik.who")) return; // signing out has just removed it (leave.js)
  sessionStorage.setItem(KEY, JSON.stringify({ address, chosen, id: row.dataset.id, key: row.dataset.key, top: topOf(row) }));
}

// A browser that keeps nothing (a private window) begins at the first row.
function carefully(run) {
  try {
    return run();
  } catch {
    return null;
  }
}

// What the page was opened from tells nothing any more once one has come back to it by the browser's buttons.
function remembered(kept) {
  const again = ["back_forward", "reload"].includes(performance.getEntriesByType("navigation")[0]?.type);
  const [, card] = /^\/incidents\/(\d+)\//.exec(document.referrer && new URL(document.referrer).pathname) ?? [];
  if (kept?.chosen !== chosen || !(again || card)) return null;
  return again ? kept : { ...kept, ids: [card, kept.id] };
}

// Whether the row may still come with the rest of the page: then no other is chosen in its place.
export const seeking = () => sought !== null;

function seek(last) {
  if (!sought) return;
  const { id, ids = [id], key, top } = sought;
  const row = ids.map(find).find(Boolean) ?? rows().find((one) => one.dataset.key > key) ?? (last ? rows().at(-1) : null);
  if (!row) return;
  sought = null;
  choose(row, false);
  scrollBy(0, topOf(row) - top);
  row.scrollIntoView({ block: "nearest" });
}

sought = carefully(() => remembered(JSON.parse(sessionStorage.getItem(KEY))));
addEventListener("pagehide", () => carefully(keep));
if (sought) history.scrollRestoration = "manual";
list.addEventListener("chosen", () => { sought = null; });
list.addEventListener("told", (event) => { if (event.detail.more !== null) seek(true); });
seek(!list.dataset.more);
addEventListener("pageshow", (event) => { if (event.persisted) here()?.scrollIntoView({ block: "nearest" }); });
