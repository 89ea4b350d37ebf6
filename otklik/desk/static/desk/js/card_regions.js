// The card's regions: each is replaced as a whole, unless somebody types in it; then it waits behind a quiet bar.

import { parse } from "./ask.js";

const bar = document.getElementById("live-bar");
let held = null;

// The address line of the queue that the card was opened from; null where it was opened from elsewhere.
export const whence = () => new URLSearchParams(location.search).get("queue");
export const card = () => document.getElementById("card");

const FIELDS = "textarea, input[type=text], input[type=url], input[type=date], input:not([type])";

function touched(region) {
  return [...region.querySelectorAll(FIELDS)].filter((field) => field.value !== field.defaultValue);
}

function busy(region) {
  const here = document.activeElement;
  const focused = region.contains(here) && here.matches("input, textarea, select");
  return focused || region.dataset.dirty === "1" || touched(region).some((field) => !("transient" in field.dataset));
}

// `own` is the region whose form was just sent: it is replaced in any case.
export function apply(html, own = null) {
  const fresh = parse(html);
  const onward = fresh.getElementById("card-onward");
  if (onward) return goOn(onward);
  const next = fresh.getElementById("card");
  offerUndo(next ?? fresh.getElementById("card-gone"));
  if (!next) {
    card().replaceWith(...fresh.body.childNodes);
    return;
  }
  const news = next.dataset.news ?? "";
  Object.assign(card().dataset, next.dataset);
  held = null;
  for (const region of next.querySelectorAll(".card-region")) {
    const old = document.getElementById(region.id);
    if (!old || (old.dataset.stamp === region.dataset.stamp && old !== own)) continue;
    if (old !== own && busy(old)) held = html;
    else replace(old, region);
  }
  bar.hidden = !held;
  bar.querySelector("[data-words]").textContent = bar.dataset.title + (news ? `: ${news}` : "");
}

// On to the next card, which offers to take this one back. Who has written something here stays with it.
function goOn(onward) {
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { text: onward.textContent, batch: onward.dataset.undo } }));
  if (unsaved()) document.dispatchEvent(new Event("card:old"));
  else location.assign(onward.href);
}

// What was just done can be taken back for ten seconds.
function offerUndo(drawn) {
  const detail = { text: bar.dataset.done, batch: drawn?.dataset.undo };
  if (detail.batch) document.dispatchEvent(new CustomEvent("desk:done", { detail }));
}

// The card went to somebody else while it was open here.
export function lost() {
  bar.hidden = false;
  bar.querySelector("[data-words]").textContent = document.body.dataset.wordsGone;
  bar.querySelector("[data-show]").hidden = true;
}

function replace(old, fresh) {
  const open = [...old.querySelectorAll("details[data-keep][open]")].map((fold) => fold.dataset.keep);
  for (const keep of open) {
    const fold = fresh.querySelector(`details[data-keep="${keep}"]`);
    if (fold) fold.open = true;
  }
  standIn(old, fresh);
  old.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("card:drawn", { bubbles: true }));
}

// What comes by itself stands there as it was until it has come anew, so that nothing jumps meanwhile.
function standIn(old, fresh) {
  for (const place of fresh.querySelectorAll("[data-load]")) {
    const before = old.querySelector(`[data-loaded="${place.dataset.load}"]`);
    if (!before) continue;
    place.innerHTML = before.innerHTML;
    place.classList.remove("paper", "pad", "muted");
  }
}

// «Показать»: everything is drawn anew, and what was typed goes back into its field, or stands beside it.
function showHeld() {
  const next = parse(held).getElementById("card");
  for (const region of next.querySelectorAll(".card-region")) {
    const old = document.getElementById(region.id);
    if (!old || old.dataset.stamp === region.dataset.stamp) continue;
    const typed = touched(old).filter((field) => field.name && !("transient" in field.dataset));
    replace(old, region);
    for (const field of typed) giveBack(region, field);
  }
  held = null;
  bar.hidden = true;
}

function giveBack(region, field) {
  const same = region.querySelector(`[name="${field.name}"]:not([type=radio])`);
  if (same && (same.defaultValue === field.defaultValue || same.defaultValue === "")) {
    same.value = field.value;
    same.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  const kept = document.createElement("details");
  kept.className = "kept paper pad";
  kept.open = true;
  const title = document.createElement("summary");
  title.textContent = bar.dataset.kept;
  const text = document.createElement("div");
  text.className = "said-text";
  text.textContent = field.value;
  kept.append(title, text);
  region.prepend(kept);
}

// Whoever has left the field untouched needs no bar.
document.addEventListener("focusout", () => setTimeout(() => {
  if (held && ![...document.querySelectorAll("#card .card-region")].some(busy)) showHeld();
}));

bar.querySelector("[data-show]").addEventListener("click", showHeld);

// News that wait are older than what has been saved since: they are asked for anew (card_live.js), all of them.
document.addEventListener("editor:saved", () => {
  if (!held) return;
  held = null;
  bar.hidden = true;
  card().dataset.revision = "0";
});
// An answer that stands in this browser is not lost with the page (card_draft.js).
function unsaved() {
  return [...document.querySelectorAll("#card .card-region")].some((region) =>
    touched(region).some((field) => field.matches("textarea") && !("kept" in field.dataset)));
}

addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
