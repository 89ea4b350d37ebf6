// What every page does: menus that close by themselves, toasts, and plain words when a request did not get through.
// Other modules dispatch «desk:toast» with {text, tone, status, action, run}, and «desk:done» with {text, batch} after
// an action that can be taken back: Z or the button does so, and «desk:undone» with {cards} tells the page. They may import `wordsFor`: with hashed
// addresses that is a second copy of this module, which then only lends its words.

const words = document.body.dataset;
const MOST_TOASTS = 3;

// `status` stands for the words when there is no text; `action` is a button's title and `run` what it does.
function toast({ text, tone = "", status = 0, action, run, lasts = 6000 }) {
  const note = document.createElement("div");
  note.className = `note-toast ${tone}`;
  note.append(text ?? wordsFor(status));
  if (action) note.append(button(action, "undo", () => { note.remove(); run(); }));
  const all = document.getElementById("toasts");
  all.append(note);
  while (all.children.length > MOST_TOASTS) all.firstElementChild.remove();
  fade(note, lasts);
}

function button(title, look, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = title;
  made.addEventListener("click", run);
  return made;
}

function fade(note, lasts = 6000) {
  const close = button("×", "close", () => note.remove());
  close.setAttribute("aria-label", words.wordsClose);
  note.append(close);
  if (!note.classList.contains("error")) setTimeout(() => note.remove(), lasts);
}

export function wordsFor(status) {
  return { 0: words.wordsOffline, 401: words.wordsSignedOut, 403: words.wordsDenied, 404: words.wordsGone }[status]
    ?? words.wordsOffline;
}

const UNDO_SHOWN = 10000;
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
let last = null;

function done({ text, batch }) {
  if (!batch) return toast({ text });
  last = { batch, until: Date.now() + UNDO_SHOWN };
  toast({ text, action: words.wordsUndo, run: () => takeBack(batch), lasts: UNDO_SHOWN });
}

// What was done to hundreds of cards comes back in pieces, with a word that it is under way.
async function takeBack(batch) {
  if (last?.batch === batch) last = null;
  for (const note of document.querySelectorAll("#toasts .note-toast:not(.error)")) note.remove();
  const cards = [];
  for (;;) {
    const { told, ok, status } = await askBack(batch);
    if (!told) return toast({ status, tone: "error" });
    cards.push(...told.cards);
    if (told.more) {
      if (cards.length === told.cards.length) toast({ text: words.wordsUndoing });
      continue;
    }
    toast({ text: told.words, tone: ok ? "" : "error" });
    document.dispatchEvent(new CustomEvent("desk:undone", { detail: { ...told, cards } }));
    return;
  }
}

async function askBack(batch) {
  const body = new FormData();
  body.set("batch", batch);
  const headers = { Accept: "application/json", "X-Fragment": "1", "X-CSRFToken": words.csrf };
  const answer = await fetch(words.undo, { method: "POST", body, headers }).catch(() => null);
  const json = answer?.headers.get("Content-Type")?.startsWith("application/json");
  return { told: json ? await answer.json() : null, ok: answer?.ok, status: answer?.status ?? 0 };
}

function listen() {
  for (const note of document.querySelectorAll("#toasts .note-toast")) fade(note);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-dismiss][open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-dismiss][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("htmx:responseError", (event) => toast({ tone: "error", status: event.detail.xhr.status }));
  document.addEventListener("htmx:sendError", () => toast({ tone: "error" }));
  document.addEventListener("desk:toast", (event) => toast(event.detail));
  document.addEventListener("desk:done", (event) => done(event.detail));
  document.addEventListener("keydown", (event) => {
    if (event.code !== "KeyZ" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (typing(event.target) || !last || Date.now() > last.until) return;
    event.preventDefault();
    takeBack(last.batch);
  });
}

if (!words.listening) {
  words.listening = "yes";
  listen();
}
