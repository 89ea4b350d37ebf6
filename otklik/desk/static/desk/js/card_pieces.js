// A file to the server, piece by piece. A broken line is waited out; the server says where to go on, also after the page
// was opened anew and the same file was chosen again.

import { ask, send } from "./ask.js";

const SLOWEST = 30000;
const LONGEST = 60000;
const places = () => document.querySelector("[data-uploads]").dataset;

// What the server does not take, in its own words.
export class Refused extends Error {}

// `file` names what was chosen, `blob` is what is sent. Resolves to the key of the whole upload. Raises Refused.
export async function upload(file, blob, { onMove, onWait, stopped }) {
  const mark = `upload:${location.pathname}:${file.name}:${file.size}:${file.lastModified}:${blob.size}`;
  let key = remembered(mark);
  let at = null;
  let piece = 0;
  for (let pause = 1000; !stopped(); ) {
    try {
      if (!key || at === null) ({ key, at, piece } = await begin(key, blob.size));
      remember(mark, key);
      if (at >= blob.size) break;
      at = await step(key, blob, at, piece);
      if (at === null) key = "";
      onMove(Math.min((at ?? 0) / blob.size, 1));
      pause = 1000;
    } catch (error) {
      if (error instanceof Refused) {
        remember(mark, "");
        throw error;
      }
      onWait(error.status ?? 0);
      at = null;
      await rest(pause);
      pause = Math.min(pause * 2, SLOWEST);
    }
  }
  remember(mark, "");
  return key;
}

// Where an upload stands on the server: {received, size}, or null when it knows nothing of it. Raises without a line.
export async function standing(key) {
  const answer = await ask(`${places().progress}?key=${encodeURIComponent(key)}`, { signal: AbortSignal.timeout(LONGEST) });
  if (answer.status === 404) return null;
  return (await good(answer)).json();
}

async function begin(key, size) {
  const known = key ? await standing(key) : null;
  if (known && known.size === size && known.received < size) return { key, at: known.received, piece: known.piece };
  const form = new FormData();
  form.set("size", size);
  const fresh = await (await good(await send(places().uploads, form, { signal: AbortSignal.timeout(LONGEST) }))).json();
  return { key: fresh.key, at: fresh.received, piece: fresh.piece };
}

// The new end, or null when the server has forgotten the upload.
async function step(key, blob, at, piece) {
  const address = `${places().piece}?key=${encodeURIComponent(key)}&offset=${at}`;
  const body = blob.slice(at, at + piece, "application/octet-stream");
  const answer = await ask(address, { method: "POST", body, signal: AbortSignal.timeout(LONGEST) });
  if (answer.status === 404) return null;
  if (answer.status === 409) return (await answer.json()).received;
  return (await (await good(answer)).json()).received;
}

async function good(answer) {
  if (answer.ok) return answer;
  const json = answer.headers.get("Content-Type")?.startsWith("application/json");
  if (json && [413, 422].includes(answer.status)) throw new Refused((await answer.json()).words);
  if ([403, 404].includes(answer.status)) throw new Refused("");
  throw Object.assign(new Error("later"), { status: answer.status });
}

function rest(pause) {
  return new Promise((done) => {
    const timer = setTimeout(done, pause);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
}

function remembered(mark) {
  try { return localStorage.getItem(mark) ?? ""; } catch { return ""; }
}

function remember(mark, key) {
  try {
    if (key) localStorage.setItem(mark, key);
    else localStorage.removeItem(mark);
  } catch { /* without a memory it only begins anew after a reload */ }
}
