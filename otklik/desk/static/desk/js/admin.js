// «Управление»: the list of pages at the side, copying a link, checking the journal's chain piece by piece, and offering to take a handover back.

import "./admin_typed.js";

// The list is long: where one is has to be seen, and a word of its title or of what it is for finds any page.
const pages = document.getElementById("ad-pages");
const find = pages?.querySelector("[data-find-page]");
const here = pages?.querySelector("[aria-current]");
const folded = (text) => text.trim().toLowerCase().replaceAll("ё", "е");
const lines = () => [...pages.querySelectorAll("li")];
if (here) pages.scrollTop = here.offsetTop - pages.clientHeight / 2;
if (find) {
  find.hidden = false;
  find.addEventListener("input", () => {
    const wanted = folded(find.value);
    pages.classList.toggle("is-finding", wanted !== "");
    for (const line of lines()) line.hidden = !folded(line.textContent).includes(wanted);
    for (const group of pages.querySelectorAll(".ad-group")) group.hidden = !group.querySelector("li:not([hidden])");
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && find.value) lines().find((line) => !line.hidden)?.querySelector("a").click();
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    // Without https there is no clipboard for scripts: the text stays selected for Ctrl+C.
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    if (copied) button.querySelector("span").textContent = button.dataset.done;
  });
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

for (const form of document.querySelectorAll("form[data-chain]")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); check(form); });
}

async function check(form) {
  const told = form.querySelector("[role=status]");
  const button = form.querySelector("button");
  const say = (text, tone = "") => { told.textContent = text; told.dataset.tone = tone; };
  const words = form.dataset;
  button.disabled = true;
  say(`${words.wordsRunning} 0 %`);
  try {
    let piece = { upto: 0, last: 0, over: false };
    while (!piece.over) {
      piece = await ask(form, piece);
      say(`${words.wordsRunning} ${piece.percent} %`);
    }
    say(piece.broken ? `${words.wordsBroken} ${piece.broken}` : `${words.wordsWhole} ${piece.last}`, piece.broken ? "late" : "good");
  } catch {
    say(words.wordsFailed, "late");
  }
  button.disabled = false;
}

async function ask(form, piece) {
  const body = new FormData(form);
  body.set("after", piece.upto);
  body.set("upto", piece.last);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json", "X-Fragment": "1" } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

for (const note of document.querySelectorAll("[data-batch]")) {
  const text = note.textContent.trim();
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { text, batch: note.dataset.batch } }));
  document.addEventListener("desk:undone", () => location.assign(location.href));
}
