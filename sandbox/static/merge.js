// Brings a list up to date in place: only what changed is touched, so typed text, focus and selection stay.
const served = new WeakMap(); // element -> its markup as the server gave it

// "5 minutes ago" grows old by itself; that alone is no change.
const markup = (node) => node.outerHTML.replace(/<time[^]*?<\/time>/g, "");

export function remember(list) {
  for (const node of list.children) served.set(node, markup(node));
}

function afterForms(node) {
  let last = node;
  while (last.nextElementSibling && last.nextElementSibling.matches("form")) last = last.nextElementSibling;
  return last;
}

// Puts the fragment `text` into `list`. Elements are known by id; reply forms stand between them and stay.
// An element that holds the focus waits unless `force`. Returns true when nothing had to wait.
export function merge(list, text, { flash = false, force = false } = {}) {
  const template = document.createElement("template");
  template.innerHTML = text; // our own server's fragment, escaped by its templates
  const items = [...list.children].filter((node) => !node.matches("form"));
  const old = new Map(items.map((node) => [node.id, node]));
  const wanted = new Set([...template.content.children].map((node) => node.id));
  let whole = true;
  for (const [id, node] of old) if (!wanted.has(id)) node.remove();
  let cursor = null;
  for (const next of [...template.content.children]) {
    const known = old.get(next.id);
    const fresh = markup(next);
    if (known && served.get(known) === fresh) {
      cursor = known;
      continue;
    }
    if (known && !force && known.contains(document.activeElement)) {
      whole = false;
      cursor = known;
      continue;
    }
    served.set(next, fresh);
    if (flash && next.matches("article")) next.classList.add("new");
    if (known) {
      const focused = known.contains(document.activeElement);
      known.replaceWith(next);
      if (focused) next.querySelector("button, .foot a")?.focus();
    } else if (cursor) afterForms(cursor).after(next);
    else list.prepend(next);
    cursor = next;
  }
  return whole;
}
