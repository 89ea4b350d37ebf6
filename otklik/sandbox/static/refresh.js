// Keeps comments and messages fresh: every two seconds asks what changed and replaces only that list.
// Forms stand outside of the lists, so typed text and focus never move.
(function () {
  "use strict";
  const PAUSE = 2000;
  const shown = new WeakMap();

  async function get(address) {
    const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
    if (!response.ok) throw new Error(String(response.status));
    return response;
  }

  async function fill(list, address) {
    const text = await (await get(address)).text();
    if (shown.get(list) !== text) {
      shown.set(list, text);
      list.innerHTML = text; // our own server's fragment, escaped by its templates
    }
  }

  async function look() {
    const wall = document.querySelector("[data-changes]");
    if (wall) {
      const news = await (await get(wall.dataset.changes)).json();
      const newest = Number(wall.dataset.newest);
      const fresh = document.querySelector("[data-fresh]");
      if (fresh && newest >= 0 && news.newest > newest && !location.search) fresh.hidden = false;
      for (const list of document.querySelectorAll("[data-comments]")) {
        const version = String(news.posts[list.dataset.post] ?? list.dataset.version);
        // Somebody who walks the list by keyboard keeps his place; the list is filled when he leaves it.
        if (version !== list.dataset.version && !list.contains(document.activeElement)) {
          await fill(list, list.dataset.comments);
          list.dataset.version = version;
        }
      }
    }
    for (const list of document.querySelectorAll("[data-fragment]")) await fill(list, list.dataset.fragment);
  }

  async function loop() {
    try {
      if (!document.hidden) await look();
    } catch (fault) {
      // The server is away: the page stays as it is and asks again.
    }
    setTimeout(loop, PAUSE);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-answer]");
    const form = link && document.getElementById("form-" + link.dataset.post);
    if (!form) return;
    event.preventDefault();
    form.elements.answer.value = link.dataset.answer;
    form.elements.edit.value = "";
    const target = form.querySelector("[data-to]");
    target.textContent = target.dataset.to + " " + link.dataset.name;
    form.elements.text.focus();
  });

  setTimeout(loop, PAUSE);
})();
