// A shift just taken can be given back for ten seconds. The address forgets it, so that a reload offers nothing old.

const page = document.getElementById("handover");
const batch = page.dataset.batch;

if (batch) {
  history.replaceState(null, "", location.pathname);
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { text: page.dataset.done, batch } }));
}
document.addEventListener("desk:undone", () => location.reload());
