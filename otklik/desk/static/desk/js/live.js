// Asks every two seconds what has changed and changes the rows in place: the chosen row, focus, scroll and menus stay.

import { stirs } from "./pulse.js";
import { find, list, tell } from "./queue_list.js";
import { still } from "./still.js";

const line = document.getElementById("line");
const empty = document.getElementById("empty");
const worked = document.getElementById("worked");
const EVERY = 2000;
const SOON = 200;
const SLOWEST = 30000;
const OUT_EVERY = 5000; // whoever signs in next door is soon heard of
const REDRAW = 120000; // clocks in sight change by themselves; what else changes comes at once
const OUT = "signed out";

let revision = list.dataset.revision;
let shownAt = list.dataset.at;
let pause = EVERY;
let running = null;
let timer = 0;
const TOKEN = /value="[A-Za-z0-9]{64}"/g; // masked anew for every drawing
const drawn = new WeakMap();
const opened = Date.now();
const drawnAt = new WeakMap(); // row -> when it came; none: with the page
const waiting = new Map(); // row id -> html that comes when its menu is closed
const left = new Map(); // row id -> what a question that was under way when it was worked off still tells of it
const expected = new Set(); // row ids that come into the list wherever they belong, beyond the page too
let asked = 0;
let whole = !list.dataset.more; // the page comes with its first rows, the rest of it is asked for at once
let hurry = false; // others have emptied the page: its next cards are asked for at once

// A row that has just been worked off: an answer that was on its way then may still name it.
export function forget(id) {
  waiting.delete(String(id));
  expected.delete(String(id));
  left.set(String(id), { during: asked });
}

// Rows that somebody waits for; those that are drawn already come at once.
export function expect(ids, drawnRows = []) {
  for (const id of ids) {
    expected.add(String(id));
    const told = left.get(String(id))?.told;
    left.delete(String(id));
    if (told) put(told); // it will not be told again
  }
  for (const row of drawnRows) put(row);
  settle();
}

// A question that is under way may be older than what is asked for: then another one follows it.
export async function ask() {
  if (running) await running;
  if (running) return running;
  return begin();
}

// The rest of the page, for whoever means all of it before it has come.
export async function fillPage() {
  if (!whole) await ask();
}

// `idly`: by the clock alone, so that nothing needs to be asked while nothing has changed.
function begin(idly = false) {
  clearTimeout(timer);
  running = question(idly).finally(() => {
    running = null;
    timer = setTimeout(begin, hurry ? SOON : document.hidden ? Math.max(pause, SLOWEST) : pause, !hurry);
    hurry = false;
  });
  return running;
}

async function question(idly) {
  const number = ++asked;
  const old = outdated();
  const address = new URL(list.dataset.feed, location.href);
  address.searchParams.set("after", revision);
  address.searchParams.set("shown", [...list.children].map((row) => row.dataset.id).join(","));
  if (old.length) address.searchParams.set("redraw", old.map((row) => row.dataset.id).join(","));
  const fill = thin() || !whole;
  if (fill) address.searchParams.set("fill", "1");
  if (fill && list.dataset.start) address.searchParams.set("start", list.dataset.start);
  try {
    const told = idly && !old.length && !fill && !(await stirs(`${revision}.0`)) ? null : await changes(address);
    if (told === OUT) return signedOut();
    for (const [id, { during }] of left) if (during < number) left.delete(id);
    await still();
    if (told) apply(told);
    for (const row of old) drawnAt.set(row, Date.now());
    whole ||= fill;
    shownAt = told?.at ?? clockNow();
    pause = EVERY;
    line.hidden = true;
  } catch {
    pause = Math.min(pause * 2, SLOWEST);
    line.textContent = `${line.dataset.words} ${shownAt}`;
    line.hidden = false;
  }
}

// Rows in sight that were drawn long ago.
function outdated() {
  const late = Date.now() - REDRAW;
  if (document.hidden) return [];
  return [...list.children].filter((row) => (drawnAt.get(row) ?? opened) < late && visible(row));
}

async function changes(address) {
  const answer = await fetch(address, { headers: { "X-Fragment": "1" }, signal: AbortSignal.timeout(15000) });
  if (answer.status === 401) return OUT;
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.status === 204 ? null : answer.json();
}

function signedOut() {
  pause = OUT_EVERY;
  line.textContent = line.dataset.wordsOut;
  line.hidden = false;
}

function clockNow() {
  return new Date().toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit" });
}

