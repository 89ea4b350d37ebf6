// What a browser keeps for a page, in "localStorage" or for this tab in "sessionStorage". One that keeps nothing (a private
// window, a full one) is asked as safely: even to name its store may fail.

export function load(store, key) {
  try {
    return window[store].getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function save(store, key, value) {
  try {
    window[store].setItem(key, value);
  } catch {
    // Then the page begins anew next time.
  }
}
