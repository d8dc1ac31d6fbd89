/** Whether this browser can train on a GPU, in words a person understands, and the report of a GPU that fails. */

import { gpuInfo } from "../../tabfit.js";

/**
 * @import { DeviceInfo } from "../../tabfit.js"
 * TypeScript's DOM library does not know WebGPU yet, so this declares what is used here.
 * @typedef {EventTarget & { lost: Promise<{ message: string, reason: string }> }} Device
 * @typedef {{ requestDevice(...descriptor: unknown[]): Promise<Device> }} Adapter
 */

/**
 * The GPU that training can use, or the reason why there is none.
 *
 * @returns {Promise<{ gpu: DeviceInfo | null, gpuReason: string }>}
 */
export async function probe() {
  try {
    return { gpu: await gpuInfo(), gpuReason: "" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The page chooses the processor itself, where the package advises its caller to.
    return { gpu: null, gpuReason: reason.replace(/; train on the CPU( instead)?\.$/, ", so training runs on the processor.") };
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
