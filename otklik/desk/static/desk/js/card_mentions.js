// «@» in a note: colleagues who see this card, by the first letters. Arrows choose, Enter takes, Escape leaves.

import { ask } from "./ask.js";
import { flip } from "./card_flip.js";

const PAUSE = 150;
const CALL = /(?<![\p{L}\p{N}_])@([\p{L}-]{0,40}(?: [\p{L}-]{0,40})?)$/u;
let timer = 0;
let taken = -1; // where the name stands that was taken last: it is whole and asks nothing more

const list = (area) => area.parentElement.querySelector("[role=listbox]");
const options = (area) => [...list(area).querySelectorAll("[data-pk]")];
const chosen = (area) => options(area).findIndex((option) => option.getAttribute("aria-selected") === "true");
const areaOf = (event) => (event.target.matches?.("textarea[data-call]") ? event.target : null);

function call(area) {
  const found = CALL.exec(area.value.slice(0, area.selectionStart));
  return found && found.index !== taken ? { at: found.index, words: found[1] } : null;
}

async function look(area) {
  const asked = call(area);
  if (!asked) return hide(area);
  const address = new URL(area.dataset.call, location.href);
  address.searchParams.set("q", asked.words);
  const answer = await ask(address).catch(() => null);
  const now = call(area);
  if (!answer?.ok || !now || now.words !== asked.words || document.activeElement !== area) return;
  list(area).innerHTML = await answer.text();
  list(area).hidden = !options(area).length && asked.words.includes(" ");
  flip(list(area), area);
  point(area, 0);
}

function point(area, at) {
  const all = options(area);
  if (!all.length) return area.removeAttribute("aria-activedescendant");
  const number = (at + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === number)));
  area.setAttribute("aria-activedescendant", all[number].id);
  all[number].scrollIntoView({ block: "nearest" });
}

function hide(area) {
  list(area).hidden = true;
  area.removeAttribute("aria-activedescendant");
}

function take(area, option) {
  const asked = call(area);
  hide(area);
  if (!asked) return;
  area.setRangeText(`@${option.dataset.title} `, asked.at, area.selectionStart, "end");
  taken = asked.at;
  const id = document.createElement("input");
  Object.assign(id, { type: "hidden", name: "called", value: option.dataset.pk });
  area.form.append(id);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const area = areaOf(event);
  if (!area) return;
  clearTimeout(timer);
  if (area.value[taken] !== "@") taken = -1;
  if (call(area)) timer = setTimeout(() => look(area), PAUSE);
  else hide(area);
});
document.addEventListener("focusout", (event) => {
  const area = areaOf(event);
  if (area) hide(area);
});
// Before the card's own keys: here Escape closes the list and not the field.
document.addEventListener("keydown", (event) => {
  const area = areaOf(event);
  if (!area || list(area).hidden || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const option = options(area)[chosen(area)];
  if (event.code === "ArrowDown") point(area, chosen(area) + 1);
  else if (event.code === "ArrowUp") point(area, chosen(area) - 1);
  else if ((event.code === "Enter" || event.code === "Tab") && !event.shiftKey && option) take(area, option);
  else if (event.code === "Escape") hide(area);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.(".call-options [data-pk]");
  if (!option) return;
  event.preventDefault();
  take(option.closest(".call-place").querySelector("textarea"), option);
});
