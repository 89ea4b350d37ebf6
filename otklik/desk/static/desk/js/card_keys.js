// Keys of the card, known by their place on the keyboard, so that they work in the Russian layout.

import { card, whence } from "./card_regions.js";
import { deedOf } from "./presses.js";

const help = document.getElementById("keys");
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

// A key never presses what one does not see: a fold that was closed again keeps its buttons.
const allSeen = (selector, within = document) => [...within.querySelectorAll(selector)].filter((found) => found.checkVisibility());
const seen = (selector) => allSeen(selector)[0];

function press(button) {
  if (button?.matches("summary")) {
    button.parentElement.open = !button.parentElement.open;
    button.parentElement.querySelector("form button, textarea")?.focus();
  } else button?.click();
}

function focusOn(deed) {
  const field = document.querySelector(`textarea[data-deed="${deed}"]`);
  const fold = field?.closest("details");
  if (fold) fold.open = true;
  field?.focus();
}

// Back to the list one came from, with its filters; from card to card the queue's own address, by which it finds its
// row again (queue_cursor.js). Else to the list of one's work.
function back() {
  const home = card()?.dataset.back ?? "/";
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === location.origin && from.pathname === home) return from.href;
  return whence() === null ? home : (keptAddress() ?? `/queue/${whence() && `?${whence()}`}`);
}

function keptAddress() {
  try {
    const user = document.querySelector("script[data-leave]").dataset.user;
    return JSON.parse(sessionStorage.getItem(`otklik:cursor:${user}`))?.address;
  } catch {
    return undefined;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) return print();
  const link = event.target.closest("[data-back-link]");
  if (link) link.href = back();
});

const KEYS = {
  accept: () => press(seen('button[data-deed="accept"]')),
  dismiss: () => press(seen('[data-deed="dismiss"] > summary')),
  repeat: () => press(seen('[data-deed="repeat"] > summary')),
  theme: () => seen("#pick-theme")?.focus(),
  take: () => seen(".hands button")?.click(),
  tag: () => seen("[data-tags]")?.focus(),
  answer: () => focusOn("answer"),
  note: () => focusOn("note"),
  template: () => document.dispatchEvent(new CustomEvent("card:templates")),
  leave: () => location.assign(back()),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || help.open) return;
  if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form[data-card-form]") ?? seen("form[data-decide]");
    // Not whichever comes first: beside a picture stands a button that removes it.
    if (form) form.requestSubmit(form.querySelector("button.btn-primary") ?? form.querySelector("button:not([type=button])"));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (typing(event.target)) {
    if (event.code === "Escape") event.target.blur();
    return;
  }
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  // The reasons of a fold that was just opened stand below the themes: what was opened last is meant.
  const list = digit && !event.shiftKey && allSeen("[data-digits]").at(-1);
  const reason = list && allSeen("button", list)[digit[1] - 1];
  if (reason) {
    event.preventDefault();
    return reason.click();
  }
  const deed = KEYS[deedOf(event)];
  if (event.shiftKey || !deed) return;
  event.preventDefault();
  deed();
});

// A page opened for one thing that is missing goes straight to it.
const wanted = new URLSearchParams(location.search).get("focus");
if (wanted === "theme" || wanted === "agency" || wanted === "place") {
  const field = document.getElementById(`pick-${wanted}`);
  field?.focus();
  document.addEventListener("card:loaded", () => {
    if (document.activeElement === field) field?.scrollIntoView({ block: "center" });
  });
}
