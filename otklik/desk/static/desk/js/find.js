// The key of the search box in the top bar, known by its place on the keyboard («/», in the Russian layout «.»).
// A page with a search of its own (the queue) keeps the key for itself.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const field = () => document.getElementById("find-q");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
  if (event.code === "Escape" && event.target === field()) {
    event.preventDefault();
    return field().blur();
  }
  if (event.code !== "Slash" || event.defaultPrevented || typing(event.target)) return;
  if (document.getElementById("q") || document.querySelector("dialog[open]")) return;
  const link = document.getElementById("find-link");
  if (!field() && !link) return;
  event.preventDefault();
  if (field()?.checkVisibility()) field().select();
  else link?.click();
});
