// Parts of the page that come by themselves after it, or when a fold is opened.

import { ask } from "./card_ask.js";
import { still } from "./still.js";

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
    place.innerHTML = html;
    place.classList.remove("paper", "pad", "muted");
    for (const keep of open) place.querySelector(`details[data-keep="${keep}"]`)?.setAttribute("open", "");
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
