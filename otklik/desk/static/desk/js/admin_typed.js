// Whoever was signed out while he filled in a long form signs in on the way: what he typed stands there again, with the
// mark of what it was based on, so that a colleague's change is not undone by it. Kept for this tab and this person alone,
// until the next page of «Управление» is seen: another one means that the form had got through.

import { load, save } from "./storage.js";

const form = document.querySelector("form[data-typed]");
const user = document.querySelector("script[data-leave]")?.dataset.user;
const KEY = `otklik:typed:${user}`;
const OWN = ["csrfmiddlewaretoken", "sure"]; // the server's, and never older than the page

function keep() {
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OWN.includes(name));
  save("sessionStorage", KEY, JSON.stringify({ path: location.pathname, typed }));
}

function giveBack(typed) {
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = typed.some(([name]) => name === box.name);
  for (const [name, value] of typed) {
    const field = form.elements[name];
    if (field && field.type !== "checkbox") field.value = value;
  }
  document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text: form.dataset.words } }));
}

const left = JSON.parse(load("sessionStorage", KEY) || "null");
save("sessionStorage", KEY, "");
const signedIn = new URL(document.referrer || location.href).pathname.startsWith("/accounts/");
if (form && signedIn && left?.path === location.pathname) giveBack(left.typed);
form?.addEventListener("submit", keep);
