/** The device that trains: asks the trainer worker what there is, and loads the part of the program that it takes. */

import { loadWebgpu } from "./client/part.js";
import { client } from "./client/trainer-client.js";
import { hear, say } from "./language/say.js";
import { showStatus } from "./state/controls.js";
import { page } from "./state/state.js";
import { fileSize } from "./tools/format.js";
import { chosenDevice, showDevices } from "./training/form/device.js";

/** Sends the first command of a trainer worker; its answer means that the wasm is ready. */
export async function connect() {
  const { gpu, gpuReason, cores, part, presets } = await client.send({ type: "start" });
  page.started = true;
  page.part = part;
  showDevices({ gpu, gpuReason, part }, cores);
  return { presets, gpuReason };
}

/** Whether training on the chosen device takes another trainer worker: with WebGPU, or with a GPU that has not failed. */
export const needsPart = () => chosenDevice() === "webgpu" && (page.part === "cpu" || page.gpuFailed);

/**
 * Starts a new trainer worker with WebGPU, which takes over the network; the pictures have to be read again. If that part
 * of the program cannot be loaded, this throws, and the old worker goes on.
 *
 * @returns why WebGPU cannot be used after all; empty if it can
 */
export async function changePart() {
  const failed = page.gpuFailed;
  if (page.part === "cpu") await loadWebgpu((loaded, total) => {
    showStatus(total === null ? say("Loading WebGPU: {loaded}", { loaded: fileSize(loaded) })
      : say("Loading WebGPU: {loaded} of {total}", { loaded: fileSize(loaded), total: fileSize(total) }));
  }).catch(({ message }) => {
    throw new Error(say("The part of the program for WebGPU could not be loaded ({why}); train on the CPU, or try again.", { why: hear(message) }));
  });
  // What was only on a lost GPU is gone with it.
  const network = await client.send({ type: "hand-over" }).catch((error) => {
    if (failed) return null;
    throw error;
  });
  Object.assign(page, { data: null, started: false, gpuFailed: false, network: network !== null });
  client.restart("the part of the program was changed");
  showStatus(say("Starting WebGPU"));
  const { gpuReason } = await connect();
  if (network) await client.send({ type: "take-over", ...network, device: "cpu" });
  if (failed) page.notes.push(gpuReason ? say("The GPU could not be opened again: {why}", { why: hear(gpuReason) }) : say("The GPU had failed and was opened anew."));
  return hear(gpuReason);
}
