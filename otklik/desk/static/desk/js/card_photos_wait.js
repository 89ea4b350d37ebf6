// «На согласование» while photos are on their way: the press waits for them and says so. One that did not get through is
// settled first: no answer goes out without a picture that its writer chose and believes to be there.

const TURN = 200;
const PATIENCE = 60000;
let counts = () => ({ going: 0, failed: 0 });
let held = false;
let stopped = false;

const place = () => document.querySelector("[data-uploads-wait]");
const button = () => document.querySelector(`form[data-editor] [formaction="${place()?.dataset.submission}"]`);
const after = (pause) => new Promise((done) => setTimeout(done, pause));

// `ask` tells {going, failed}: how many photos are under way, and how many were refused and not put away.
export function guard(ask) {
  counts = ask;
}

// To be called whenever one of them has moved on, or the editor was drawn anew. A press does not outlive its editor.
export function moved() {
  const { going, failed } = counts();
  if (!place()) held = stopped = false;
  if (held && (failed || !going)) {
    held = false;
    stopped = failed > 0;
    if (!failed) press();
  }
  if (!failed) stopped = false;
  show();
}

function show() {
  const note = place();
  if (!note) return;
  const words = held ? note.dataset.wordsGoing : stopped ? note.dataset.wordsFailed : "";
  const told = note.querySelector("span");
  if (told.textContent !== words) told.textContent = words;
  note.querySelector("button").hidden = !held;
  note.hidden = !words;
}

// The last picture hangs on the draft by a press of the same form, which takes one press at a time.
async function press() {
  for (let left = PATIENCE; button()?.form.dataset.sending && left > 0; left -= TURN) await after(TURN);
  const send = button();
  send?.form.requestSubmit(send);
}

// On the window, before the editor's own way with a press (card_editor.js).
addEventListener("submit", (event) => {
  if (!event.submitter || event.submitter !== button()) return;
  const { going, failed } = counts();
  if (!going && !failed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  held = !failed;
  stopped = failed > 0;
  show();
  place().scrollIntoView({ block: "nearest" });
}, true);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-uploads-wait] button")) return;
  held = false;
  show();
});
