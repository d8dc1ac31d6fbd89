/**
 * The part of the program that the trainer worker runs. Loading begins before anything else, and each worker gets the
 * compiled result: one that is started after a breakdown downloads nothing.
 */

import { loadPart, program } from "../../../parts.js";
import { adapter } from "./early.js";

/**
 * @import { OnProgress } from "../../../fetched.js"
 * @import { Device, Part } from "../../../parts.js"
 */

/** @type {PromiseWithResolvers<Device>} */
const choice = Promise.withResolvers();
/** The device of the part, which is known before the part has come. @type {Promise<Device>} */
let device = choice.promise;
/** @type {Promise<Part>} */
let part = loadPart("auto", { found: adapter, onChoice: choice.resolve });
part.catch(() => {}); // whoever awaits it reports the error

export const currentPart = () => ({ device, part });

/**
 * Loads the part with WebGPU, which trains on software WebGPU too. If it cannot be loaded, the current part stays.
 *
 * @param {OnProgress} onProgress
 */
export async function loadWebgpu(onProgress) {
  const loaded = await loadPart("webgpu", { onProgress });
  await program("webgpu"); // the new worker needs this script too, and it is too late once the old one has ended
  [device, part] = [Promise.resolve("webgpu"), Promise.resolve(loaded)];
}
