// The bell: asks once a minute, while the page is looked at, whether there is something new. On the page of notices
// itself, what is shown is told to be seen.

const EVERY = 60000;
const bell = () => document.getElementById("bell");
let timer = 0;

async function look() {
  clearTimeout(timer);
  timer = setTimeout(look, EVERY);
  if (!bell() || document.hidden) return;
  const answer = await fetch(bell().dataset.bell, { headers: { "X-Fragment": "1" } }).catch(() => null);
  if (answer?.status !== 200) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("bell");
  if (!fresh || fresh.textContent.trim() === bell().textContent.trim()) return;
  const focused = document.activeElement === bell();
  bell().replaceWith(fresh);
  if (focused) bell().focus();
}

async function see(page) {
  for (const form of page.querySelectorAll("[data-without-scripts]")) form.hidden = true;
  const body = new FormData();
  body.set("up_to", page.dataset.seenUpTo);
  const headers = { "X-Fragment": "1", "X-CSRFToken": document.body.dataset.csrf };
  await fetch(page.dataset.seen, { method: "POST", body, headers }).catch(() => null);
  look();
}

const page = document.querySelector("[data-fresh]");
if (page) see(page);
timer = setTimeout(look, EVERY);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
