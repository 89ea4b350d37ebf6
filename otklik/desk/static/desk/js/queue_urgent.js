// What is urgent and new is counted in the title, and one that has just come is heard once, where that is switched on.

import { list } from "./queue_list.js";

const button = document.querySelector("[data-sound]");
const title = document.title.replace(/^\(\d+\+?\)\s*/, "");
const kept = { on: "queue-sound", rung: "queue-rung" };
let newest = Number(list.dataset.newestUrgent);
let audio = null;

// A browser that keeps nothing (a private window) has the switch for this page alone.
function memory(name, value) {
  try {
    if (value !== undefined) localStorage.setItem(name, value);
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

let on = memory(kept.on) === "1";

function draw() {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(on));
}

// A browser makes sounds only after a gesture: the first one of the page wakes it.
function wake() {
  if (!on) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

function ring() {
  wake();
  for (const [pitch, after] of [[660, 0], [880, 0.16]]) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    const at = audio.currentTime + after;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.12, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
}

list.addEventListener("told", (event) => {
  const { urgent, newest_urgent: latest } = event.detail;
  if (urgent === undefined) return; // nothing has changed
  document.title = urgent ? `(${urgent > 1000 ? "1000+" : urgent}) ${title}` : title;
  if (latest <= newest) return;
  newest = latest;
  // Another tab of the same browser may have rung for it already.
  if (!on || memory(kept.rung) === String(latest)) return;
  memory(kept.rung, String(latest));
  ring();
  list.dispatchEvent(new CustomEvent("rang", { detail: { id: latest } }));
});
button?.addEventListener("click", () => {
  on = !on;
  memory(kept.on, on ? "1" : "0");
  draw();
  if (on) ring();
});
for (const gesture of ["pointerdown", "keydown"]) document.addEventListener(gesture, wake, { once: true });
if (button) draw();
