/** The choice of the device that trains. */

import { byId } from "../../tools/dom.js";

/** @import { DeviceInfo, DeviceKind } from "../../../../tabfit.js" */

const select = byId("device", HTMLSelectElement);
const note = byId("device-note", HTMLElement);
const threads = byId("threads", HTMLInputElement);

/** @type {{ gpu: DeviceInfo | null, gpuReason: string } | null} */
let found = null;

select.addEventListener("change", describe);

/**
 * Chooses a real GPU by default. Software WebGPU runs on the processor too, only slower, so then the default is the CPU.
 *
 * @param {DeviceInfo | null} gpu
 * @param {string} gpuReason
 * @param {number} cores of the processor
 */
export function showDevices(gpu, gpuReason, cores) {
  const first = found === null;
  if (first) threads.valueAsNumber = cores; // after a restart, the number that the person entered stays
  found = { gpu, gpuReason };
  const option = select.namedItem("webgpu") ?? select.options[0];
  if (option) {
    option.disabled = gpu === null;
    option.text = gpu ? (gpu.fallback ? "Software WebGPU (no GPU)" : `WebGPU: ${gpu.name}`) : "WebGPU (not available)";
  }
  if (gpu === null) select.value = "cpu";
  else if (first) select.value = gpu.fallback ? "cpu" : "webgpu";
  describe();
}

/**
 * Chooses a device, if this browser has it.
 *
 * @param {DeviceKind} device
 */
export function chooseDevice(device) {
  if (device === "webgpu" && !found?.gpu) return;
  select.value = device;
  describe();
}

/** @returns {DeviceKind} */
export function chosenDevice() {
  return select.value === "webgpu" ? "webgpu" : "cpu";
}

function describe() {
  if (!found) return;
  const onCpu = select.value === "cpu";
  const field = threads.parentElement;
  if (field) field.hidden = !onCpu;
  note.textContent = aboutDevice(found, onCpu) + (onCpu ? " One thread for each of its cores is the fastest." : "");
}

/**
 * @param {{ gpu: DeviceInfo | null, gpuReason: string }} found
 * @param {boolean} onCpu
 */
function aboutDevice({ gpu, gpuReason }, onCpu) {
  if (!gpu) return gpuReason;
  if (gpu.fallback) {
    return `This computer has software WebGPU (no GPU): ${gpu.name}. Training on the processor is the better choice.`;
  }
  return onCpu ? "Training runs on the processor: same results, slower than the GPU." : `Training runs on ${gpu.name}.`;
}
