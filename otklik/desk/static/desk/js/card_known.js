// What is known already: the author's earlier cards, asked for when the fold is opened (each look is in the journal),
// and answers to much the same, of which one can be taken as a beginning.

import { parse, send } from "./ask.js";

const toast = (detail) => document.dispatchEvent(new CustomEvent("desk:toast", { detail: { tone: "error", ...detail } }));

async function look(fold) {
  const form = fold.querySelector("form");
  if (!form || fold.dataset.asking) return;
  fold.dataset.asking = "1";
  const answer = await send(form.action, new FormData(form)).catch(() => null);
  delete fold.dataset.asking;
  if (!answer?.ok) return toast({ status: answer?.status ?? 0 });
  form.replaceWith(...parse(await answer.text()).body.childNodes);
}

// The number stands in the fold's title, and a text can only be taken where one is being written.
function settle() {
  for (const list of document.querySelectorAll("[data-known]")) {
    const count = list.closest("details")?.querySelector("[data-known-count]");
    if (count) count.textContent = list.dataset.known;
    for (const button of list.querySelectorAll("[data-take]")) button.hidden = !document.querySelector("[data-editor]");
  }
}

document.addEventListener("toggle", (event) => {
  if (event.target.open && event.target.matches?.("[data-author-cards]")) look(event.target);
}, true);
document.addEventListener("submit", (event) => {
  const fold = event.target.closest("[data-author-cards]");
  if (!fold) return;
  event.preventDefault();
  look(fold);
}, true);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (!button) return;
  const text = document.getElementById(button.dataset.take).textContent;
  document.dispatchEvent(new CustomEvent("card:take-text", { detail: { text } }));
});
document.addEventListener("card:loaded", settle);
document.addEventListener("card:drawn", settle);
settle();
