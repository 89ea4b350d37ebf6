// The dialog of an act over many cards: its form, then what would be done and what not, then the doing itself.

import { post, run } from "./queue_many_run.js";

const dialog = document.getElementById("many-dialog");
const body = dialog.querySelector("[data-body]");
const bar = document.getElementById("many");
const list = document.getElementById("rows");
let ids = [];
let form = null;
let seen = null; // what the preview told: cards with their revisions, and the key for taking back
let finish = () => {};
let running = null;

const toast = (detail) => document.dispatchEvent(new CustomEvent("desk:toast", { detail }));

export async function openAct(key, chosen, whenOver) {
  if (dialog.open) dialog.close();
  ids = chosen;
  const address = bar.dataset.form.replace("/act/", `/${key}/`);
  const answer = await fetch(address, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (!answer?.ok) {
    whenOver([]);
    return toast({ status: answer?.status ?? 0, tone: "error" });
  }
  finish = whenOver;
  body.innerHTML = await answer.text();
  form = body.querySelector("form");
  ready(form);
  dialog.showModal();
  form.querySelector("[autofocus]")?.focus();
}

// Rows that agencies have already are chosen on purpose where only such rows stand.
function ready(form) {
  const again = form.querySelector("[data-again]");
  if (again) again.checked = list.dataset.tab === "work" || list.dataset.tab === "postponed";
}

async function check() {
  const said = form.querySelector(".many-alert");
  const button = form.querySelector(".btn-primary");
  said.textContent = "";
  button.disabled = true;
  const asked = new FormData(form);
  asked.set("ids", ids.join(","));
  const told = await post(form.dataset.preview, asked);
  button.disabled = false;
  if (told.html) {
    seen = told;
    return show(told.html);
  }
  said.textContent = told.words ?? document.body.dataset.wordsOffline;
  const field = form.querySelector(`#many-${told.field}`) ?? form.elements[told.field];
  (field?.focus ? field : button).focus();
}

function show(html) {
  form.remove();
  body.innerHTML = html;
  (body.querySelector("[data-go]") ?? body.querySelector("[data-back]")).focus();
}

function back() {
  body.replaceChildren(form);
  (form.querySelector("[autofocus]") ?? form.querySelector(".btn-primary")).focus();
}

async function go() {
  const asked = new FormData(form);
  body.replaceChildren(dialog.querySelector("template[data-run]").content.cloneNode(true));
  body.querySelector("h2").textContent = form.dataset.title;
  body.querySelector("[data-stop]").focus();
  running = { stopped: false };
  const told = await run(form.dataset, asked, seen, running, progress);
  running = null;
  over(told);
}

function progress(done, all) {
  const bar = body.querySelector("progress");
  bar.max = all;
  bar.value = done;
  body.querySelector("[data-status]").textContent = fill(dialog.dataset.wordsDoing, { done, all });
}

function over(told) {
  const whenOver = finish;
  finish = () => {};
  dialog.close(); // first: behind an open dialog nothing takes the focus
  whenOver(told.done);
  const [done, all] = [told.done.length, seen.cards.length];
  const counted = { title: form.dataset.title, done, all, left: all - done };
  const text = fill(dialog.dataset.wordsDone, counted);
  if (done) document.dispatchEvent(new CustomEvent("desk:done", { detail: { text, batch: told.undo } }));
  if (done < all) result(fill(dialog.dataset.wordsLeft, counted), told);
}

// What was not done, and why. Not modal: what was done is told beside it, with the button that takes it back.
function result(text, told) {
  body.replaceChildren(dialog.querySelector("template[data-result]").content.cloneNode(true));
  const title = body.querySelector("h2");
  title.textContent = text;
  const status = body.querySelector("[data-status]");
  status.hidden = !told.broken && !told.stopped;
  status.textContent = told.broken || dialog.dataset.wordsStopped;
  if (told.unseen) told.held.set(dialog.dataset.wordsUnseen, []);
  const rows = [...told.held].map(([words, numbers]) => line(words, numbers));
  body.querySelector("ul").replaceChildren(...rows);
  body.querySelector(".many-look").hidden = !rows.length;
  dialog.show();
  title.focus();
}

function line(words, numbers) {
  const row = document.createElement("li");
  const strong = document.createElement("strong");
  const told = document.createElement("span");
  strong.textContent = words;
  told.className = "many-numbers";
  told.textContent = numbers.map((number) => `№ ${number}`).join(", ");
  row.append(strong, " ", told);
  return row;
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (hole, name) => values[name] ?? hole);
}

// Only the fields that go with the chosen template's kind.
function fit(select) {
  const kind = select.selectedOptions[0]?.dataset.kind ?? "";
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
}

function onKey(event) {
  if (!dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
  const text = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea");
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const reasons = form?.isConnected ? form.querySelectorAll("input[type=radio]") : [];
  if (!text && digit && reasons[digit[1] - 1]) {
    reasons[digit[1] - 1].checked = true;
    form.requestSubmit();
    event.preventDefault();
  }
  // The queue's keys are silent while a question stands open; Z still takes back what was done.
  if (!text && event.code !== "KeyZ" && dialog.matches(":modal")) event.stopPropagation();
}

dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  check();
});
dialog.addEventListener("click", (event) => {
  const button = event.target.closest("button")?.dataset ?? {};
  if ("close" in button) dialog.close();
  if ("back" in button) back();
  if ("go" in button) go();
  if ("stop" in button && running) {
    running.stopped = true;
    event.target.closest("button").disabled = true;
    body.querySelector("[data-status]").textContent = dialog.dataset.wordsStopping;
  }
});
dialog.addEventListener("change", (event) => {
  if ("kinds" in event.target.dataset) fit(event.target);
});
// A list that opens by itself would take the Enter that means «as suggested».
dialog.addEventListener("focusin", (event) => event.stopPropagation());
dialog.addEventListener("close", () => {
  if (running) return void (running.stopped = true);
  finish([]);
  finish = () => {};
});
dialog.addEventListener("cancel", (event) => {
  if (!running) return;
  event.preventDefault();
  running.stopped = true;
});
document.addEventListener("keydown", (event) => {
  if (event.code === "Escape" && dialog.open && !dialog.matches(":modal")) dialog.close();
});
document.addEventListener("keydown", onKey, true);
