// What the check of words finds stands under the answer and is asked for anew after each save. F8 leads to the next
// finding, Enter there puts the fix in, Delete says «не согласен».

import { ask, parse, send } from "./ask.js";
import { still } from "./still.js";

let turn = 0;

const form = () => document.querySelector("form[data-editor]");
const place = () => form()?.querySelector("[data-flaws]");
const area = () => form().elements.text;
const addressOf = (name) => place().dataset[name].replace("/1/", `/${form().dataset.answer}/`);

async function look() {
  if (!place()) return;
  if (form().dataset.answer === "0" || !area().value.trim()) return place().replaceChildren();
  const mine = ++turn;
  const answer = await ask(addressOf("address")).catch(() => null);
  if (!answer?.ok) return;
  const html = await answer.text();
  await still();
  if (mine === turn && place()) show(html);
}

function show(html) {
  const open = [...place().querySelectorAll("details[open]")].map((one) => one.dataset.keep);
  const focused = [...place().querySelectorAll("[data-flaw]")].indexOf(document.activeElement.closest("[data-flaw]"));
  place().replaceChildren(...parse(html).body.childNodes);
  for (const one of place().querySelectorAll("details")) one.open ||= open.includes(one.dataset.keep);
  if (focused >= 0) goTo(focused);
  // A refusal was in sight before this came above it.
  form().querySelector(".form-answer:has(.refusal)")?.scrollIntoView({ block: "nearest" });
}

// The server counts characters, this page counts UTF-16 units; the text may have moved on since it was looked at.
function find({ start, end, piece }) {
  const text = area().value;
  const units = (count) => [...text].slice(0, count).join("").length;
  const [from, to] = [units(Number(start)), units(Number(end))];
  if (to > from && text.slice(from, to).startsWith(piece)) return [from, to];
  const at = piece ? text.indexOf(piece) : -1;
  return at < 0 ? null : [at, at + piece.length];
}

function select(flaw) {
  const found = find(flaw.dataset);
  if (!found) return;
  area().focus();
  area().setSelectionRange(...found);
}

// By the browser's own command, so that Ctrl+Z takes it out again.
function put(found, instead) {
  area().focus();
  area().setSelectionRange(...found);
  if (document.execCommand(instead ? "insertText" : "delete", false, instead)) return;
  area().setRangeText(instead, ...found, "end");
  area().dispatchEvent(new Event("input", { bubbles: true }));
}

function mend(fixes) {
  const found = fixes.map((one) => [find(one.dataset), one.dataset.instead]).filter(([where]) => where);
  found.sort(([one], [other]) => other[0] - one[0]); // from the end, so that what stands before does not move
  for (const [where, instead] of found) put(where, instead);
}

async function dismiss(flaw) {
  const body = new FormData();
  body.set("rule", flaw.dataset.rule);
  body.set("piece", flaw.dataset.piece);
  const mine = ++turn;
  const answer = await send(addressOf("dismissal"), body).catch(() => null);
  if (!answer || mine !== turn || !place()) return;
  if (answer.ok) show(await answer.text());
  else look(); // the text has moved on: what is shown is old
}

const all = () => [...(place()?.querySelectorAll("[data-flaw]") ?? [])];

function goTo(number) {
  const flaw = all()[number % all().length];
  if (!flaw) return area().focus();
  flaw.closest("details")?.setAttribute("open", "");
  flaw.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || !form()) return;
  const flaw = event.target.closest?.("[data-flaw]");
  if (event.code === "F8" && all().length) goTo(all().indexOf(flaw) + 1);
  else if (flaw && event.target === flaw && event.code === "Delete") flaw.querySelector("[data-flaw-dismiss]")?.click();
  else if (flaw && event.target === flaw && event.code === "Enter") (flaw.querySelector("[data-flaw-mend]") ?? flaw.querySelector("[data-flaw-show]"))?.click();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-flaws] button");
  if (!button) return;
  if (button.matches("[data-flaw-show]")) select(button.closest("[data-flaw]"));
  else if (button.matches("[data-flaw-dismiss]")) dismiss(button.closest("[data-flaw]"));
  else if (button.matches("[data-flaw-print]")) mend([...button.parentElement.querySelectorAll("[data-flaw-mend]")]);
  else if (button.matches("[data-flaw-mend]")) mend([button]);
});

document.addEventListener("editor:saved", look);
document.addEventListener("card:drawn", (event) => {
  if (event.target.id === "r-answer") look();
});
look();
