// What a press means wherever keys are listened to.

// Which deed a key is for, by its place on the keyboard: as the page's help says it, so that both are one (desk/keys.py).
const DEEDS = new Map([...document.querySelectorAll("#keys [data-code]")].map((row) => [row.dataset.code, row.dataset.deed]));
export const deedOf = (event) => DEEDS.get(event.code);
export const stepping = (event) => ["next", "previous"].includes(deedOf(event));

// «?» stands on the slash's key in the Latin layout and on another one in the Russian.
export const asksForHelp = (event) => event.key === "?" || (event.code === "Slash" && event.shiftKey);
