// One decision after the other: keys by their place on the keyboard, and the next answer is there when one is decided.

import { send } from "./ask.js";
import { deedOf, stepping } from "./presses.js";

const page = document.getElementById("approvals");
const DOUBLE_PRESS = 500;
const answers = () => [...page.querySelectorAll(".ap-one")];
const typing = (element) => element.closest?.("input, textarea, select, [contenteditable]");

function current() {
  return document.activeElement.closest?.(".ap-one");
}

function go(answer) {
  if (!answer) return;
  answer.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  answer.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

function step(by) {
  const all = answers();
  const here = all.indexOf(current());
  go(all[here < 0 ? 0 : Math.min(Math.max(here + by, 0), all.length - 1)]);
}

function unfold(answer, which) {
  const box = answer?.querySelector(`[data-fold="${which}"]`);
  if (!box) return;
  box.open = true;
  box.querySelector("textarea").focus();
}

const keys = {
  next: () => step(1),
  previous: () => step(-1),
  accept: () => current()?.querySelector("[data-approve]:not(:disabled)")?.click() ?? unfold(current(), "despite"),
  send_back: () => unfold(current(), "remark"),
  answer: () => unfold(current(), "fix"),
};

document.addEventListener("keydown", (event) => {
  if (typing(event.target)) {
    if (event.code === "Escape") go(current());
    if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !keys[deedOf(event)]) return;
  event.preventDefault();
  if (!event.repeat || stepping(event)) keys[deedOf(event)]();
});

// A form that was opened by a click is for typing; whoever opens it otherwise goes to its field himself, and may have left
// it when the toggle is heard of. It is brought into sight only when the second half of a double press is over, which would
// hit what has come under the pointer.
let clicked = null;
page.addEventListener("click", (event) => { clicked = event.target.closest(".ap-fold > summary")?.parentElement; });
page.addEventListener("toggle", (event) => {
  if (event.target !== clicked) return;
  clicked = null;
  if (!event.target.open) return;
  const form = event.target.querySelector("form");
  if (matchMedia("(pointer: fine)").matches) form.querySelector("textarea").focus({ preventScroll: true });
  setTimeout(() => form.checkVisibility() && form.scrollIntoView({ block: "nearest" }), DOUBLE_PRESS);
}, true);

// A decision that was made takes its answer away; one that was not says why beside the answer, which stays.
page.addEventListener("submit", (event) => {
  if (!event.target.dataset.decision) return;
  event.preventDefault();
  if (!event.target.dataset.sending) decide(event.target, event.submitter);
});

async function decide(form, button) {
  form.dataset.sending = "1";
  button?.classList.add("btn-loading");
  const reply = await send(form.action, new FormData(form, button)).catch(() => null);
  const html = await reply?.text().catch(() => null);
  button?.classList.remove("btn-loading");
  delete form.dataset.sending;
  const answer = form.closest(".ap-one");
  if (reply?.ok) return decided(answer, form.dataset.decision, html ?? "");
  if (reply?.headers.has("X-Set-Up")) return location.assign(reply.headers.get("X-Set-Up"));
  refused(answer, reply?.status ?? 0, html);
}

function refused(answer, status, html) {
  if (status !== 409 && status !== 422)
    return document.dispatchEvent(new CustomEvent("desk:toast", { detail: { tone: "error", status } }));
  answer.querySelector(".form-answer").innerHTML = html;
  if (status === 422) answer.querySelectorAll("[data-despite]").forEach((one) => { one.hidden = false; });
  else answer.querySelectorAll("footer button").forEach((one) => { one.disabled = true; });
}

function decided(answer, decision, html) {
  const next = answer.nextElementSibling?.matches(".ap-one") ? answer.nextElementSibling : answers().filter((one) => one !== answer).at(-1);
  answer.remove();
  counted();
  const told = { approved: "wordsApproved", agreed: "wordsAgreed", corrected: "wordsCorrected" };
  const words = page.dataset[told[decision] ?? "wordsReturned"];
  const batch = /data-undo="([0-9a-f-]{36})"/.exec(html)?.[1] ?? "";
  document.dispatchEvent(new CustomEvent("desk:done", { detail: { text: `№ ${answer.dataset.number}: ${words}`, batch } }));
  if (next) go(next);
  else page.querySelector("[data-empty]").focus();
}

function counted() {
  const left = answers().length;
  if (!left && "more" in page.dataset) location.reload();
  page.querySelector("[data-count]").textContent = left + ("more" in page.dataset ? "+" : "");
  page.querySelector("[data-empty]").hidden = left > 0;
}

page.addEventListener("counted", counted);

if (answers().length && !location.hash) answers()[0].focus({ preventScroll: true });
if (location.hash) go(document.getElementById(location.hash.slice(1)));
