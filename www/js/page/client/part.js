/**
 * The part of the program that the trainer worker runs. Loading begins before anything else, and each worker gets the
 * compiled result: one that is started after a breakdown downloads nothing.
 */

import { loadPart } from "../../../parts.js";
import { adapter } from "./early.js";

/** @import { Device, OnProgress, Part } from "../../../parts.js" */

/** @type {PromiseWithResolvers<Device>} */
const choice = Promise.withResolvers();
/** @type {Promise<Part>} */
let part = loadPart("auto", { found: adapter, onChoice: choice.resolve });
part.catch(() => {}); // whoever awaits it reports the error

/** The device of the part that is being loaded, before it has come. */
export const coming = choice.promise;
export const currentPart = () => part;

/**
 * Loads the part with WebGPU, which trains on software WebGPU too. If it cannot be loaded, the current part stays.
 *
 * @param {OnProgress} onProgress
 */
export async function loadWebgpu(onProgress) {
  const loaded = await loadPart("webgpu", { onProgress });
  part = Promise.resolve(loaded);
}
