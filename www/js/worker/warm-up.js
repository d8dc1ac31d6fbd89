/**
 * Compiles the GPU's kernels while the pictures are still being read, so that the first step of the run need not wait.
 */

import { Dataset } from "../../tabfit.js";
import { newNetwork } from "./make-network.js";

/** @import { RunConfig } from "../shared/protocol.js" */

/** A larger batch takes too much memory for a warm-up. */
const MOST_BYTES = 64e6;

/** @type {Promise<void>} */
let warmUp = Promise.resolve();

/** Resolves when every warm-up begun so far has ended. */
export const warmedUp = () => warmUp;

/**
 * Trains a network like that of the coming run for one step on black pictures. An error is ignored here: the run
 * itself will meet it again and report it.
 *
 * @param {RunConfig} run the settings that the form has now
 * @param {number} imageSize
 * @param {number} classes
 */
export function startWarmUp(run, imageSize, classes) {
  warmUp = warmUp.then(() => trainOneStep(run, imageSize, classes)).catch((error) => {
    if (error instanceof WebAssembly.RuntimeError) throw error; // the wasm is unusable after a trap
  });
}

/**
 * @param {RunConfig} run
 * @param {number} imageSize
 * @param {number} classes
 */
async function trainOneStep({ model, device, compile, fit: { batchSize = 32, augment } }, imageSize, classes) {
  const bytes = batchSize * imageSize ** 2 * 3;
  if (device !== "webgpu" || "kept" in model || bytes > MOST_BYTES) return;
  const classNames = Array.from({ length: classes }, (_, index) => `class ${index}`);
  const labels = Array.from({ length: batchSize }, (_, index) => index % classes);
  const part = { images: new Uint8Array(bytes), labels };
  const pictures = Dataset.fromArrays({ ...part, validation: part, classNames, imageSize });
  const network = await newNetwork(model, { imageSize, classNames }, device, 0);
  try {
    network.compile(compile);
    await network.fit(pictures, { epochs: 1, batchSize, augment });
  } finally {
    network.free();
    pictures.free();
  }
}
