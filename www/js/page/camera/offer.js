/** Loads what uses the camera when it is first wanted. */

import { say } from "../language/say.js";
import { showError } from "../state/controls.js";
import { byId } from "../tools/dom.js";

export function offerCamera() {
  const recorder = byId("camera", HTMLDetailsElement);
  recorder.addEventListener("toggle", () => {
    if (recorder.open) import("./recorder.js").catch(notLoaded);
  });
  byId("live-start", HTMLButtonElement).addEventListener("click", () => import("./live.js").then(({ startLive }) => startLive(), notLoaded));
}

/** @param {Error} error */
function notLoaded({ message }) {
  showError(say("The part of the page for the camera could not be loaded ({why}); try again when the page's server can be reached.", { why: message }));
}
