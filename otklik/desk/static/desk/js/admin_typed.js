// Whoever was signed out while he filled in a long form signs in on the way: what he typed stands there again. Kept for
// this tab and this person alone, until the next page of the form is seen.

const form = document.querySelector("form[data-typed]");
const user = document.querySelector("script[data-leave]")?.dataset.user;
const key = `otklik:typed:${user}:${location.pathname}`;
const OWN = ["csrfmiddlewaretoken", "seen", "sure"]; // the server's, and never older than the page

function keep() {
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !OWN.includes(name));
  sessionStorage.setItem(key, JSON.stringify(typed));
}

function giveBack(typed) {
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = typed.some(([name]) => name === box.name);
  for (const [name, value] of typed) {
    const field = form.elements[name];
    if (field && field.type !== "checkbox") field.value = value;
  }
  document.dispatchEvent(new CustomEvent("desk:toast", { detail: { text: form.dataset.words } }));
}

if (form) {
  const typed = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  if (typed && new URL(document.referrer || location.href).pathname.startsWith("/accounts/")) giveBack(JSON.parse(typed));
  form.addEventListener("submit", keep);
}
