// Signing out leaves no words of one's own in this browser. What the server does not have yet is sent first; what it
// will not take is named, and one stays unless one says that it may go.

const PREFIX = "otklik.draft."; // as in card_draft.js
const page = document.querySelector("script[data-leave]").dataset;

function mine() {
  const found = [];
  for (let at = 0; at < localStorage.length; at += 1) {
    const key = localStorage.key(at);
    if (key.startsWith(`${PREFIX}${page.user}.`)) found.push(key);
  }
  return found.map((key) => ({ key, copy: JSON.parse(localStorage.getItem(key)) }));
}

async function sent({ copy }) {
  const body = new FormData();
  for (const name of ["text", "kind", "outcome", "promised_on", "reply_to", "version"]) body.set(name, copy[name] ?? "");
  body.set("writer", page.user);
  const headers = { "X-Fragment": "1", "X-CSRFToken": document.body.dataset.csrf };
  const answer = await fetch(new URL(copy.address, location.href).pathname, { method: "POST", body, headers, signal: AbortSignal.timeout(8000) });
  return answer.ok;
}

async function leave(form) {
  const left = [];
  for (const kept of mine()) {
    if (await sent(kept).catch(() => false)) localStorage.removeItem(kept.key);
    else left.push(kept);
  }
  const numbers = left.map(({ copy }) => `№ ${copy.number}`).join(", ");
  if (left.length && !confirm(page.words.replace("…", numbers))) return;
  document.dispatchEvent(new Event("desk:signing-out"));
  for (const { key } of left) localStorage.removeItem(key);
  form.submit();
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-sign-out]");
  let kept = [];
  try {
    kept = form ? mine() : [];
  } catch {
    // A browser that keeps nothing has nothing to leave behind.
  }
  if (!kept.length) return;
  event.preventDefault();
  leave(form);
});
