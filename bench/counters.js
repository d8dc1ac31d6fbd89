/**
 * Counts the calls of WebGPU, and those from WebAssembly to JavaScript, in `globalThis.gpuCounters`. It is imported before any
 * library and wraps the methods of the browser, so that it counts the same way for every contender.
 *
 * @typedef {object} Counts
 * @property {number} dispatches
 * @property {number} submits
 * @property {number} bindGroups created
 * @property {number} bytes written by the queue, or to a buffer that was mapped at its creation
 * @property {number} reads buffers mapped for reading
 * @property {number} calls of functions that a module of WebAssembly imports
 *
 * @typedef {{ counts: Counts, adapter: { name: string, fallback: boolean } | null, faults: string[], onFault: ((message: string) => void) | null }} Counters
 */

import { describe } from "./adapter.js";

/** @type {Counters} */
const counters = {
  counts: { dispatches: 0, submits: 0, bindGroups: 0, bytes: 0, reads: 0, calls: 0 },
  adapter: null, // the adapter whose device a library requested
  faults: [], // errors of the GPU: a kernel that was skipped must not look fast
  onFault: null, // a library that wants to hear of them
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

/** The same imports, whose functions count their calls. */
function counted(imports) {
  const each = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
  return each(imports, (module) => each(module, (value) => {
    if (typeof value !== "function") return value;
    return function () {
      counts.calls += 1;
      return value.apply(this, arguments); // an array of them would cost more than the call
    };
  }));
}

for (const name of ["instantiate", "instantiateStreaming"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = (source, imports = {}) => original.call(WebAssembly, source, counted(imports));
}

function fault(message) {
  counters.faults.push(message);
  counters.onFault?.(message);
}

const requestDevice = globalThis.GPUAdapter?.prototype.requestDevice;
if (requestDevice) {
  GPUAdapter.prototype.requestDevice = async function (...descriptor) {
    const device = await requestDevice.apply(this, descriptor);
    counters.adapter = describe(this.info);
    device.addEventListener("uncapturederror", ({ error }) => fault(error.message));
    void device.lost.then(({ message, reason }) => {
      if (reason !== "destroyed") fault(message || "the GPU was lost"); // "destroyed" is on purpose
    });
    return device;
  };
}
