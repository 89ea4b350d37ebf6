// The first-day tour: a card in the corner that blocks nothing, and a mark at what it speaks of. Shown until it is
// closed, and then never again unless it is asked for. It takes no key but Escape, and that only while it is open.

import { csrf } from "./csrf.js";
import { load, save } from "./storage.js";

const page = document.querySelector("script[data-tour]").dataset;
const here = location.pathname;
const closedKey = `otklik.tour.${page.user}`; // saves the question on every page
const stepKey = `otklik.tour.step.${page.user}.${here}`;

const closed = () => load("localStorage", closedKey).split(" ").filter(Boolean);

async function begin() {
  if (!page.pages.split(" ").includes(here) || closed().includes(here)) return;
  const address = new URL(page.tour, location.href);
  address.searchParams.set("page", here);
  const answer = await fetch(address, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.status === 204) return save("localStorage", closedKey, [...closed(), here].join(" "));
  if (!answer?.ok) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("tour");
  if (!told) return;
  document.querySelector(".skip-link").after(told);
  run(told);
}

function run(tour) {
  const steps = [...tour.querySelectorAll("[data-step]")];
  const [back, next] = [tour.querySelector("[data-tour-back]"), tour.querySelector("[data-tour-next]")];
  let at = Math.min(Number(load("sessionStorage", stepKey)) || 0, steps.length - 1);

  function show() {
    steps.forEach((step, number) => { step.hidden = number !== at; });
    back.disabled = at === 0;
    next.textContent = at === steps.length - 1 ? next.dataset.last : next.dataset.next;
    save("sessionStorage", stepKey, String(at));
    mark(steps[at].dataset.mark);
  }

  function close() {
    mark("");
    tour.remove();
    document.removeEventListener("keydown", onKey, true);
    save("localStorage", closedKey, [...closed(), here].join(" "));
    const body = new FormData();
    body.set("page", here);
    const headers = { "X-Fragment": "1", "X-CSRFToken": csrf() };
    fetch(tour.dataset.seen, { method: "POST", body, headers, keepalive: true }).catch(() => {});
  }

  function onKey(event) {
    if (event.code !== "Escape" || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    close();
  }

  tour.addEventListener("click", (event) => {
    if (event.target.closest("[data-tour-close]")) return close();
    if (event.target.closest("[data-tour-back]")) at -= 1;
    else if (!event.target.closest("[data-tour-next]")) return;
    else if (at === steps.length - 1) return close();
    else at += 1;
    show();
  });
  document.addEventListener("keydown", onKey, true);
  show();
}

function mark(selectors) {
  for (const old of document.querySelectorAll(".tour-mark")) old.classList.remove("tour-mark");
  for (const selector of selectors ? selectors.split(", ") : []) {
    const found = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
    if (!found) continue;
    found.classList.add("tour-mark");
    found.scrollIntoView({ block: "nearest" });
    return;
  }
}

// Asked for again: this browser forgets that it was closed.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-tour-again]")) return;
  for (const [store, key] of [["localStorage", closedKey], ["sessionStorage", stepKey]]) save(store, key, "");
});

begin();
