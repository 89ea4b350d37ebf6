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
  const fresh = rows.filter(({ id }) => !document.getElementById(`answer-${id}`));
  still(() => {
    for (const id of gone) leave(document.getElementById(`answer-${id}`));
    for (const { html } of fresh) put(html);
  });
  page.dispatchEvent(new Event("counted"));
  return rows.map(({ id }) => id);
}

// As the page itself is drawn: by the limit, then by the number; what somebody came for by a link stays on top.
const limit = (answer) => Number(answer.dataset.limit || Infinity);
const before = (one, other) => limit(one) - limit(other) || one.dataset.id - other.dataset.id;

function put(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.querySelector(".ap-one");
  const asked = new URLSearchParams(location.search).get("first");
  const next = answers().find((one) => one.dataset.id !== asked && before(fresh, one) < 0);
  (next ?? page.querySelector("[data-empty]")).before(fresh);
}

// What comes or goes above the answer that one reads does not move it from under the hand.
function still(change) {
  const places = answers().map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.bottom > 0 && box.top < innerHeight)
    .sort(([one], [other]) => other.contains(document.activeElement) - one.contains(document.activeElement))
    .map(([one, box]) => [one, box.top]);
  change();
  const [here, was] = places.find(([one]) => one.isConnected) ?? [];
  if (here) scrollBy(0, here.getBoundingClientRect().top - was);
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
