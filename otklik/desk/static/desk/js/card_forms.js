// Forms of the card: sent as fragments; a refusal is shown beside the button, and nothing that was typed goes away.

import { ask, parse, send, wordsFor } from "./ask.js";
import { apply, card, whence } from "./card_regions.js";

export async function submit(form, submitter) {
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const buttons = [...form.elements].filter((one) => one.matches("button")); // some of them stand elsewhere on the page
  const body = new FormData(form, submitter);
  if (whence() !== null) body.set("queue", whence());
  form.dispatchEvent(new CustomEvent("card:sending", { bubbles: true, detail: { submitter } }));
  for (const button of buttons) button.disabled = true;
  const address = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  try {
    const answer = await send(address, body);
    const html = await answer.text();
    if (answer.ok && form.isConnected) settle(form, html);
    else refuse(form, answer, html);
  } catch {
    tell(form, wordsFor(0));
  } finally {
    delete form.dataset.sending;
    for (const button of buttons) button.disabled = false;
  }
}

// The plain «сохранить» answers with the saved mark alone; every other verb with the card.
function settle(form, html) {
  form.querySelector(".form-answer")?.replaceChildren();
  form.dispatchEvent(new CustomEvent("card:accepted", { bubbles: true }));
  if (html.includes('id="card')) return apply(html, form.closest(".card-region"));
  form.dispatchEvent(new CustomEvent("card:saved", { bubbles: true, detail: parse(html).body }));
}

// `idly`: nobody has pressed anything, so nothing moves under the hand that writes.
export function refuse(form, answer, html, idly = false) {
  if (!answer.headers.get("X-Refusal")) return tell(form, wordsFor(answer.status), idly);
  const place = form.querySelector(".form-answer");
  place.replaceChildren(...parse(html).body.childNodes);
  if (!idly) place.scrollIntoView({ block: "nearest" });
  const saved = place.querySelector(".refusal[data-version]");
  if (saved) form.dispatchEvent(new CustomEvent("card:kept", { bubbles: true, detail: saved }));
  if (answer.status === 409) refresh();
}

// What we saved ourselves is no news to this page.
export function ours(form, { version, stamp, answer }) {
  const region = form.closest(".card-region");
  form.elements.version.value = version;
  if (answer) form.dataset.answer = answer;
  region.dataset.stamp = region.dataset.stamp.replace(card().dataset.answer, stamp);
  card().dataset.answer = stamp;
}

export function tell(form, words, idly = false) {
  const place = form.querySelector(".form-answer");
  const note = document.createElement("p");
  note.className = "refusal";
  note.dataset.passing = ""; // of the line or the session, and not of what was asked
  note.textContent = words;
  place?.replaceChildren(note);
  if (!idly) place?.scrollIntoView({ block: "nearest" });
}

// After a conflict the page is old: bring what can be brought without touching this form's words.
async function refresh() {
  const address = new URL(card().dataset.live, location.href);
  address.searchParams.set("revision", "0");
  const answer = await ask(address).catch(() => null);
  if (answer?.status === 200) apply(await answer.text());
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-card-form]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  submit(form, event.submitter);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy).textContent;
  await navigator.clipboard.writeText(text).catch(() => getSelection().selectAllChildren(document.getElementById(button.dataset.copy)));
  button.classList.add("btn-success");
});

setInterval(() => {
  for (const place of document.querySelectorAll("[data-countdown]"))
    if (place.textContent > 0) place.textContent -= 1;
}, 1000);
