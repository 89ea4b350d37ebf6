// The bell: asks when the pulse tells of a new notice, and on pages without one once a minute. On the page of notices
// itself, what is shown is told to be seen.

import { csrf } from "./csrf.js";
import { pulses } from "./pulse.js";

const EVERY = 60000;
const SELDOM = 600000; // with a pulse: another window may have shown them
const SPREAD = 5000; // a notice is for one person and heard of by all: they do not ask in the same moment
const bell = () => document.getElementById("bell");
let timer = 0;
let newest = null;

async function look() {
  clearTimeout(timer);
  timer = setTimeout(look, pulses() ? SELDOM : EVERY);
  if (!bell() || document.hidden) return;
  const answer = await fetch(bell().dataset.bell, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.status !== 200) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("bell");
  if (!fresh || fresh.textContent.trim() === bell().textContent.trim()) return;
  const focused = document.activeElement === bell();
  bell().replaceWith(fresh);
  if (focused) bell().focus();
}

document.addEventListener("pulse", ({ detail }) => {
  if (detail.notices === newest) return; // the first time it may have come since the page was drawn
  newest = detail.notices;
  clearTimeout(timer);
  timer = setTimeout(look, Math.random() * SPREAD);
});

async function see(page) {
  for (const form of page.querySelectorAll("[data-without-scripts]")) form.hidden = true;
  const body = new FormData();
  body.set("up_to", page.dataset.seenUpTo);
  body.set("alerts", page.dataset.alertsUpTo);
  const headers = { "X-Fragment": "1", "X-CSRFToken": csrf() };
  await fetch(page.dataset.seen, { method: "POST", body, headers }).catch(() => null);
  look();
}

const page = document.querySelector("[data-fresh]");
if (page) see(page);
timer = setTimeout(look, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
