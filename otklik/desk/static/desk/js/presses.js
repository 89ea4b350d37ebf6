// What a press means wherever keys are listened to.

// «?» stands on the slash's key in the Latin layout and on another one in the Russian.
export const asksForHelp = (event) => event.key === "?" || (event.code === "Slash" && event.shiftKey);
