// «#note-7»: a notice leads to the note itself, which comes after the page, and may be folded away.

const LONGEST = 4000; // what loads above it meanwhile pushes it on; whoever has begun to read is not pulled back

let sought = "";
let until = 0;

function begin() {
  sought = /^#note-\d+$/.test(location.hash) ? location.hash.slice(1) : "";
  until = performance.now() + LONGEST;
  seek();
}

function seek() {
  const note = sought && performance.now() < until && document.getElementById(sought);
  if (!note) return;
  for (let fold = note.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  note.classList.add("is-sought");
  note.scrollIntoView({ block: "center" });
}

// A note that was just left stands under its field; the page moves only if that is below its edge.
let left = false;
document.addEventListener("submit", (event) => { left = event.target.matches(".note-form"); }, true);
document.addEventListener("card:drawn", (event) => {
  if (!left || event.target.id !== "r-talk") return;
  left = false;
  event.target.querySelector(".note")?.scrollIntoView({ block: "nearest" });
});
for (const gesture of ["wheel", "pointerdown", "keydown"]) addEventListener(gesture, () => { until = 0; }, { passive: true });
addEventListener("hashchange", begin);
document.addEventListener("card:loaded", seek);
begin();
