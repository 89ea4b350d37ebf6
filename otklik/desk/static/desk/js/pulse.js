// «Has anything changed?»: a question that costs the server next to nothing, asked before the real one. Its answer tells
// beside that whether there are new notices and who has come to the card: `pulse` is sent with both marks.

let seen = "";
let coming = "";
let pulsed = false;

// Whether this page asks so at all, and therefore hears of notices without asking for them.
export const pulses = () => pulsed;

// Whether the real question is worth asking: about anything since `after`, or about one card since it was last told.
// Throws where there is no connection.
export async function stirs(after, card = "") {
  const address = new URL("/pulse/", location.href);
  address.searchParams.set("after", after ?? seen);
  if (card) address.searchParams.set("card", card);
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(15000) });
  if (!answer.ok) throw new Error(String(answer.status));
  tell(answer.headers);
  if (answer.status === 204) return false;
  coming = await answer.text();
  return true;
}

// Whoever is not known to the server for the moment hears nothing beside.
function tell(headers) {
  const notices = headers.get("X-Notices");
  if (notices === null) return;
  pulsed = true;
  const detail = { notices, cards: headers.get("X-Cards"), company: headers.get("X-Company") ?? "" };
  document.dispatchEvent(new CustomEvent("pulse", { detail }));
}

// The real question about the card has been answered after that.
export function told() {
  seen = coming || seen;
}
