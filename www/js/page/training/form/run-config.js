/**
 * Everything a run needs, as the page has it now.
 */

import { panel } from "../../network/panel.js";
import { chosenDevice } from "./device.js";
import { compileConfig, fitConfig } from "./form.js";
import { number } from "./inputs.js";

/** @import { RunConfig } from "../../../shared/protocol.js" */

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
