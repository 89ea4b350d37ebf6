// Search as you type: theme, place, agency. Arrows choose, Enter takes, Escape leaves; three letters are enough.

import { ask } from "./ask.js";
import { flip } from "./card_flip.js";

const PAUSE = 150;
const timers = new WeakMap();
const latest = new WeakMap(); // pick -> its last question { words, shown }, form -> the last look at the rules

const field = (pick) => pick.querySelector("[role=combobox]");
const list = (pick) => pick.querySelector("[role=listbox]");
const hidden = (pick) => pick.querySelector("input[type=hidden]");
const options = (pick) => [...list(pick).querySelectorAll("[data-pk]")];
const chosen = (pick) => options(pick).findIndex((option) => option.getAttribute("aria-selected") === "true");
const waits = (pick) => latest.get(pick)?.shown === false;

async function search(pick, words) {
  const address = new URL(pick.dataset.url, location.href);
  address.searchParams.set("q", words);
  if (pick.dataset.verdict) address.searchParams.set("verdict", pick.dataset.verdict);
  for (const name of ["theme", "place"]) {
    const chosen = pick.closest("form").elements[name]?.value;
    if (chosen && pick.dataset.pick === "agency") address.searchParams.set(name, chosen);
  }
  const answer = await ask(address);
  return answer.ok ? answer.text() : "";
}

// Answers come in any order: only that to the last question is shown, and none once the list was left.
async function show(pick, words) {
  const question = { words, shown: false };
  latest.set(pick, question);
  const html = await search(pick, words).catch(() => "");
  if (latest.get(pick) !== question || document.activeElement !== field(pick)) return;
  question.shown = true;
  list(pick).innerHTML = html;
  list(pick).hidden = !html;
  flip(list(pick), field(pick));
  field(pick).setAttribute("aria-expanded", String(Boolean(html)));
  point(pick, 0);
}

// Whoever types faster than the line answers gets what he typed, not what was in the list before.
async function enter(pick) {
  const question = latest.get(pick);
  clearTimeout(timers.get(pick));
  if (!question.shown) await show(pick, question.words);
  const option = options(pick)[chosen(pick)];
  if (latest.get(pick)?.shown && option) take(pick, option);
}

function hide(pick) {
  clearTimeout(timers.get(pick));
  latest.delete(pick);
  list(pick).hidden = true;
  field(pick).setAttribute("aria-expanded", "false");
  field(pick).removeAttribute("aria-activedescendant");
}

function point(pick, at) {
  const all = options(pick);
  if (!all.length) return;
  const number = (at + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === number)));
  field(pick).setAttribute("aria-activedescendant", all[number].id);
  all[number].scrollIntoView({ block: "nearest" });
}

function take(pick, option, byHand = true) {
  hidden(pick).value = option.dataset.pk;
  field(pick).value = option.dataset.title;
  if (byHand) pick.dataset.byHand = "1";
  pick.closest(".card-region").dataset.dirty = "1";
  named(pick);
  const why = pick.querySelector(".pick-why");
  why.textContent = pick.dataset.pick === "agency" ? option.dataset.why : "";
  why.hidden = !why.textContent;
  hide(pick);
  const form = pick.closest("form");
  if (pick.dataset.pick === "theme") press(form, option.dataset.pk);
  if (pick.dataset.pick === "theme" && option.dataset.kind) form.elements.kind.value = option.dataset.kind;
  if (pick.dataset.pick !== "agency") ruled(form);
  if (byHand) pick.dispatchEvent(new Event("picked", { bubbles: true }));
}

// The button says to whom the card goes.
function named(pick) {
  const place = pick.dataset.pick === "agency" && pick.closest("form").querySelector("[data-whose]");
  if (place) place.textContent = hidden(pick).value ? `: ${field(pick).value}` : "";
}

// Of the machine's themes the one that stands in the form is pressed.
function press(form, pk) {
  for (const one of form.querySelectorAll("[data-likely] [data-pk]"))
    one.setAttribute("aria-pressed", String(one.dataset.pk === pk));
}

// Another theme or place may be another agency's: take what the rules say, unless a person has chosen already.
async function ruled(form) {
  const pick = form.querySelector('[data-pick="agency"]');
  if (!pick || pick.dataset.byHand) return;
  const holder = document.createElement("ul");
  const question = {};
  latest.set(form, question);
  holder.innerHTML = await search(pick, "").catch(() => "");
  if (latest.get(form) !== question || pick.dataset.byHand) return;
  const first = holder.querySelector("[data-pk]");
  if (first?.dataset.why) take(pick, first, false);
}

const pickOf = (event) => event.target.closest?.("[data-pick]");

document.addEventListener("input", (event) => {
  const pick = pickOf(event);
  if (!pick || event.target !== field(pick)) return;
  hidden(pick).value = "";
  named(pick);
  if (pick.dataset.pick === "theme") press(pick.closest("form"), "");
  clearTimeout(timers.get(pick));
  latest.set(pick, { words: event.target.value, shown: false });
  timers.set(pick, setTimeout(() => show(pick, event.target.value), PAUSE));
});
document.addEventListener("focusin", (event) => {
  const pick = pickOf(event);
  if (!pick || event.target !== field(pick)) return;
  event.target.select();
  if (pick.dataset.pick !== "place") show(pick, "");
});
document.addEventListener("focusout", (event) => {
  const pick = pickOf(event);
  if (!pick) return;
  hide(pick);
  // Words without a choice mean nothing: an empty field says so.
  if (!hidden(pick).value) field(pick).value = "";
});
document.addEventListener("keydown", (event) => {
  const pick = pickOf(event);
  if (!pick || (list(pick).hidden && !waits(pick))) return;
  if (event.code === "ArrowDown") point(pick, chosen(pick) + 1);
  else if (event.code === "ArrowUp") point(pick, chosen(pick) - 1);
  else if (event.code === "Enter" && !event.ctrlKey && (waits(pick) || options(pick).length)) enter(pick);
  else if (event.code === "Escape") hide(pick);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
document.addEventListener("click", (event) => {
  const one = event.target.closest?.("[data-likely] [data-pk]");
  if (one) take(one.closest("form").querySelector('[data-pick="theme"]'), one);
});
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("[data-pick] [data-pk]");
  if (!option) return;
  event.preventDefault();
  take(option.closest("[data-pick]"), option);
});
