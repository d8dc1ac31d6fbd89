/** Loads what uses the camera when it is first wanted. */

import { report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { late } from "../tools/late.js";

export function offerCamera() {
  const recorder = byId("camera", HTMLDetailsElement);
  recorder.addEventListener("toggle", () => {
    if (recorder.open) late(() => import("./recorder.js"), "camera").catch(report);
  });
  byId("live-start", HTMLButtonElement).addEventListener("click", () => late(() => import("./live.js"), "camera").then(({ startLive }) => startLive()).catch(report));
}
