/**
 * Everything a run needs, as the page has it now.
 */

import { chosenDevice } from "./device-view.js";
import { compileConfig, fitConfig } from "./form.js";
import { number } from "./inputs.js";
import { panel } from "./page.js";

/** @import { RunConfig } from "./protocol.js" */

/** @returns {RunConfig} */
export function runConfig() {
  return {
    device: chosenDevice(),
    threads: number("threads"),
    model: panel.choice(),
    compile: compileConfig(),
    fit: fitConfig(),
  };
}

/** What the GPU may get ready for; null where none will train, or where the settings are none yet. */
export function comingRun() {
  try {
    return chosenDevice() === "webgpu" ? runConfig() : null;
  } catch {
    return null; // layers that are not JSON: Fit says so
  }
}
