// What every page does: menus that close by themselves, toasts, and plain words when a request did not get through.
// Other modules dispatch «desk:toast» with {text, tone, status, action, run}. They may import `wordsFor`: with hashed
// addresses that is a second copy of this module, which then only lends its words.

const words = document.body.dataset;

// `status` stands for the words when there is no text; `action` is a button's title and `run` what it does.
function toast({ text, tone = "", status = 0, action, run }) {
  const note = document.createElement("div");
  note.className = `note-toast ${tone}`;
  note.append(text ?? wordsFor(status));
  if (action) note.append(button(action, "undo", () => { note.remove(); run(); }));
  document.getElementById("toasts").append(note);
  fade(note);
}

function button(title, look, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = title;
  made.addEventListener("click", run);
  return made;
}

function fade(note) {
  const close = button("×", "close", () => note.remove());
  close.setAttribute("aria-label", words.wordsClose);
  note.append(close);
  if (!note.classList.contains("error")) setTimeout(() => note.remove(), 6000);
}

export function wordsFor(status) {
  return { 0: words.wordsOffline, 401: words.wordsSignedOut, 403: words.wordsDenied, 404: words.wordsGone }[status]
    ?? words.wordsOffline;
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
}

if (!words.listening) {
  words.listening = "yes";
  listen();
}
