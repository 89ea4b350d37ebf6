// Pictures of an answer: shrunk on the phone, sent piece by piece, resumed where the line broke. Whatever happens to the
// region meanwhile, the list of uploads stays on the page.

import { Refused, standing, upload } from "./card_pieces.js";
import { shrunk } from "./card_shrink.js";

const TURN = 200;
const PATIENCE = 60000;
const items = [];
let working = false;

const place = () => document.querySelector("[data-uploads]");
const words = () => place().dataset;
const after = (pause) => new Promise((done) => setTimeout(done, pause));

function show() {
  const list = place();
  if (!list) return;
  list.replaceChildren(...items.map((item) => item.line));
  list.hidden = !items.length;
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
  const again = button("", () => { item.failed = false; tell(item, ""); work(); });
  const drop = button("", () => remove(item));
  const item = { file, line, bar, state, again, drop, failed: false, gone: false, key: "" };
  line.append(name, bar, state, again, drop);
  again.hidden = true;
  again.textContent = words().wordsAgain;
  drop.textContent = words().wordsDrop;
  items.push(item);
  if (file.size > Number(words().most)) fail(item, words().wordsBig, false);
  show();
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
}

// One picture after the other: two at once would only share the same thin line.
async function work() {
  if (working) return;
  working = true;
  for (let item; (item = items.find((one) => !one.failed)) && place(); ) await one(item);
  working = false;
}

async function one(item) {
  try {
    if (!item.key) {
      tell(item, words().wordsShrink);
      const blob = await shrunk(item.file);
      tell(item, words().wordsGoing);
      item.key = await upload(item.file, blob, {
        onMove: (share) => { item.bar.value = share; tell(item, words().wordsGoing); },
        onWait: (status) => tell(item, status === 401 ? words().wordsSignedOut : words().wordsWait),
        stopped: () => item.gone,
      });
    }
    if (!item.gone) await hang(item);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fail(item, error.message || words().wordsFailed, false);
  }
}

// The whole picture goes onto the draft by a press of the form itself, so that what was typed is saved in the same breath
// and no automatic save comes between.
async function hang(item) {
  for (let pause = 1000; !item.gone; pause = Math.min(pause * 2, 30000)) {
    tell(item, words().wordsLast);
    if (await pressed(item)) return remove(item);
    const form = place()?.closest("form");
    if (!form) return fail(item, words().wordsFailed);
    if (form.querySelector("[data-both]")) return fail(item, words().wordsBoth);
    const known = await standing(item.key).catch(() => false);
    if (known === null) return remove(item); // refused for good: why stands beside the button
    if (known) return fail(item, words().wordsFailed);
    tell(item, words().wordsWait);
    await after(pause);
  }
}

async function pressed(item) {
  const form = place().closest("form");
  const send = Object.assign(document.createElement("button"), { name: "key", value: item.key, hidden: true });
  send.formAction = words().completion;
  send.formNoValidate = true;
  let begun = false;
  let hung = false;
  const began = () => { begun = true; };
  const saved = (event) => {
    const fresh = event.detail.querySelector("[data-hung]");
    if (fresh) form.querySelector("[data-shots]").replaceChildren(...fresh.childNodes);
    hung ||= Boolean(fresh);
  };
  for (let left = PATIENCE; form.dataset.sending && left > 0; left -= TURN) await after(TURN);
  form.append(send);
  form.addEventListener("card:sending", began);
  form.addEventListener("card:saved", saved);
  form.requestSubmit(send);
  for (let left = PATIENCE; (!begun || form.dataset.sending) && form.isConnected && left > 0; left -= TURN) await after(TURN);
  form.removeEventListener("card:sending", began);
  form.removeEventListener("card:saved", saved);
  send.remove();
  return hung;
}

// Before the editor's own way, which would send all files in one piece.
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("[data-photos]") || !place()) return;
  event.stopImmediatePropagation();
  for (const file of event.target.files) add(file);
  event.target.value = "";
  work();
}, true);

document.addEventListener("card:drawn", (event) => {
  if (event.target.id !== "r-answer" || !items.length) return;
  show();
  work();
});

addEventListener("beforeunload", (event) => {
  if (items.some((item) => !item.failed)) event.preventDefault();
});
