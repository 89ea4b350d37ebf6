// A list under a field never opens below the fold: where there is more room above the field it opens upwards.

const GAP = 8;

// Between the bar above and the one that a phone has below, and inside of what scrolls.
function room(field) {
  const box = (selector) => document.querySelector(selector)?.getBoundingClientRect();
  const scroller = field.closest(".fields");
  const frame = scroller && getComputedStyle(scroller).overflowY === "auto" ? scroller.getBoundingClientRect() : null;
  const rail = box(".rail");
  const floor = rail && rail.top > innerHeight / 2 ? rail.top : innerHeight;
  return [Math.max(frame?.top ?? 0, box(".top")?.bottom ?? 0) + GAP, Math.min(frame?.bottom ?? floor, floor) - GAP];
}

export function flip(list, field) {
  list.classList.remove("is-above");
  list.style.maxHeight = "";
  const [top, bottom] = room(field);
  const opened = list.getBoundingClientRect();
  if (opened.bottom <= bottom) return;
  const [above, below] = [field.getBoundingClientRect().top - top, bottom - opened.top];
  list.classList.toggle("is-above", above > below);
  list.style.maxHeight = `min(18rem, ${Math.max(above, below, 80)}px)`;
}
