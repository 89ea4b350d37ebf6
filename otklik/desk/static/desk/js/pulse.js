// «Has anything changed?»: a question that costs the server next to nothing, asked before the real one.

let seen = "";
let coming = "";

// Whether the real question is worth asking: about anything since `after`, or about one card since it was last told.
// Throws where there is no connection.
export async function stirs(after, card = "") {
  const address = new URL("/pulse/", location.href);
  address.searchParams.set("after", after ?? seen);
  if (card) address.searchParams.set("card", card);
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(15000) });
  if (!answer.ok) throw new Error(String(answer.status));
  if (answer.status === 204) return false;
  coming = await answer.text();
  return true;
}

// The real question about the card has been answered after that.
export function told() {
  seen = coming || seen;
}
