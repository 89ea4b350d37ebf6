// Text that comes into the answer from elsewhere: a template, a ready question, a similar answer. It goes in at once
// where there is nothing yet; else the writer says whether it is added or takes the place of his words.

import { ask } from "./ask.js";
import { words } from "./card_draft.js";

const PAUSE = 150;
const HOLE = /\{\s{0,3}\p{L}[^{}\n]{0,39}\}/gu; // as in otklik/answers/templates.py
let timer = 0;
let asked = 0;
let waiting = "";

const form = () => document.querySelector("form[data-editor]");
const menu = () => document.querySelector("details[data-starters]");
const field = () => menu().querySelector("[role=combobox]");
const options = () => [...menu().querySelectorAll("[data-starter][role=option]")];

// What the card fills in depends on what has been chosen already.
function addressOf(place, q = "") {
  const address = new URL(place, location.href);
  const { kind, outcome, promised_on: day, reply_to: under } = form().elements;
  const chosen = { kind: kind.value, outcome: outcome?.value, promised_on: day?.value, reply_to: under?.value };
  for (const [name, value] of Object.entries({ q, ...chosen }))
    if (value) address.searchParams.set(name, value);
  return address;
}

async function search() {
  const turn = ++asked;
  const answer = await ask(addressOf(menu().dataset.address, field().value)).catch(() => null);
  if (!answer?.ok || turn !== asked || !menu()?.open) return;
  menu().querySelector("[role=listbox]").innerHTML = await answer.text();
  point(options()[0] && "other" in options()[0].dataset ? -1 : 0);
}

const started = () => options().some((option) => option.getAttribute("aria-selected") === "true");

function point(at) {
  const all = options();
  // Nothing is chosen before an arrow chooses it where all that is found is of another matter.
  const number = at < 0 && !started() ? -1 : (at + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === number)));
  if (number < 0 || !all.length) return field().removeAttribute("aria-activedescendant");
  field().setAttribute("aria-activedescendant", all[number].id);
  all[number].scrollIntoView({ block: "nearest" });
}

function open() {
  if (!menu()) return;
  menu().closest("details.fold")?.setAttribute("open", "");
  menu().open = true;
  field().focus();
}

function close() {
  menu().open = false;
  area().focus();
}

const area = () => form().elements.text;

// By the browser's own command, so that Ctrl+Z takes it out again and the caret stands behind it.
function put(text, from) {
  const box = area();
  box.focus();
  box.setSelectionRange(from, box.value.length);
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, from, box.value.length, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  selectHole();
}

function take(text) {
  if (!form() || !text) return;
  form().closest("details.fold")?.setAttribute("open", "");
  if (!area().value.trim()) return put(text, 0);
  waiting = text;
  const question = form().querySelector("[data-take-ask]");
  question.hidden = false;
  question.scrollIntoView({ block: "nearest" });
  question.querySelector("button").focus();
}

function settle(how) {
  form().querySelector("[data-take-ask]").hidden = true;
  const box = area();
  const text = waiting;
  waiting = "";
  if (how === "replace") put(text, 0);
  else if (how === "append") put(box.value.endsWith("\n") ? text : `\n\n${text}`, box.value.length);
  else box.focus();
}

// What is still to be filled in stands below the text; a click leads there.
function holes() {
  const place = form()?.querySelector("[data-holes]");
  if (!place) return;
  const found = [...new Set(area().value.match(HOLE) ?? [])].slice(0, 5);
  place.hidden = !found.length;
  if (place.dataset.shown === found.join()) return;
  place.dataset.shown = found.join();
  place.replaceChildren(words.open, ...found.map(button));
}

function button(hole) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "hole";
  made.textContent = hole;
  made.dataset.hole = hole;
  return made;
}

function selectHole(hole = area().value.match(HOLE)?.[0]) {
  const at = hole ? area().value.indexOf(hole) : -1;
  if (at < 0) return;
  area().focus();
  area().setSelectionRange(at, at + hole.length);
}

// Ready questions come when «спросить жителя» is chosen, once for what the card is about.
async function questions() {
  const place = form()?.querySelector("[data-questions]");
  if (!place || form().elements.kind.value !== "question" || place.dataset.loaded) return;
  place.dataset.loaded = "1";
  const answer = await ask(addressOf(place.dataset.questions)).catch(() => null);
  if (answer?.ok) place.innerHTML = await answer.text();
  else delete place.dataset.loaded;
}

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("details[data-starters]") || !event.target.open) return;
  field().focus();
  search();
}, true);
document.addEventListener("input", (event) => {
  if (event.target.closest("[data-starters]")) {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  } else if (event.target.closest("form[data-editor]")) {
    holes();
    questions();
  }
});
document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("[data-starters]") || event.target !== field() || event.isComposing) return;
  const at = options().findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.code === "ArrowDown") point(at + 1);
  else if (event.code === "ArrowUp") point(at - 1);
  else if (event.code === "Escape") close();
  else if (event.code === "Enter") choose(options()[at]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

function choose(option) {
  if (!option) return;
  close();
  take(option.dataset.starter);
}

document.addEventListener("click", (event) => {
  const starter = event.target.closest("[data-starter]");
  if (starter?.matches("[role=option]")) return choose(starter);
  if (starter) return take(starter.dataset.starter);
  const answer = event.target.closest("[data-put]");
  if (answer) return settle(answer.dataset.put);
  const hole = event.target.closest("[data-hole]");
  if (hole) selectHole(hole.dataset.hole);
});
document.addEventListener("card:templates", open);
document.addEventListener("card:take-text", (event) => take(event.detail?.text));

function begin() {
  holes();
  questions();
}

document.addEventListener("card:drawn", (event) => {
  if (event.target.id === "r-answer") begin();
});
begin();
