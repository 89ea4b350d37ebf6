// What stands in the answer's form, and its copy in this browser for as long as the server does not have it. A copy is
// kept by user and card: nobody is ever shown another person's words.

export const PREFIX = "otklik.draft.";
export const words = document.getElementById("draft-words").dataset;
const key = `${PREFIX}${words.user}.${words.card}`;

const FINAL = ["final", "first"];
const NAMES = ["text", "kind", "outcome", "promised_on", "proof", "proof_words", "why", "why_words", "why_on"];

// The fields that are saved, without those that the chosen kind of answer does not have.
export function fieldsOf(form) {
  const { text, kind, outcome, promised_on: day, reply_to: under } = form.elements;
  const ends = FINAL.includes(kind.value) ? outcome?.value ?? "" : "";
  const ground = (name, wanted) => (ends === wanted ? form.elements[name]?.value ?? "" : "");
  return {
    text: text.value,
    kind: kind.value,
    outcome: ends,
    promised_on: kind.value === "interim" ? day?.value ?? "" : "",
    reply_to: under?.value ?? "",
    proof: ground("proof", "solved"),
    proof_words: ground("proof_words", "solved"),
    why: ground("why", "explained"),
    why_words: ground("why_words", "explained"),
    why_on: ground("why_on", "explained"),
  };
}

export function same(one, other) {
  return NAMES.every((name) => (one[name] ?? "") === (other[name] ?? ""));
}

export function fillIn(form, fields) {
  for (const name of [...NAMES.slice(1), "reply_to", "text"])
    if (form.elements[name] && fields[name] !== undefined) put(form.elements[name], fields[name]);
  form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

// A group of buttons takes no empty value by itself: then none of them is pressed.
function put(field, value) {
  if (!(field instanceof RadioNodeList)) field.value = value;
  else for (const one of field) one.checked = one.value === value;
}

// `version` and `answer` are what the text was based on; `sending` is the text that is on its way to the server, of
// which we do not know whether it arrived. False when this browser keeps nothing.
export function keep(form, sending = read()?.sending ?? "") {
  const base = { version: form.elements.version.value, answer: form.dataset.answer };
  const copy = { ...fieldsOf(form), ...base, sending, number: words.number, address: form.action, at: Date.now() };
  try {
    localStorage.setItem(key, JSON.stringify(copy));
    return true;
  } catch {
    return false;
  }
}

export function read() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// Another tab may have put something else there meanwhile: that stays.
export function forget(fields = null) {
  const copy = read();
  if (!copy || (fields && !same(copy, fields))) return;
  try {
    localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
