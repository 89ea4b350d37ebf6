// An act in pieces: one request after another, so that it can be stopped and a long one holds nobody up.

import { csrf } from "./csrf.js";

const AGAIN = 1500;

export async function post(address, body) {
  body.delete("csrfmiddlewaretoken");
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-Fragment": "1", "X-CSRFToken": csrf() },
    });
    const json = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { ...(json ? await answer.json() : { words: wordsFor(answer.status) }), status: answer.status };
  } catch {
    return { status: 0 };
  }
}

function wordsFor(status) {
  const words = document.body.dataset;
  return { 401: words.wordsSignedOut, 403: words.wordsDenied }[status] ?? words.wordsOffline;
}

// `seen` is what the preview told; `control.stopped` is looked at between two pieces.
export async function run({ piece, size }, asked, seen, control, progress) {
  const told = { done: [], held: new Map(), unseen: 0, undo: "", stopped: false, broken: "" };
  asked.set("batch", seen.batch);
  let passed = 0;
  progress(0, seen.cards.length);
  while (passed < seen.cards.length) {
    if (control.stopped) {
      told.stopped = true;
      break;
    }
    const cards = seen.cards.slice(passed, passed + Number(size));
    asked.set("cards", cards.join(","));
    const answer = await surely(piece, asked);
    if (!answer.done) {
      told.broken = answer.words ?? document.getElementById("many-dialog").dataset.wordsBroken;
      break;
    }
    gather(told, answer);
    passed += cards.length;
    progress(passed, seen.cards.length);
  }
  return told;
}

// A piece whose answer was lost on the way is asked for once more: the server does nothing twice.
async function surely(address, asked) {
  const answer = await post(address, asked);
  if (answer.status) return answer;
  await new Promise((resolve) => setTimeout(resolve, AGAIN));
  return post(address, asked);
}

function gather(told, answer) {
  told.done.push(...answer.done);
  told.unseen += answer.unseen;
  told.undo = answer.undo || told.undo;
  for (const { words, numbers } of answer.held) told.held.set(words, [...(told.held.get(words) ?? []), ...numbers]);
}
