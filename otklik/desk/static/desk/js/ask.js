// How a page asks the server for its parts: with the cookie's own CSRF token, and plain words when signed out.

import { csrf } from "./csrf.js";

const signedOut = document.getElementById("signed-out");
let asked = 0;
let heard = 0; // the latest question of which we know the answer: what comes after it is of before one signed in again

export async function ask(address, options = {}) {
  const number = ++asked;
  const answer = await fetch(address, {
    ...options,
    headers: { "X-Fragment": "1", ...(options.body ? { "X-CSRFToken": csrf() } : {}) },
  });
  if (number > heard) {
    heard = number;
    signedOut?.toggleAttribute("hidden", answer.status !== 401);
  }
  return answer;
}

export function send(address, form, options = {}) {
  form.delete("csrfmiddlewaretoken"); // the token of a page that stood open over a new sign-in is of no use
  return ask(address, { ...options, method: "POST", body: form });
}

const words = document.body.dataset;

// Plain words for an answer that says nothing itself; 0 is no connection.
export function wordsFor(status) {
  return { 401: words.wordsSignedOut, 403: words.wordsDenied, 404: words.wordsGone }[status] ?? words.wordsOffline;
}

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
