// «Разъяснить» leads to the editor, which is folded on a card that was answered: here, and from the list of words.

function unfold() {
  const fold = document.querySelector("#r-answer details[data-keep=answer]");
  if (fold) fold.open = true;
  document.querySelector("#r-answer textarea[name=text]")?.focus();
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unfold=answer]")) return;
  event.preventDefault();
  unfold();
});
if (location.hash === "#r-answer") {
  unfold();
  // The browser goes to the place in the address once more when all is there, and takes the focus away.
  if (document.readyState !== "complete") addEventListener("load", () => setTimeout(unfold));
}
