// Signing out leaves no words of one's own in this browser. What the server does not have yet is sent first; what it
// will not take is named, and one stays unless one says that it may go. Words of somebody whose session only ended wait
// here for him, since nobody else has them: no page shows them to another.

const PREFIX = "otklik.draft."; // as in card_draft.js
const TYPED = "otklik:words:"; // as in card_typed.js
const CURSOR = "otklik:cursor:"; // as in queue_cursor.js: an address may hold words that were looked for
const WHO = "otklik.who"; // who is signed in here; nobody once he has signed out
const NAMES = ["text", "kind", "outcome", "promised_on", "proof", "proof_words", "why", "why_words", "why_on"]; // the same
const page = document.querySelector("script[data-leave]").dataset;

const own = (key) => key.startsWith(`${PREFIX}${page.user}.`);
const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

function mine() {
  return kept().filter(own).map((key) => ({ key, copy: JSON.parse(localStorage.getItem(key)) }));
}

async function sent({ copy }, csrf) {
  const body = new FormData();
  for (const name of [...NAMES, "reply_to", "version"]) body.set(name, copy[name] ?? "");
  body.set("writer", page.user);
  const headers = { "X-Fragment": "1", "X-CSRFToken": csrf };
  const answer = await fetch(new URL(copy.address, location.href).pathname, { method: "POST", body, headers, signal: AbortSignal.timeout(8000) });
  return answer.ok || (answer.status === 409 && theirs(await answer.text()) === copy.text.trim());
}

// A tab that was closed may have got its words through at the last moment: then the server has them under a newer version.
function theirs(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-theirs]")?.textContent.trim();
}

async function leave(form) {
  const left = [];
  for (const one of mine()) {
    if (await sent(one, form.elements.csrfmiddlewaretoken.value).catch(() => false)) localStorage.removeItem(one.key);
    else left.push(one);
  }
  const numbers = left.map(({ copy }) => `№ ${copy.number}`).join(", ");
  if (left.length && !confirm(page.words.replace("…", numbers))) return;
  document.dispatchEvent(new Event("desk:signing-out"));
  for (const { key } of left) localStorage.removeItem(key);
  forget();
  form.submit();
}

function forget() {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(TYPED) || key.startsWith(CURSOR)) sessionStorage.removeItem(key);
  localStorage.removeItem(WHO);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-sign-out]");
  let words = [];
  try {
    words = form ? mine() : [];
    if (form && !words.length) forget();
  } catch {
    // A browser that keeps nothing has nothing to leave behind.
  }
  if (!words.length) return;
  event.preventDefault();
  leave(form);
});

try {
  localStorage.setItem(WHO, page.user);
} catch {
  // As above.
}

// The browser's way back brings a page as it was left, with everything on it, whoever sits before it now.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  try {
    if (localStorage.getItem(WHO) === page.user) return;
  } catch {
    // It cannot be told: ask the server.
  }
  location.reload();
});
