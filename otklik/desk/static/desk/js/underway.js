// «Карточка заводится»: look each second whether the card is there, and go to it.

const EVERY = 1000;

async function look() {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(10000) });
    if (answer.redirected) return location.replace(answer.url);
  } catch {
    // no line: the next look may have one
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
