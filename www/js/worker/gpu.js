/** Whether this browser can train on a GPU, in words a person understands, and the report of a GPU that fails. */

import { gpuInfo } from "../../tabfit.js";

/**
 * @import { DeviceInfo } from "../../tabfit.js"
 * TypeScript's DOM library does not know WebGPU yet, so this declares what is used here.
 * @typedef {EventTarget & { lost: Promise<{ message: string, reason: string }> }} Device
 * @typedef {{ features: ReadonlySet<string>, requestDevice(...descriptor: unknown[]): Promise<Device> }} Adapter
 * @typedef {{ requestAdapter(options: object): Promise<Adapter | null> }} Gpu
 */

const ON_CPU = "so training runs on the processor";

/** @returns {Promise<{ gpu: DeviceInfo | null, gpuReason: string }>} */
export async function probe() {
  const gpu = /** @type {{ gpu?: Gpu }} */ (/** @type {unknown} */ (navigator)).gpu;
  if (!gpu) return { gpu: null, gpuReason: `This browser offers no WebGPU, ${ON_CPU}.` };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) return { gpu: null, gpuReason: `WebGPU found no usable GPU on this computer, ${ON_CPU}.` };
    // The wasm requires this feature; without it, requesting the device would fail with no clear reason.
    if (!adapter.features.has("timestamp-query")) {
      return { gpu: null, gpuReason: `This GPU lacks a WebGPU feature that is needed (timestamp-query), ${ON_CPU}.` };
    }
    return { gpu: await gpuInfo(), gpuReason: "" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { gpu: null, gpuReason: `WebGPU could not be started, ${ON_CPU}. ${why}` };
  }
}

/**
 * Reports a GPU that was lost or that refused work. The wasm requests the device itself, out of reach for this file,
 * so `requestDevice` is wrapped and every device is watched.
 *
 * @param {(fault: string) => void} report
 */
export function watchGpu(report) {
  const { GPUAdapter } = /** @type {{ GPUAdapter?: { prototype: Adapter } }} */ (/** @type {unknown} */ (globalThis));
  if (!GPUAdapter) return;
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (/** @type {unknown[]} */ ...descriptor) {
    const device = await requestDevice.apply(this, descriptor);
    void device.lost.then(({ message, reason }) => {
      if (reason !== "destroyed") report(message || "the GPU was lost"); // "destroyed" is on purpose
    });
    device.addEventListener("uncapturederror", (event) => {
      const { error } = /** @type {Event & { error?: Error }} */ (event);
      report(error?.message ?? "the GPU refused its work");
    });
    return device;
  };
}
