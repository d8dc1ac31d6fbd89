/** Loads the section of runs when it is first opened: until then nothing of it is read, and no run either. */

import { report } from "../state/state.js";
import { byId } from "../tools/dom.js";

const details = byId("runs-details", HTMLDetailsElement);

/** @type {Promise<typeof import("./step.js")> | undefined} */
let step;

export function followRuns() {
  details.addEventListener("toggle", () => {
    if (details.open) runsChanged();
  });
}

/** Called when the runs that are kept may have changed. */
export function runsChanged() {
  if (!details.open) return;
  step ??= import("./step.js");
  step.then(({ showRuns }) => showRuns()).catch((error) => {
    step = undefined; // its files may come at the next try
    report(error);
  });
}
