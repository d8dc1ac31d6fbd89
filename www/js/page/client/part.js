/**
 * The part of the program that the trainer worker runs. Loading begins before anything else, and each worker gets the
 * compiled result: one that is started after a breakdown downloads nothing.
 */

import { loadPart } from "../../../parts.js";

/** @import { OnProgress, Part } from "../../../parts.js" */

/** @type {Promise<Part>} */
let part = loadPart();
part.catch(() => {}); // whoever awaits it reports the error

export const currentPart = () => part;

/**
 * Loads the part with WebGPU, which trains on software WebGPU too. If it cannot be loaded, the current part stays.
 *
 * @param {OnProgress} onProgress
 */
export async function loadWebgpu(onProgress) {
  const loaded = await loadPart("webgpu", onProgress);
  part = Promise.resolve(loaded);
}
