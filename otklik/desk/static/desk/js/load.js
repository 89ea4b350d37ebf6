// Parts of the page that come by themselves after it, or when a fold is opened.

import { ask } from "./ask.js";
import { still } from "./still.js";

const CONTROLS = "a[href], button, input, summary";

// What is the same control in a part that has come anew: whoever was on it by Tab stays there.
const signOf = (one) => `${one.tagName} ${one.getAttribute("href") ?? one.name ?? ""} ${one.textContent.trim()}`;

async function load(place) {
  const address = place.dataset.load ?? place.dataset.loadOpen;
  if (place.dataset.load) place.dataset.loaded = address;
  delete place.dataset.load;
  delete place.dataset.loadOpen;
  try {
    const answer = await ask(address);
    const html = await answer.text();
    await still();
    if (!answer.ok || !place.isConnected) return;
    const open = [...place.querySelectorAll("details[data-keep][open]")].map((fold) => fold.dataset.keep);
    const parent = place.parentElement;
    const held = place.contains(document.activeElement) && signOf(document.activeElement);
    place.innerHTML = html;
    place.classList.remove("paper", "pad", "muted");
    for (const keep of open) place.querySelector(`details[data-keep="${keep}"]`)?.setAttribute("open", "");
    if (held) [...place.querySelectorAll(CONTROLS)].find((one) => signOf(one) === held)?.focus({ preventScroll: true });
    parent.dispatchEvent(new CustomEvent("card:loaded", { bubbles: true }));
  } catch {
    // Without a connection the link to the part stays where it is.
  }
}

function loadAll(within) {
  for (const place of within.querySelectorAll("[data-load]")) load(place);
  for (const place of within.querySelectorAll("details[open] [data-load-open]")) load(place);
}

loadAll(document);
document.addEventListener("card:drawn", (event) => loadAll(event.target));
document.addEventListener("toggle", (event) => {
  const place = event.target.open && event.target.querySelector?.("[data-load-open]");
  if (place) load(place);
}, true);
