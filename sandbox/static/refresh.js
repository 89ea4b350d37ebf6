// Keeps open pages fresh: every two seconds asks what changed and merges only that list.
import { merge, remember } from "./merge.js";

const PAUSE = 2000;
const MINUTE = 60000;
const words = new Intl.RelativeTimeFormat("ru");
const first = new WeakMap(); // time element -> minutes it showed when it came, and when it came

async function get(address) {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

export async function fill(list, how) {
  const text = await (await get(list.dataset.comments || list.dataset.fragment)).text();
  return merge(list, text, how);
}

async function look() {
  const wall = document.querySelector("[data-changes]");
  if (wall) await compare(wall, await news(wall));
  for (const list of document.querySelectorAll("[data-fragment]")) await fill(list, { flash: true });
}

async function news(wall) {
  const address = new URL(wall.dataset.changes, location);
  if (wall.dataset.seen) address.searchParams.set("seen", wall.dataset.seen);
  return (await get(address)).json();
}

async function compare(wall, { seen, newest, posts }) {
  if (!posts) return; // nothing has changed anywhere
  const fresh = document.querySelector("[data-fresh]");
  if (fresh && newest && !document.getElementById("post-" + newest)) fresh.hidden = false;
  let whole = true;
  for (const list of document.querySelectorAll("[data-comments]")) {
    const version = String(posts[list.dataset.post] ?? list.dataset.version);
    if (version === list.dataset.version) continue;
    if (await fill(list, { flash: true })) list.dataset.version = version;
    else whole = false;
  }
  if (whole) wall.dataset.seen = seen;
}

// The server said "5 minutes ago" by its own clock; here only the minutes since then are added.
function age() {
  for (const time of document.querySelectorAll("time[data-at]")) {
    if (!first.has(time)) {
      first.set(time, { shown: parseInt(time.textContent, 10) || 0, since: Date.now() });
      continue;
    }
    const { shown, since } = first.get(time);
    const minutes = shown + Math.floor((Date.now() - since) / MINUTE);
    if (minutes >= 60) {
      time.textContent = time.dataset.then;
      time.removeAttribute("data-at");
    } else if (minutes > shown) time.textContent = words.format(-minutes, "minute");
  }
}

async function loop() {
  try {
    if (!document.hidden) await look();
  } catch {
    // The server is away: the page stays as it is and asks again.
  }
  age();
  setTimeout(loop, PAUSE);
}

for (const list of document.querySelectorAll("[data-comments], [data-fragment]")) remember(list);
document.querySelector(".comment.marked")?.scrollIntoView({ block: "center" });
age();
setTimeout(loop, PAUSE);
