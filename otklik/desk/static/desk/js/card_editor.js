// The answer's editor: counts as the network counts and saves by itself. What the server does not have yet stands in
// this browser; on a late save both texts are shown.

import { parse, send } from "./ask.js";
import { hasLink, lengthOf } from "./counting.js";
import { fieldsOf, forget, keep, read, words } from "./card_draft.js";
import { ours, refuse, submit } from "./card_forms.js";
import { restore } from "./card_restore.js";

const EVERY = 2000; // from the first unsaved change, however long one goes on typing
const SLOWEST = 30000;
const SIGNED_OUT = 5000;
let timer = 0;
let wait = EVERY;
let saving = null;
let leaving = false;
let refused = ""; // what the server would not have: tried again only when it has changed
const onServer = new WeakMap();
const byHand = new WeakMap(); // what a button has sent

const editor = () => document.querySelector("form[data-editor]");
const told = (fields) => JSON.stringify(fields);

function count(area) {
  const place = area.form.querySelector("[data-count]");
  const length = lengthOf(area.value, area.dataset.counting);
  place.textContent = length;
  place.classList.toggle("text-late", length > Number(area.dataset.limit));
  const warning = area.form.querySelector("[data-link-warning]");
  if (warning) warning.hidden = !hasLink(area.value);
}

function changed(form) {
  const fields = fieldsOf(form);
  if (!fields.text.trim() && form.elements.version.value === "0" && !form.dataset.saving) return false;
  return told(fields) !== onServer.get(form) && told(fields) !== refused;
}

function later() {
  timer ||= setTimeout(save, wait);
}

export async function save() {
  clearTimeout(timer);
  timer = 0;
  const form = editor();
  if (!form || leaving || form.querySelector("[data-both]") || !changed(form)) return;
  if (form.dataset.sending) return later();
  if (saving) return;
  saving = attempt(form);
  await saving;
  saving = null;
  if (editor() === form && changed(form)) later();
}

async function attempt(form) {
  const fields = fieldsOf(form);
  const unheard = [read()?.sending, fields.text];
  keep(form, fields.text);
  form.dataset.saving = "1"; // until it is known what became of it
  let answer, html;
  try {
    answer = await send(form.action, bodyOf(form), { signal: AbortSignal.timeout(20000) });
    html = await answer.text();
  } catch {
    return failed(form, 0);
  }
  if (!form.isConnected) return;
  if (answer.status < 500) delete form.dataset.saving;
  const mark = answer.ok && parse(html).querySelector("[data-version]");
  if (mark) return automatic(form, mark, fields);
  if (answer.ok || answer.status === 401 || answer.status === 429 || answer.status >= 500) return failed(form, answer.status);
  if (answer.status === 409 && echoed(form, parse(html).querySelector("[data-both]"), unheard)) return attempt(form);
  refused = told(fields);
  refuse(form, answer, html, true);
  line(form, form.querySelector("[data-both]") ? words.conflict : words.refused);
}

// What stands there is what we sent ourselves and never heard about (a lost answer, a page that was closed over it):
// nothing to choose between, this page goes on from it.
function echoed(form, both, unheard) {
  if (both?.dataset.writer !== words.user) return false;
  if (Number(both.dataset.version) <= Number(form.elements.version.value)) return false;
  const theirs = both.querySelector("[data-theirs]").textContent.trim();
  if (!unheard.some((text) => text?.trim() === theirs)) return false;
  goOnFrom(form, both);
  return true;
}

function goOnFrom(form, both) {
  form.elements.version.value = both.dataset.version;
  form.dataset.answer = both.dataset.answer ?? "0";
}

function bodyOf(form) {
  const body = new FormData(form);
  body.delete("photos");
  body.delete("acts");
  return body;
}

function automatic(form, mark, fields) {
  saved(form, mark, fields);
  form.querySelector("[data-saved]").replaceChildren(...mark.childNodes);
}

function saved(form, mark, fields) {
  ours(form, mark.dataset);
  form.elements.text.defaultValue = fields.text;
  for (const name of ["promised_on", "proof_words", "why_words", "why_on"])
    if (form.elements[name]) form.elements[name].defaultValue = form.elements[name].value;
  onServer.set(form, told(fields));
  form.querySelector(".form-answer > [data-passing]")?.remove();
  refused = "";
  wait = EVERY;
  delete form.dataset.saving; // a button may have sent what an automatic save was not heard of
  line(form, "");
  form.dispatchEvent(new CustomEvent("editor:saved", { bubbles: true }));
  if (changed(form)) {
    keepHere(form);
    return later();
  }
  forget(fields);
  delete form.closest(".card-region").dataset.dirty;
}

