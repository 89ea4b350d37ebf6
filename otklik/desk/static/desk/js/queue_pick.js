// Another theme for the chosen row, or the agency where no rule names one: three letters and Enter, in the row itself.

import { run } from "./queue_act.js";
import { here, list, onScreen } from "./queue_list.js";

const PAUSE = 120;
const template = document.getElementById("picker");
let open = null; // { row, kind, theme, field, options, shown, timer }

export function openTheme(row) {
  if (row?.querySelector("[data-guesses]") && !row.classList.contains("is-busy")) start(row, "theme", "");
}

function start(row, kind, theme) {
  close(false);
  const part = template.content.firstElementChild.cloneNode(true);
  const field = part.querySelector("[role=combobox]");
  const words = template.dataset[kind];
  field.placeholder = words;
  part.querySelector("label").textContent = words;
  row.querySelector("[data-guesses]").append(part);
  row.classList.add("is-picking");
  open = { row, kind, theme, part, field, options: part.querySelector("[role=listbox]"), shown: null, timer: 0 };
  field.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  look();
}

function close(focus = true) {
  if (!open) return;
  const { row, part, timer } = open;
  clearTimeout(timer);
  open = null;
  row.classList.remove("is-picking");
  part.remove();
  row.dispatchEvent(new Event("toggle")); // what came for the row meanwhile may be drawn now
  if (focus && row.isConnected) row.focus({ preventScroll: true });
}

// Only the answer to what stands in the field counts; `shown` is the question whose answer is in the list.
async function look() {
  const asked = open;
  const words = asked.field.value.trim();
  const address = new URL(template.dataset[`${asked.kind}Url`], location.href);
  address.searchParams.set("q", words);
  if (asked.kind === "theme") address.searchParams.set("verdict", seen(asked.row).split(".")[0]);
  else address.searchParams.set("theme", asked.theme);
  const answer = await fetch(address, { headers: { "X-Fragment": "1" } }).catch(() => null);
  const html = answer?.ok ? await answer.text() : "";
  if (open !== asked || asked.field.value.trim() !== words) return;
  asked.options.innerHTML = html;
  asked.options.hidden = !asked.options.children.length;
  asked.field.setAttribute("aria-expanded", String(!asked.options.hidden));
  asked.shown = answer?.ok ? words : null;
  point(0);
}

const seen = (row) => row.querySelector("[name=seen]")?.value ?? "0.0";
const choices = () => [...open.options.querySelectorAll("[data-pk]")];

function point(at) {
  const all = choices();
  const chosen = all.length ? all[(at + all.length) % all.length] : null;
  for (const one of all) one.setAttribute("aria-selected", String(one === chosen));
  if (!chosen) return open.field.removeAttribute("aria-activedescendant");
  open.field.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

// Whoever types faster than the line answers gets what he typed, not what was in the list before.
async function enter() {
  const asked = open;
  if (asked.shown !== asked.field.value.trim()) {
    clearTimeout(asked.timer);
    await look();
  }
  if (open !== asked || asked.shown !== asked.field.value.trim()) return;
  const option = choices().find((one) => one.getAttribute("aria-selected") === "true");
  if (option) take(option);
}

async function take(option) {
  const { row, kind, theme } = open;
  const body = new FormData();
  body.set("seen", seen(row));
  body.set("choice", `${kind === "theme" ? option.dataset.pk : theme}.0`);
  if (kind === "agency") body.set("agency", option.dataset.pk);
  const asked = open;
  await run(row, row.querySelector("[data-guesses]").dataset.matter, body);
  if (open === asked) close();
}

document.addEventListener("input", (event) => {
  if (event.target !== open?.field) return;
  clearTimeout(open.timer);
  open.timer = setTimeout(look, PAUSE);
});
document.addEventListener("keydown", (event) => {
  if (event.target !== open?.field || event.isComposing) return;
  const at = choices().findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.code === "ArrowDown") point(at + 1);
  else if (event.code === "ArrowUp") point(at - 1);
  else if (event.code === "Enter" || event.code === "NumpadEnter") onScreen(open.row) && enter();
  else if (event.code === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
list.addEventListener("focusout", (event) => {
  if (open && event.target === open.field && event.relatedTarget && !open.part.contains(event.relatedTarget)) close(false);
});
list.addEventListener("mousedown", (event) => {
  const option = open && event.target.closest(".picker [data-pk]");
  if (!option) return;
  event.preventDefault();
  take(option);
});
list.addEventListener("chosen", (event) => { if (open && open.row !== event.detail.row) close(false); });
list.addEventListener("ask", (event) => {
  if (event.detail.row.isConnected && event.detail.row === here()) start(event.detail.row, "agency", event.detail.theme);
});
