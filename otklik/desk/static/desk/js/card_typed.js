// A note, a remark or a reason that was typed and not sent: it outlives the end of a session and a new page. Kept for
// this tab, this card and this person alone, and gone as soon as it is sent or he signs out in it (leave.js). The
// answer has more: see card_draft.js.

import { words } from "./card_draft.js";

const KEY = `otklik:words:${words.user}:${words.card}`;
const FIELDS = "textarea[data-typed]";
const nameOf = (field) => `${new URL(field.form.action).pathname} ${field.name}`;

// A browser that keeps nothing has nothing to give back.
function all() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

function keep(field, value) {
  const kept = { ...all(), [nameOf(field)]: value };
  if (!value.trim()) delete kept[nameOf(field)];
  try {
    if (Object.keys(kept).length) sessionStorage.setItem(KEY, JSON.stringify(kept));
    else sessionStorage.removeItem(KEY);
  } catch {
    // As above.
  }
}

function giveBack() {
  const kept = all();
  const fields = [...document.querySelectorAll(FIELDS)].filter((field) => kept[nameOf(field)] && !field.value);
  for (const field of fields) {
    field.value = kept[nameOf(field)];
    field.closest("details")?.setAttribute("open", "");
  }
  if (fields.length) document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text: words.restored } }));
}

document.addEventListener("input", (event) => { if (event.target.matches(FIELDS)) keep(event.target, event.target.value); });
document.addEventListener("card:accepted", (event) => {
  for (const field of event.target.querySelectorAll(FIELDS)) keep(field, "");
});
giveBack();
