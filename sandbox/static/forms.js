// Replies and changes right under the comment, sending without leaving the page. Without scripts the plain forms do.
import { fill } from "./refresh.js";

const PICKED = "[data-picked]";

function inline(comment, link) {
  const main = document.getElementById("form-" + comment.closest("[data-post]").dataset.post);
  const id = (link.dataset.edit ? "edit-" : "reply-") + (link.dataset.edit || link.dataset.answer);
  const there = document.getElementById(id);
  if (there || !main) return there;
  const form = main.cloneNode(true);
  form.id = id;
  form.classList.add("inline", ...(comment.matches(".nested") ? ["nested"] : []));
  form.reset();
  form.elements.answer.value = link.dataset.answer || "";
  form.elements.edit.value = link.dataset.edit || "";
  const [to, text] = [form.querySelector("[data-to]"), form.elements.text];
  to.hidden = !link.dataset.answer;
  to.textContent = to.dataset.to + " " + (link.dataset.name || "");
  text.value = link.dataset.edit ? comment.querySelector(".text").textContent : "";
  if (link.dataset.edit) form.querySelector("button:not([type])").textContent = form.dataset.save;
  if (link.dataset.edit) form.querySelector(".pick")?.remove(); // only the text is changed
  form.querySelector("[data-cancel]").hidden = false;
  count(form);
  comment.after(form);
  return form;
}

function count(form) {
  const label = form.querySelector(PICKED);
  if (!label) return;
  const number = form.elements.photos?.files.length;
  label.textContent = label.dataset.picked + (number ? ": " + number : "");
}

function close(form) {
  const comment = form.previousElementSibling;
  form.remove();
  comment?.querySelector?.(".foot a[data-answer]")?.focus();
}

function refuse(form, reason) {
  const place = form.querySelector(".refusal");
  place.textContent = reason;
  place.hidden = false;
}

// Sends the form and shows what came of it in its list. The typed text goes only when the server has taken it.
async function send(form, button) {
  const list = form.dataset.send === "messages"
    ? document.querySelector("[data-fragment]")
    : document.querySelector(`[data-comments][data-post="${form.dataset.send}"]`);
  const address = button?.getAttribute("formaction") || form.getAttribute("action");
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body: new FormData(form, button), credentials: "same-origin" });
  } catch {
    return refuse(form, document.body.dataset.failed);
  }
  if (answer.status === 400) return refuse(form, await answer.text());
  if (!answer.ok) return refuse(form, document.body.dataset.failed);
  form.querySelector(".refusal").hidden = true;
  if (!form.matches(".compose")) return fill(list, { force: true });
  if (form.matches(".inline")) form.remove();
  else if (form.elements.answer?.value || form.elements.edit?.value) return location.assign(answer.url);
  else form.reset();
  count(form);
  await fill(list, { flash: true, force: true });
  const number = answer.headers.get("X-Marked");
  const mine = number && document.getElementById("comment-" + number);
  if (number && !mine) location.assign(answer.url);
  mine?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-send]")) return;
  event.preventDefault();
  if (form.matches("[aria-busy]")) return;
  form.setAttribute("aria-busy", "true");
  try {
    await send(form, event.submitter);
  } catch {
    // It is written, only the list could not be asked: the next look brings it.
  } finally {
    form.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-answer], a[data-edit], a[data-more], [data-cancel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.matches("[data-cancel]")) return close(link.form);
  event.preventDefault();
  if (link.dataset.more) {
    const list = link.closest("[data-comments]");
    list.dataset.comments = list.dataset.comments.replace(/from=\d+/, "from=" + link.dataset.more);
    await fill(list, { force: true }).catch(() => location.assign(link.href));
  } else inline(link.closest("article"), link)?.elements.text.focus();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("input[name=photos]")) count(event.target.form);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.matches("textarea") && event.target.form;
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  if (form && event.key === "Escape" && form.matches(".inline") && !event.target.value) close(form);
});