function apply(told) {
  revision = String(told.revision);
  const hold = anchor();
  if (told.more !== null) list.dataset.more = "";
  for (const id of told.gone) leave(find(id));
  for (const row of told.rows) {
    put(row);
    const there = find(row.id);
    if (there) drawnAt.set(there, Date.now());
  }
  if (told.more) list.dataset.more = "1";
  if (told.more !== null) leadOn();
  for (const [key, count] of Object.entries(told.tabs ?? {})) {
    for (const place of document.querySelectorAll(`[data-tab="${key}"] .count`)) {
      place.textContent = count;
      place.classList.toggle("count-late", key === "person" && !["", "0"].includes(count));
    }
  }
  for (const [pk, count] of Object.entries(told.pinned ?? {})) {
    const place = document.querySelector(`[data-selection="${pk}"] .count`);
    if (place) place.textContent = count;
  }
  if (told.worked && worked) worked.textContent = told.worked;
  hurry = told.gone.length > 0 && thin();
  settle();
  hold();
  tell("told", told);
}

// The link to the next page goes on from the last row, wherever that is now.
function leadOn() {
  const next = document.querySelector('.pages [rel="next"]');
  if (!next) return;
  const address = new URL(next.href);
  const last = list.lastElementChild?.dataset.key;
  if (last) address.searchParams.set("start", last);
  next.href = address;
  next.hidden = !list.dataset.more;
}

// Fewer than half a page while there are more cards: ask for the next ones.
function thin() {
  return Boolean(list.dataset.more) && list.children.length < 25;
}

function settle() {
  empty.hidden = list.children.length > 0 || Boolean(list.dataset.more);
}

// The row one is looking at keeps its place in the window, whatever appears above it.
function anchor() {
  const bar = 60;
  const chosen = list.querySelector(".is-here");
  const kept = chosen && visible(chosen) ? chosen
    : scrollY > 10 ? [...list.children].find((row) => row.getBoundingClientRect().bottom > bar) : null;
  const before = kept?.getBoundingClientRect().top;
  return () => {
    if (kept?.isConnected) scrollBy(0, kept.getBoundingClientRect().top - before);
  };
}

function visible(row) {
  const box = row.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

// The chosen row does not vanish under one's hand: it says that it is gone, and goes when one moves on.
function leave(row) {
  if (!row || row.classList.contains("is-gone")) return;
  if (!row.classList.contains("is-here")) return row.remove();
  row.classList.add("is-gone");
  row.querySelector(".acts")?.replaceChildren();
  const words = document.createElement("div");
  words.className = "gone-words";
  words.textContent = list.dataset.wordsMoved;
  row.append(words);
}

function put({ id, key, html }) {
  const gone = left.get(String(id));
  if (gone) return void (gone.told = { id, key, html });
  const old = find(id);
  const awaited = expected.delete(String(id));
  if (old && busy(old)) return void waiting.set(String(id), html);
  if (old) {
    draw(old, html);
    if (old.dataset.key !== key) {
      old.dataset.key = key;
      if (!old.classList.contains("is-here")) place(old);
    }
    return;
  }
  // Beyond this page: it comes with the page it belongs to.
  if (!awaited && list.dataset.start && key <= list.dataset.start) return;
  if (!awaited && list.dataset.more && list.lastElementChild && key > list.lastElementChild.dataset.key) return;
  const row = document.createElement("li");
  row.className = "row";
  row.tabIndex = -1;
  row.dataset.id = id;
  row.dataset.key = key;
  row.innerHTML = html;
  place(row);
}

function busy(row) {
  return row.classList.contains("is-busy") || row.querySelector("details[open], .picker");
}

function draw(row, html) {
  const bare = html.replaceAll(TOKEN, "");
  if (drawn.get(row) === bare) return;
  drawn.set(row, bare);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const keep = row.contains(document.activeElement) ? document.activeElement.dataset.keep : null;
  row.classList.remove("is-gone");
  row.replaceChildren(fresh.content);
  if (keep) row.querySelector(`[data-keep="${keep}"]`)?.focus({ preventScroll: true });
  tell("drawn", { row });
}

function place(row) {
  const after = [...list.children].find((other) => other !== row && other.dataset.key > row.dataset.key);
  const focused = row.contains(document.activeElement) ? document.activeElement : null;
  list.insertBefore(row, after ?? null);
  focused?.focus({ preventScroll: true });
}

list.addEventListener("toggle", (event) => {
  const row = event.target.closest(".row");
  const html = row && !busy(row) && waiting.get(row.dataset.id);
  if (!html) return;
  waiting.delete(row.dataset.id);
  draw(row, html);
}, true);
list.addEventListener("thinned", () => {
  settle();
  if (list.children.length && !thin()) return;
  whole = false; // an emptied page asks too: whether there is more, and what to say when there is not
  ask();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
addEventListener("online", () => ask());
timer = setTimeout(begin, whole ? pause : 0, true);
