// On opening a card: what was typed here and never reached the server comes back.

import { fieldsOf, fillIn, forget, read, same, words } from "./card_draft.js";

const template = document.getElementById("kept-text");

// The server's text is what the copy was based on, or what was on its way when the page went: the copy goes on from it.
function goesOn(form, copy) {
  const version = Number(form.elements.version.value);
  if (Number(copy.version) === version) return true;
  return Number(copy.version) + 1 === version && copy.sending === form.elements.text.defaultValue;
}

// Called with the form as the server drew it, or with nothing when nobody may write an answer now.
export function restore(form) {
  const copy = read();
  if (!copy) return;
  if (!form) return offer(copy);
  if (same(copy, fieldsOf(form))) return forget();
  if (copy.answer !== "0" && copy.answer !== form.dataset.answer) return offer(copy);
  const straight = goesOn(form, copy);
  // With the older version the server answers with both texts, and the writer chooses.
  if (!straight) form.elements.version.value = copy.version;
  form.closest("details")?.setAttribute("open", "");
  fillIn(form, copy);
  if (straight) document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text: words.restored } }));
}

// It belonged to an answer that has gone its way since: it stands beside, to be taken or thrown away.
function offer(copy) {
  const region = document.getElementById("r-answer");
  if (!region || !copy.text?.trim() || document.querySelector(".kept[data-local]")) return;
  const block = template.content.cloneNode(true);
  block.querySelector("[data-text]").textContent = copy.text;
  const kept = block.firstElementChild;
  block.querySelector("[data-take-kept]").addEventListener("click", () => {
    kept.remove();
    forget();
    document.dispatchEvent(new CustomEvent("card:take-text", { detail: { text: copy.text } }));
  });
  block.querySelector("[data-throw]").addEventListener("click", () => {
    kept.remove();
    forget();
  });
  block.querySelector("[data-take-kept]").hidden = !document.querySelector("form[data-editor]");
  region.prepend(block);
}

