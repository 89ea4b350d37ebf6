// New answers come by themselves, and what another has decided says so; nothing that one is reading moves.

const page = document.getElementById("approvals");
const answers = () => [...page.querySelectorAll(".ap-one")];
const EVERY = 5000;
const SLOWEST = 60000;
let pause = EVERY;

async function look() {
  if (!document.hidden) await ask();
  setTimeout(look, pause);
}

async function ask() {
  const address = new URL(page.dataset.news, location.href);
  address.searchParams.set("shown", answers().map((one) => one.dataset.id).join(","));
  try {
    const reply = await fetch(address, { headers: { "X-Fragment": "1" }, signal: AbortSignal.timeout(15000) });
    pause = reply.ok ? EVERY : SLOWEST;
    return reply.status === 200 ? apply(await reply.json()) : [];
  } catch {
    pause = Math.min(pause * 2, SLOWEST);
    return [];
  }
}

function apply({ rows, gone }) {
  for (const id of gone) leave(document.getElementById(`answer-${id}`));
  const empty = page.querySelector("[data-empty]");
  for (const { id, html } of rows) {
    if (document.getElementById(`answer-${id}`)) continue;
    empty.insertAdjacentHTML("beforebegin", html);
    window.htmx?.process(document.getElementById(`answer-${id}`));
  }
  page.dispatchEvent(new Event("counted"));
  return rows.map(({ id }) => id);
}

// What one is reading stays where it is and says what became of it; the rest goes quietly.
function leave(answer) {
  if (!answer || answer.classList.contains("is-gone")) return;
  if (!answer.contains(document.activeElement)) return answer.remove();
  answer.classList.add("is-gone");
  for (const button of answer.querySelectorAll("footer button")) button.disabled = true;
  const words = document.createElement("p");
  words.textContent = page.dataset.wordsGone;
  answer.querySelector(".form-answer").replaceChildren(words);
}

document.addEventListener("desk:undone", async () => {
  const [back] = (await ask()) ?? [];
  if (back) document.getElementById(`answer-${back}`)?.focus();
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
setTimeout(look, pause);
