/** All settings of the next run, as the form has them now. */

import { panel } from "../../network/panel.js";
import { chosenDevice, threadsAreProposed } from "./device.js";
import { compileConfig, fitConfig } from "./form.js";
import { number } from "./inputs.js";

/** @import { RunConfig } from "../../../shared/protocol.js" */

/** @returns {RunConfig} */
export function runConfig() {
  return {
    device: chosenDevice(),
    threads: number("threads"),
    threadsProposed: threadsAreProposed(),
    model: panel.choice(),
    compile: compileConfig(),
    fit: fitConfig(),
  };
}

/** The run to prepare the GPU for; null if the processor will train, or if the layers are not valid JSON. */
export function comingRun() {
  try {
    return chosenDevice() === "webgpu" ? runConfig() : null;
  } catch {
    return null; // Fit will report it
  }
}

/** How many threads to start for that run; null if a GPU will train. */
export const comingThreads = () => (chosenDevice() === "cpu" ? number("threads") : null);
