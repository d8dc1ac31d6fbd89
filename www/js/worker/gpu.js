/** The GPU that training can use, and the report of one that fails. */

import { gpuInfo } from "../../tabfit.js";

/**
 * @import { Part } from "../../parts.js"
 * @import { DeviceInfo } from "../../tabfit.js"
 * TypeScript's DOM library does not know WebGPU yet, so this declares what is used here.
 * @typedef {EventTarget & { lost: Promise<{ message: string, reason: string }> }} Device
 * @typedef {{ requestDevice(...descriptor: unknown[]): Promise<Device> }} Adapter
 */

/**
 * The GPU that training can use, or the reason why there is none. The part for the CPU knows of it only what the page saw.
 *
 * @param {Pick<Part, "device" | "adapter" | "reason">} part
 * @returns {Promise<{ gpu: DeviceInfo | null, gpuReason: string }>}
 */
export async function probe({ device, adapter, reason }) {
  if (!adapter) return { gpu: null, gpuReason: `${reason}, so training runs on the processor.` };
  if (device === "cpu") return { gpu: { kind: "webgpu", name: adapter.name, fallback: adapter.software }, gpuReason: "" };
  try {
    const info = await gpuInfo();
    return { gpu: { ...info, name: adapter.name, fallback: info.fallback || adapter.software }, gpuReason: "" };
  } catch (error) {
    return { gpu: null, gpuReason: error instanceof Error ? error.message : String(error) };
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
