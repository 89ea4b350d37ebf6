// Z and the buttons «Вернуть»: what was done in the last ten seconds is taken back, the newest first.
// What can be taken back is kept for this tab, so that it outlives the page; and only what the server has taken back is
// forgotten, so that a bad line takes nothing away.

import { csrf } from "./csrf.js";
import { load, save } from "./storage.js";

const words = document.body.dataset;
const SHOWN = 10000;
const HEARD = 27000; // the server hears of it for thirty seconds: time for a second try
const KEY = `otklik:undo:${document.querySelector("script[data-leave]")?.dataset.user}`; // of this person alone
const THERE = `${KEY}:there`;
let here = "[]"; // for a browser that keeps nothing: then it lasts as long as the page
let toast = () => null;
let turn = Promise.resolve();

// { batch, text, at, until }: `at` is when it was pressed, for answers overtake each other. Newest last.
function acts() {
  return JSON.parse(load("sessionStorage", KEY) || here).filter((one) => one.until > Date.now());
}

function keep(list) {
  here = JSON.stringify(list.sort((one, other) => one.at - other.at));
  save("sessionStorage", KEY, here); // where nothing is kept, `here` has it
  mark();
}

// What got through shows that the line and the session are there again: words to the contrary go.
function done({ text, batch, at = Date.now() }) {
  for (const note of document.querySelectorAll("#toasts [data-status]")) note.remove();
  if (!batch) return toast({ text });
  const act = { batch, text, at, until: Date.now() + SHOWN };
  show(act);
  keep([...acts().filter((one) => one.batch !== batch), act]);
}

function show(act, told = {}) {
  const lasts = act.until - Date.now();
  const { text, at, batch } = act;
  const note = toast({ text, at, ...told, action: words.wordsUndoThis, run: () => takeBack(batch), lasts });
  note.dataset.undo = act.batch;
  setTimeout(() => note.remove(), lasts); // an error as well: later it would promise too much
}

// Only one of the buttons is what Z does, where there is a keyboard.
function mark() {
  const newest = matchMedia("(pointer: fine)").matches && acts().at(-1)?.batch;
  for (const note of document.querySelectorAll("#toasts [data-undo]"))
    note.querySelector(".undo").textContent = note.dataset.undo === newest ? words.wordsUndo : words.wordsUndoThis;
}

// One after another, in the order of the presses: two of them may be about one card.
function takeBack(batch) {
  const act = acts().find((one) => one.batch === batch);
  if (!act) return;
  for (const note of document.querySelectorAll("#toasts [data-undo]")) if (note.dataset.undo === batch) note.remove();
  keep(acts().filter((one) => one !== act && one.batch !== batch));
  turn = turn.then(() => ask(act));
}

// What was done to hundreds of cards comes back in pieces, with a word that it is under way.
async function ask(act) {
  const cards = [];
  for (;;) {
    const { told, ok, status } = await send(act.batch);
    if (!told?.cards) return failed(act, status);
    cards.push(...told.cards);
    if (told.more) {
      if (cards.length === told.cards.length) toast({ text: words.wordsUndoing });
      continue;
    }
    toast({ text: told.words, tone: ok ? "" : "error" });
    document.dispatchEvent(new CustomEvent("desk:undone", { detail: { ...told, cards } }));
    return;
  }
}

async function send(batch) {
  const body = new FormData();
  body.set("batch", batch);
  const headers = { Accept: "application/json", "X-Fragment": "1", "X-CSRFToken": csrf() };
  const answer = await fetch(words.undo, { method: "POST", body, headers }).catch(() => null);
  const json = answer?.headers.get("Content-Type")?.startsWith("application/json");
  return { told: json ? await answer.json().catch(() => null) : null, ok: answer?.ok, status: answer?.status ?? 0 };
}

function failed(act, status) {
  const again = { ...act, until: act.at + HEARD };
  if (again.until <= Date.now()) return toast({ status, tone: "error" });
  show(again, { text: null, status, tone: "error", at: Date.now() });
  keep([...acts(), again]);
}

// A fast hand presses Z before the server has answered what it means: that is waited for.
let doing = 0;
let pressed = 0;

function did() {
  doing -= 1;
  if (doing) return;
  for (; pressed; pressed -= 1) takeNewest();
}

function takeNewest() {
  const newest = acts().at(-1);
  if (newest) takeBack(newest.batch);
}

// What was taken back is said on the page that it leads to.
export const sayThere = (text) => save("sessionStorage", THERE, text);

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

export function listen(say) {
  toast = say;
  document.addEventListener("desk:doing", () => { doing += 1; });
  document.addEventListener("desk:did", did);
  document.addEventListener("desk:done", (event) => done(event.detail));
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyZ" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (typing(event.target) || !(doing || acts().length)) return;
    event.preventDefault();
    if (doing) pressed += 1;
    else takeNewest();
  });
  const text = load("sessionStorage", THERE);
  if (text) toast({ text });
  sayThere("");
  const newest = acts().at(-1);
  if (newest) show(newest);
  mark();
}
