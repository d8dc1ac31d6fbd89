/** The device that trains: asks the trainer worker what there is, and loads the part of the program that it takes. */

import { loadWebgpu } from "./client/part.js";
import { client } from "./client/trainer-client.js";
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

/** Whether training on the chosen device takes a part of the program that is not loaded. */
export const needsPart = () => chosenDevice() === "webgpu" && page.part === "cpu";

/**
 * Loads the part with WebGPU into a new trainer worker, which takes over the network; the pictures have to be read again.
 * If it cannot be loaded, this throws, and the old worker goes on.
 *
 * @returns why WebGPU cannot be used after all; empty if it can
 */
export async function changePart() {
  await loadWebgpu((loaded, total) => {
    showStatus(`Loading WebGPU: ${fileSize(loaded)}${total === null ? "" : ` of ${fileSize(total)}`}`);
  }).catch(({ message }) => {
    throw new Error(`The part of the program for WebGPU could not be loaded (${message}); train on the CPU, or try again.`);
  });
  const network = await client.send({ type: "hand-over" });
  Object.assign(page, { data: null, started: false });
  client.restart("the part of the program was changed");
  showStatus("Starting WebGPU");
  const { gpuReason } = await connect();
  if (network) await client.send({ type: "take-over", ...network, device: "cpu" });
  return gpuReason;
}