// The line is dead or one is signed out: the text is in this browser, and goes out by itself.
function failed(form, status) {
  wait = status === 401 ? SIGNED_OUT : Math.min(wait * 2, SLOWEST);
  if (form.dataset.saving) onServer.delete(form); // it may have arrived: even the old text is sent once more
  const kept = form.elements.text.dataset.kept;
  line(form, !kept ? words.nowhere : status === 401 ? words.signedOut : words.offline);
}

function line(form, text) {
  const place = form.querySelector("[data-line]");
  if (place.textContent !== text) place.textContent = text;
  form.querySelector("[data-saved]").hidden = Boolean(text);
}

function keepHere(form) {
  if (!leaving && keep(form)) form.elements.text.dataset.kept = "1";
  else delete form.elements.text.dataset.kept;
}

function again() {
  refused = "";
  wait = EVERY;
  save();
}

function begin() {
  const form = editor();
  refused = ""; // what a form that was drawn anew holds has been asked about by none
  if (form) onServer.set(form, told(fieldsOf(form)));
  if (form) count(form.elements.text);
  restore(form);
}

function onChange(event) {
  const form = event.target.closest("form[data-editor]");
  if (!form || !event.target.name || event.target.type === "file") return;
  if (event.target.name === "text") count(event.target);
  form.closest(".card-region").dataset.dirty = "1";
  keepHere(form);
  later();
}

document.addEventListener("input", onChange);

// A button of the form: what it sent is on the server when the answer says so, even if the answer is a refusal.
document.addEventListener("card:sending", (event) => {
  if (!event.target.matches("[data-editor]")) return;
  byHand.set(event.target, fieldsOf(event.target));
  keep(event.target, event.target.elements.text.value);
});
document.addEventListener("card:saved", (event) => {
  const mark = event.target.matches("[data-editor]") && event.detail.querySelector("[data-version]");
  if (mark) automatic(event.target, mark, byHand.get(event.target));
});
document.addEventListener("card:kept", (event) => {
  if (event.target.matches("[data-editor]")) saved(event.target, event.detail, byHand.get(event.target));
});
document.addEventListener("card:accepted", (event) => {
  if (event.target.matches("[data-editor]")) forget(byHand.get(event.target));
});
document.addEventListener("card:drawn", (event) => {
  if (event.target.id === "r-answer") begin();
});

// An automatic save under way would make the next click look late: let it end first. So would one of which we have not
// heard what became of it: that is found out by sending it once more.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-editor]");
  if (!form || !(saving || form.dataset.saving)) return;
  event.preventDefault();
  const submitter = event.submitter;
  saving ??= attempt(form).finally(() => { saving = null; });
  saving.finally(() => submit(form, submitter));
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose]");
  if (!button) return;
  const form = button.closest("form");
  const both = button.closest("[data-both]");
  goOnFrom(form, both);
  if (button.dataset.choose === "theirs") form.elements.text.value = both.querySelector("[data-theirs]").textContent;
  form.querySelector(".form-answer").replaceChildren();
  onServer.set(form, "");
  count(form.elements.text);
  keepHere(form);
  again();
});

// The page goes: what is not saved is sent after it, and stays here until the server is seen to have it.
let leftUnsaved = false;
addEventListener("pagehide", () => {
  const form = editor();
  if (leaving) return;
  leaving = true;
  if (!form || saving || form.dataset.sending || form.querySelector("[data-both]") || !changed(form)) return;
  leftUnsaved = keep(form, form.elements.text.value);
  send(form.action, bodyOf(form), { keepalive: true }).catch(() => {});
});
addEventListener("pageshow", (event) => {
  leaving = false;
  if (event.persisted && leftUnsaved) location.reload();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) save();
});
// Whoever signs out has settled what becomes of his words (leave.js): nothing of them is kept again.
document.addEventListener("desk:signing-out", () => { leaving = true; });
addEventListener("online", again);
addEventListener("focus", again);

begin();
