/**
 * Compiles a GPU's kernels while pictures are read, so that the first step of the run need not wait. Worker side.
 */

import { Dataset } from "../../tabfit.js";
import { newNetwork } from "./make-network.js";

/** @import { RunConfig } from "../shared/protocol.js" */

/** A batch of more is not made for nothing. */
const MOST_BYTES = 64e6;

/** @type {Promise<void>} */
let warming = Promise.resolve();

/** The kernels that were asked for are there. */
export const warmed = () => warming;

/**
 * Trains a network like that of the coming run for a step, on nothing. What goes wrong is the run's to say.
 *
 * @param {RunConfig} run as the form has it now
 * @param {number} imageSize
 * @param {number} classes
 */
export function warm(run, imageSize, classes) {
  warming = warming.then(() => step(run, imageSize, classes)).catch((error) => {
    if (error instanceof WebAssembly.RuntimeError) throw error; // no run can follow on that
  });
}

/**
 * @param {RunConfig} run
 * @param {number} imageSize
 * @param {number} classes
 */
async function step({ model, device, compile, fit: { batchSize = 32, augment } }, imageSize, classes) {
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
