// «Моё ведомство» and «Распределить» without leaving the page: what is pressed happens in place, and can be taken back.

import { csrf } from "./csrf.js";
import "./load.js";

const list = document.querySelector("[data-agency]");
const toast = (detail) => document.dispatchEvent(new CustomEvent("desk:toast", { detail }));
const headers = { "X-Fragment": "1" };
let busy = false;

async function act(form, button) {
  if (busy) return;
  busy = true;
  button?.classList.add("btn-loading");
  const body = new FormData(form, button);
  const asked = { Accept: "application/json, text/html", "X-CSRFToken": csrf(), ...headers };
  const answer = await fetch(form.action, { method: "POST", body, headers: asked }).catch(() => null);
  button?.classList.remove("btn-loading");
  busy = false;
  const told = answer ? await read(answer) : { status: 0 };
  const place = form.querySelector(".form-answer");
  place?.replaceChildren();
  if (answer?.status === 422 && place) return place.append(told.words);
  if (answer?.ok) document.dispatchEvent(new CustomEvent("desk:done", { detail: { text: told.words, batch: told.batch } }));
  else toast({ text: told.words, status: told.status, tone: "error" });
  if (answer) await again();
}

// JSON where the address speaks it; else a drawn card, its «карточка ушла», or a refusal in words.
async function read(answer) {
  const type = answer.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/json")) {
    const json = await answer.json();
    return { words: json.words, batch: json.undo, status: answer.status };
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const drawn = page.getElementById("card") ?? page.getElementById("card-gone");
  const refusal = answer.headers.get("X-Refusal") && page.querySelector(".refusal");
  return { words: refusal ? refusal.textContent.trim() : list.dataset.done, batch: drawn?.dataset.undo, status: answer.status };
}

// The list anew, with what was ticked and where one was.
async function again() {
  const answer = await fetch(list.dataset.agency, { headers }).catch(() => null);
  if (!answer?.ok) return toast({ status: answer?.status ?? 0, tone: "error" });
  const ticked = new Set([...list.querySelectorAll("[name=card]:checked")].map((box) => box.value));
  const to = list.querySelector("[name=to]:is(select)")?.value;
  const focus = document.activeElement?.closest?.("[data-agency]") && document.activeElement.id;
  list.innerHTML = await answer.text();
  for (const box of list.querySelectorAll("[name=card]")) box.checked = ticked.has(box.value);
  const select = list.querySelector("select[name=to]");
  if (to && [...(select?.options ?? [])].some((option) => option.value === to)) select.value = to;
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
}

list?.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-act]");
  if (!form) return;
  event.preventDefault();
  act(form, event.submitter);
});
document.addEventListener("desk:undone", () => list && again());
