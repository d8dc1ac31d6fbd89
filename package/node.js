/** tabfit in Node: all of tabfit.js, and the GPU that the npm package `webgpu` finds, where that is installed. */

import load, { gpuInfo } from "./tabfit.js";

export * from "./tabfit.js";

/** In a variable, so that no bundler for servers insists on this package. */
const DAWN = "webgpu";

/** What is read and set of Node. @type {{ navigator?: { gpu?: unknown }, Worker?: unknown, WorkerGlobalScope?: unknown }} */
const node = /** @type {any} */ (globalThis);

/** In the place of the worker that converts networks, which Node cannot start: the same in this thread. */
class Here {
  /** @param {import("./convert.js").Conversion} conversion */
  async postMessage(conversion) {
    const { converted } = await import("./convert.js");
    /** @type {any} */ (this).onmessage({ data: await converted(conversion) });
  }

  terminate() {}
}

/** See `tabfit.d.ts`. @type {typeof load} */
export default async function init(options = {}) {
  options.signal?.throwIfAborted();
  const missing = options.device === "cpu" ? "" : await offerGpu();
  const loaded = await load(node.Worker ? options : { converter: () => /** @type {any} */ (new Here()), ...options });
  if (loaded.device === "webgpu") await openGpu();
  return loaded.adapter ? loaded : { ...loaded, reason: missing || loaded.reason };
}

/** Puts WebGPU where a browser has it, unless it is there. Resolves to a sentence without its full stop if that is impossible. */
async function offerGpu() {
  if (node.navigator?.gpu) return "";
  try {
    const { create, globals } = await import(/* webpackIgnore: true */ /* @vite-ignore */ DAWN);
    Object.assign(globalThis, globals);
    node.navigator ??= {}; // Node 20 has none
    node.navigator.gpu = create([]);
    return "";
  } catch (error) {
    return `The npm package webgpu, which gives Node a GPU, could not be loaded (${/** @type {Error} */ (error).message})`;
  }
}

/**
 * Opens the GPU now, because wgpu looks for it in a window and in a worker only, and no other program should take Node for one
 * later on.
 */
async function openGpu() {
  node.WorkerGlobalScope = Object;
  await gpuInfo().catch(() => {}); // whoever wants to train on it gets the reason
  delete node.WorkerGlobalScope;
}
