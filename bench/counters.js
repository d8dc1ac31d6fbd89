/**
 * Counts the calls of WebGPU in `globalThis.gpuCounters`. It is imported before any library and wraps the methods of the
 * browser, so that it counts the same way for every contender.
 *
 * @typedef {object} Counts
 * @property {number} dispatches
 * @property {number} submits
 * @property {number} bindGroups created
 * @property {number} bytes written by the queue, or to a buffer that was mapped at its creation
 * @property {number} reads buffers mapped for reading
 *
 * @typedef {{ counts: Counts, adapter: { name: string, fallback: boolean } | null, faults: string[] }} Counters
 */

import { describe } from "./adapter.js";

/** @type {Counters} */
const counters = {
  counts: { dispatches: 0, submits: 0, bindGroups: 0, bytes: 0, reads: 0 },
  adapter: null, // the adapter whose device a library requested
  faults: [], // errors of the GPU: a kernel that was skipped must not look fast
};
globalThis.gpuCounters = counters;
const { counts } = counters;
const MAP_READ = 1;

/** Wraps a method of the browser so that `note` is called first. Does nothing without WebGPU. */
function before(type, method, note) {
  const prototype = globalThis[type]?.prototype;
  if (!prototype) return;
  const original = prototype[method];
  prototype[method] = function (...args) {
    note.apply(this, args);
    return original.apply(this, args);
  };
}

before("GPUComputePassEncoder", "dispatchWorkgroups", () => void (counts.dispatches += 1));
before("GPUComputePassEncoder", "dispatchWorkgroupsIndirect", () => void (counts.dispatches += 1));
before("GPUQueue", "submit", () => void (counts.submits += 1));
before("GPUDevice", "createBindGroup", () => void (counts.bindGroups += 1));
before("GPUBuffer", "mapAsync", (mode) => void (counts.reads += mode & MAP_READ));
before("GPUQueue", "writeBuffer", (_buffer, _at, data, from = 0, size = undefined) => {
  const unit = data.BYTES_PER_ELEMENT ?? 1; // offset and size are in elements of a typed array
  counts.bytes += size === undefined ? data.byteLength - from * unit : size * unit;
});
before("GPUDevice", "createBuffer", ({ mappedAtCreation, size }) => {
  if (mappedAtCreation) counts.bytes += size;
});

const requestDevice = globalThis.GPUAdapter?.prototype.requestDevice;
if (requestDevice) {
  GPUAdapter.prototype.requestDevice = async function (...descriptor) {
    const device = await requestDevice.apply(this, descriptor);
    counters.adapter = describe(this.info);
    device.addEventListener("uncapturederror", ({ error }) => counters.faults.push(error.message));
    void device.lost.then(({ message, reason }) => {
      if (reason !== "destroyed") counters.faults.push(message || "the GPU was lost"); // "destroyed" is on purpose
    });
    return device;
  };
}
