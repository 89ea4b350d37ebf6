// Where a toast stands on a phone: where no button lies. At the bottom as a rule, else at the nearest place above it; where
// the page is full of them, over a field, or over an answer that is read, rather than over a button.

const NARROW = matchMedia("(max-width: 820px)");
const GAP = 8;
const BUTTONS = "button, summary, label.btn, a.btn, nav a, .segments label";
const FIELDS = "select, textarea, input:not([type=hidden]), .ap-said";

function taken(all, controls) {
  const { left, right } = all.getBoundingClientRect();
  return [...document.querySelectorAll(controls)]
    .filter((one) => !all.contains(one) && one.checkVisibility({ visibilityProperty: true }))
    .map((one) => one.getBoundingClientRect())
    .filter((box) => box.height && box.bottom > 0 && box.top < innerHeight && box.right > left && box.left < right);
}

export function place() {
  const all = document.getElementById("toasts");
  all.style.top = all.style.bottom = "";
  if (!NARROW.matches || !all.children.length) return;
  const { top: usual, height } = all.getBoundingClientRect();
  const top = lowest(taken(all, `${BUTTONS}, ${FIELDS}`), usual, height) ?? lowest(taken(all, BUTTONS), usual, height);
  if (top === undefined || top === usual) return;
  all.style.top = `${top}px`;
  all.style.bottom = "auto";
}

// Right above one of them, with a little air where there is any.
function lowest(boxes, usual, height) {
  const ceiling = document.querySelector(".top")?.getBoundingClientRect().bottom ?? 0;
  const free = (top) => boxes.every((box) => box.bottom <= top || box.top >= top + height);
  const above = boxes.flatMap((box) => [box.top - height - GAP, box.top - height]);
  const places = above.filter((top) => top >= ceiling && top <= usual);
  return [usual, ...places.sort((one, other) => other - one)].find(free);
}

let asked = 0;
function soon() {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(place);
}

// Whatever moves or comes under them: they are looked at again before it is drawn.
export function watch() {
  const changes = { childList: true, subtree: true, attributeFilter: ["hidden", "open", "class"] };
  new MutationObserver(soon).observe(document.body, changes);
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  place();
}
