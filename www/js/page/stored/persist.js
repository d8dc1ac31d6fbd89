/** Asks the browser not to clear what is kept when the computer's space gets short, and shows its answer. */

import { say } from "../language/say.js";
import { byId, setText } from "../tools/dom.js";

const line = byId("kept-persisted", HTMLElement);

/** Called when the first network is kept: some browsers then ask the person. */
export async function askToPersist() {
  show(await navigator.storage?.persist?.().catch(() => false));
}

export async function showPersisted() {
  show(await navigator.storage?.persisted?.().catch(() => false));
}

/** @param {boolean | undefined} granted */
function show(granted) {
  setText(line, granted
    ? say("The browser has promised not to clear it by itself.")
    : say("The browser may clear it when space gets short: what must not be lost, download as a file."));
}
