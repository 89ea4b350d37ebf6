// Pictures of an answer: shrunk on the phone, sent piece by piece, resumed where the line broke. Whatever happens to the
// region meanwhile, the list of uploads stays on the page.

import { guard, moved } from "./card_photos_wait.js";
import { Refused, standing, upload } from "./card_pieces.js";
import { shrunk } from "./card_shrink.js";

const TURN = 200;
const PATIENCE = 60000;
const items = [];
let working = false;
let known = {};

const place = () => document.querySelector("[data-uploads]");
// The editor may go while a picture is on its way: what it says is still wanted.
const words = () => (known = place()?.dataset ?? known);
const after = (pause) => new Promise((done) => setTimeout(done, pause));

function show() {
  const list = place();
  if (!list) return moved();
  list.replaceChildren(...items.map((item) => item.line));
  list.hidden = !items.length;
  const left = room(list);
  const told = list.parentElement.querySelector("[data-room]");
  told.textContent = left > 0 ? words().wordsRoom.replace("{n}", left) : words().wordsFull;
  for (const field of list.parentElement.querySelectorAll("[data-photos]")) {
    field.disabled = left <= 0;
    field.closest("label").classList.toggle("disabled", left <= 0);
  }
  moved();
}

// How many more the network takes, those on their way counted.
function room(list) {
  const hung = list.closest("form").querySelectorAll("[data-shots] .photos > li").length;
  return Number(list.dataset.limit) - hung - items.filter((item) => !item.failed && !item.hung).length;
}

function add(file) {
  const line = document.createElement("li");
  const name = document.createElement("bdi");
  name.textContent = file.name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const state = document.createElement("span");
  state.setAttribute("role", "status");
  const again = button("", () => retry(item));
  const drop = button("", () => remove(item));
  const item = { file, line, bar, state, again, drop, failed: false, hung: false, gone: false, key: "" };
  line.append(name, bar, state, again, drop);
  again.hidden = true;
  again.textContent = words().wordsAgain;
  drop.textContent = words().wordsDrop;
  items.push(item);
  retry(item);
}

// More than the network takes is not even sent; when another has gone, there may be room for it.
function retry(item) {
  item.failed = false;
  if (room(place()) < 0) return fail(item, words().wordsFull);
  tell(item, "");
  show();
  work();
}

function button(title, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = title;
  made.addEventListener("click", run);
  return made;
}

function remove(item) {
  item.gone = true;
  items.splice(items.indexOf(item), 1);
  show();
}

function tell(item, text) {
  if (item.state.textContent !== text) item.state.textContent = text;
  item.again.hidden = !item.failed || item.final;
  item.state.classList.toggle("text-late", item.failed);
}

function fail(item, text, repeatable = true) {
  item.failed = true;
  item.final = !repeatable;
  if (!repeatable) item.bar.remove();
  tell(item, text);
  show();
}

// One picture after the other: two at once would only share the same thin line.
async function work() {
  if (working) return;
  working = true;
  try {
    for (let item; (item = items.find((one) => !one.failed)) && place(); ) await one(item);
  } finally {
    working = false;
  }
}

async function one(item) {
  try {
    if (!item.key) {
      tell(item, words().wordsShrink);
      const blob = await shrunk(item.file);
      if (blob.size > Number(words().most)) return fail(item, words().wordsBig, false);
      tell(item, words().wordsGoing);
      item.key = await upload(item.file, blob, {
        onMove: (share) => { item.bar.value = share; tell(item, words().wordsGoing); },
        onWait: (status) => tell(item, status === 401 ? words().wordsSignedOut : words().wordsWait),
        stopped: () => item.gone,
      });
    }
    if (!item.gone) await hang(item);
  } catch (error) {
    const refused = error instanceof Refused;
    fail(item, (refused && error.message) || words().wordsFailed, !refused);
    if (!refused) reportError(error);
  }
}

// The whole picture goes onto the draft by a press of the form itself, so that what was typed is saved in the same breath
// and no automatic save comes between. Without an editor it waits until there is one again.
async function hang(item) {
  for (let pause = 1000; !item.gone; pause = Math.min(pause * 2, 30000)) {
    tell(item, words().wordsLast);
    const form = place()?.closest("form");
    if (!form) return;
    if (await pressed(item, form)) return remove(item);
    if (form.querySelector("[data-both]")) return fail(item, words().wordsBoth);
    const there = await standing(item.key).catch(() => false);
    if (there === null) return fail(item, refusalOn(form) || words().wordsFailed, false);
    if (there) return fail(item, words().wordsFailed);
    tell(item, words().wordsWait);
    await after(pause);
  }
}

// What the server would not have goes with the picture that it is about, and stays there until it is put away.
function refusalOn(form) {
  const place = form.querySelector(".form-answer");
  const text = place.querySelector(".refusal")?.textContent.trim();
  place.replaceChildren();
  return text;
}

async function pressed(item, form) {
  const send = Object.assign(document.createElement("button"), { name: "key", value: item.key, hidden: true });
  send.formAction = words().completion;
  send.formNoValidate = true;
  let begun = false;
  const began = (event) => { begun ||= event.detail.submitter === send; };
  const saved = (event) => { item.hung ||= begun && Boolean(event.detail.querySelector("[data-hung]")); };
  for (let left = PATIENCE; form.dataset.sending && left > 0; left -= TURN) await after(TURN);
  form.append(send);
  form.addEventListener("card:sending", began);
  form.addEventListener("card:saved", saved);
  form.requestSubmit(send);
  for (let left = PATIENCE; (!begun || form.dataset.sending) && form.isConnected && left > 0; left -= TURN) {
    await after(TURN);
    // The form takes one press at a time: another may have come before this one.
    if (!begun && !form.dataset.sending && !form.dataset.saving) form.requestSubmit(send);
  }
  form.removeEventListener("card:sending", began);
  form.removeEventListener("card:saved", saved);
  send.remove();
  return item.hung;
}

// Whatever has hung pictures on the draft tells which are there now; the text beside them stays as it is.
document.addEventListener("card:saved", (event) => {
  const fresh = event.detail.querySelector("[data-hung]");
  const shots = event.target.querySelector("[data-shots]");
  if (!fresh || !shots) return;
  shots.replaceChildren(...fresh.childNodes);
  show();
  if (!items.length) shots.scrollIntoView({ block: "nearest" });
});

// Before the editor's own way, which would send all files in one piece.
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-photos]") || !place()) return;
  event.stopImmediatePropagation();
  const files = [...event.target.files];
  event.target.value = "";
  for (const file of files) add(file);
}, true);

document.addEventListener("card:drawn", (event) => {
  if (event.target.id !== "r-answer") return;
  show();
  const going = items.filter((item) => !item.failed).map((item) => item.file.name);
  if (place()) work();
  else if (going.length) tellAll(words().wordsLater.replace("{names}", going.join(", ")));
});

function tellAll(text) {
  document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text, tone: "error" } }));
}

addEventListener("beforeunload", (event) => {
  if (items.some((item) => !item.failed)) event.preventDefault();
});

guard(() => {
  const failed = items.filter((item) => item.failed).length;
  return { going: items.length - failed, failed };
});
show();
