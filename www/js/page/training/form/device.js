/** The choice of the device that trains. */

import { hear, say } from "../../language/say.js";
import { byId, setText } from "../../tools/dom.js";
import { fileSize, together } from "../../tools/format.js";
import { programFiles } from "../../tools/program-files.js";

/** @import { DeviceInfo, DeviceKind } from "../../../../tabfit.js" */

const select = byId("device", HTMLSelectElement);
const note = byId("device-note", HTMLElement);
const threads = byId("threads", HTMLInputElement);

/**
 * @typedef {object} Found
 * @property {DeviceInfo | null} gpu
 * @property {string} gpuReason why there is none
 * @property {DeviceKind} part the best that the loaded part of the program trains on
 */

/** @type {Found | null} */
let found = null;

/** Bytes of the part with WebGPU; 0 until they are known. */
let partBytes = 0;

select.addEventListener("change", async () => {
  describe();
  if (select.value !== "webgpu" || found?.part !== "cpu" || partBytes > 0) return;
  const files = await programFiles().catch(() => []); // without the list, the sentence has no size
  // A browser loads one of the two files of wasm, which are as large as each other.
  const loaded = files.filter(({ path }) => path.startsWith("webgpu/") && !path.endsWith("_plain_bg.wasm"));
  const bytes = loaded.reduce((sum, { gzipped }) => sum + gzipped, 0);
  partBytes = bytes;
  describe();
});

/**
 * Chooses a real GPU by default. Software WebGPU runs on the processor too, only slower, so then the default is the CPU.
 *
 * @param {Found} answer
 * @param {number} cores of the processor
 */
export function showDevices(answer, cores) {
  const first = found === null;
  const { gpu } = answer;
  if (first) offerThreads(cores);
  found = answer;
  const option = select.namedItem("webgpu") ?? select.options[0];
  if (option) {
    option.disabled = gpu === null;
    const name = gpu ? say("WebGPU: {name}", { name: gpu.name }) : say("WebGPU (not available)");
    setText(option, gpu?.fallback ? say("Software WebGPU (no GPU)") : name);
  }
  if (gpu === null) select.value = "cpu";
  else if (first) select.value = gpu.fallback ? "cpu" : "webgpu";
  describe();
}

/** The number of threads that was offered last. */
let offered = 1;

/**
 * Proposes a number of threads, unless the person has entered one.
 *
 * @param {number} count
 */
export function offerThreads(count) {
  if (threads.valueAsNumber !== offered) return;
  offered = count;
  threads.valueAsNumber = count;
}

/** The number of threads is the one that was proposed. */
export const threadsAreProposed = () => threads.valueAsNumber === offered;

/** From now on no other number of threads is proposed. */
export function keepThreads() {
  offered = NaN;
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
  const about = aboutDevice(found, onCpu);
  setText(note, onCpu ? together([about, say("One thread for each of its cores is the fastest.")]) : about);
}

/**
 * @param {Found} found
 * @param {boolean} onCpu
 */
function aboutDevice({ gpu, gpuReason, part }, onCpu) {
  if (!gpu) return hear(gpuReason);
  if (gpu.fallback) {
    const about = say("This computer has software WebGPU (no GPU): {name}. Training on the processor is the better choice.", { name: gpu.name });
    if (part !== "cpu" || onCpu) return about;
    return together([about, partBytes > 0
      ? say("Fit first loads the part of the program for it ({size}), and reads the pictures again.", { size: fileSize(partBytes) })
      : say("Fit first loads the part of the program for it, and reads the pictures again.")]);
  }
  return onCpu ? say("Training runs on the processor: same results, slower than the GPU.") : say("Training runs on {name}.", { name: gpu.name });
}
