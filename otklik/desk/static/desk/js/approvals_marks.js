// A remark about some of the words: select them in the answer, press the button, say what is wrong with them.

const page = document.getElementById("approvals");
const MOST = 300;
const button = document.createElement("button");
button.type = "button";
button.className = "btn btn-sm btn-primary ap-mark";
button.textContent = page.dataset.wordsMark;
button.hidden = true;
page.append(button);
let chosen = null;

function selected() {
  const selection = getSelection();
  const text = selection.toString().trim();
  if (!text || text.length > MOST || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const from = range.commonAncestorContainer;
  const place = (from.nodeType === Node.TEXT_NODE ? from.parentElement : from).closest?.("[data-text]");
  return place && page.contains(place) ? { text, answer: place.closest(".ap-one"), box: range.getBoundingClientRect() } : null;
}

document.addEventListener("selectionchange", () => {
  chosen = selected();
  button.hidden = !chosen;
  if (!chosen) return;
  button.style.left = `${Math.max(8, Math.min(chosen.box.left, innerWidth - button.offsetWidth - 8))}px`;
  button.style.top = `${Math.min(chosen.box.bottom + 8, innerHeight - 60)}px`;
});

// The press must not take the selection away before it is read.
button.addEventListener("pointerdown", (event) => event.preventDefault());
button.addEventListener("click", () => {
  if (!chosen) return;
  const fold = chosen.answer.querySelector('[data-fold="remark"]');
  fold.open = true;
  const field = row(fold.querySelector("[data-quotes]"), chosen.text);
  getSelection().removeAllRanges();
  button.hidden = true;
  field.focus();
});

function row(place, text) {
  const line = document.createElement("div");
  line.className = "ap-quote";
  const words = document.createElement("q");
  words.textContent = text;
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "quote", value: text });
  const field = Object.assign(document.createElement("input"), { name: "about", required: true, maxLength: 2000, className: "form-control" });
  field.setAttribute("aria-label", `${place.dataset.label}: ${text}`);
  field.placeholder = place.dataset.label;
  const remove = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-ghost", textContent: place.dataset.remove });
  remove.addEventListener("click", () => line.remove());
  line.append(words, hidden, field, remove);
  place.append(line);
  return field;
}
