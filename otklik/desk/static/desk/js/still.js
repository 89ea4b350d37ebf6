// Whatever comes by itself waits while somebody presses: if the page moved between a press and its release, the click
// would land beside what was pressed, and say nothing.

const LONGEST = 3000; // a release outside the window is told to nobody

let pressed = false;
let limit = 0;
const waiting = [];

function release() {
  clearTimeout(limit);
  pressed = false;
  for (const go of waiting.splice(0)) go();
}

addEventListener("pointerdown", () => {
  pressed = true;
  clearTimeout(limit);
  limit = setTimeout(release, LONGEST);
}, true);
for (const over of ["pointerup", "pointercancel"]) addEventListener(over, () => setTimeout(release), true); // the click comes first

export const still = () => pressed ? new Promise((go) => { waiting.push(go); }) : Promise.resolve();
