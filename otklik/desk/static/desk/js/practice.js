// «Тренировка»: one message, decided by the keys and the search as you type that the queue and the card have.

import "./card_pick.js";
import { deedOf } from "./presses.js";

const form = document.querySelector("[data-practice]");
const menu = form?.querySelector("details");
const decide = form?.querySelector('[data-deed="accept"]');
const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select");

const DEEDS = {
  accept: () => decide.click(),
  theme: () => form.querySelector("#pick-theme").focus(),
  dismiss: () => {
    menu.open = !menu.open;
    if (menu.open) menu.querySelector("button").focus();
  },
};

form?.addEventListener("picked", (event) => {
  if (event.target.dataset.pick === "theme") decide.focus();
});
document.addEventListener("keydown", (event) => {
  if (!form || event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) return decide.click();
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat) return;
  if (typing(event.target)) {
    if (event.code === "Escape") event.target.blur();
    return;
  }
  const digit = menu.open && /^(?:Digit|Numpad)([1-6])$/.exec(event.code);
  const act = digit ? () => menu.querySelectorAll("button")[digit[1] - 1].click() : DEEDS[deedOf(event)];
  if (!act) return;
  event.preventDefault();
  act();
});
