// The rail: its numbers, asked for after the page has come and when something has changed, and whether it is folded.
// The last numbers stand at once, so that nothing flickers from page to page.

import { load, save } from "./storage.js";

const rail = document.getElementById("rail");
const EVERY = 60000; // on a page without a pulse
const PAUSE = 5000; // however much goes on: it is told of by all pages of everybody
const SPREAD = 2000;
const SOON = 300;
const YEAR = 31536000;
const key = `rail.${rail?.dataset.user}`;
let timer = 0;
let due = Infinity; // when the timer rings
let asked = 0;
let cards = null; // the newest change of a card that the numbers know of

async function look() {
  due = Infinity;
  lookIn(EVERY);
  if (document.hidden) return;
  asked = Date.now();
  const answer = await fetch(rail.dataset.rail, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.status !== 200) return;
  const told = await answer.json().catch(() => null);
  if (!told) return;
  const { numbers } = told;
  cards = told.cards;
  save("sessionStorage", key, JSON.stringify(numbers));
  show(numbers);
}

function show(numbers) {
  for (const place of rail.querySelectorAll("[data-count]")) {
    const number = numbers[place.dataset.count] ?? "";
    if (place.textContent !== number) place.textContent = number;
  }
}

// Whatever is asked for later than that comes with it.
function lookIn(wait) {
  if (Date.now() + wait >= due) return;
  due = Date.now() + wait;
  clearTimeout(timer);
  timer = setTimeout(look, wait);
}

function fold() {
  const folded = document.body.classList.toggle("rail-folded");
  rail.querySelector(".rail-fold").setAttribute("aria-expanded", String(!folded));
  document.cookie = `rail=${folded ? "folded" : ""}; path=/; max-age=${folded ? YEAR : 0}; samesite=lax`;
}

if (rail) {
  show(JSON.parse(load("sessionStorage", key) || "{}"));
  lookIn(SOON);
  rail.querySelector(".rail-fold").addEventListener("click", fold);
  for (const done of ["desk:done", "desk:undone"]) document.addEventListener(done, () => lookIn(SOON));
  document.addEventListener("pulse", ({ detail }) => {
    if (cards === null || detail.cards === cards) return;
    cards = detail.cards;
    lookIn(Math.max(SOON, asked + PAUSE - Date.now()) + Math.random() * SPREAD);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookIn(SOON); });
}
