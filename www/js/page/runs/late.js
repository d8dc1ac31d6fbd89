/** Loads the section of runs when it is first opened: until then nothing of it is read, and no run either. */

import { report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { late } from "../tools/late.js";

const details = byId("runs-details", HTMLDetailsElement);

export function followRuns() {
  details.addEventListener("toggle", () => {
    if (details.open) runsChanged();
  });
}

/** Called when the runs that are kept may have changed. */
export function runsChanged() {
  if (details.open) late(() => import("./step.js"), "runs").then(({ showRuns }) => showRuns()).catch(report);
}
