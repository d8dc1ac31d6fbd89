/** Looks for a WebGPU adapter, and says whether it is a real GPU. The wasm imports this file too. */

/**
 * @typedef {{ description: string, vendor: string, architecture: string, isFallbackAdapter?: boolean }} AdapterInfo
 * @typedef {{ info?: AdapterInfo, isFallbackAdapter?: boolean }} Adapter what is used of `GPUAdapter`, which TypeScript does not know yet
 * @typedef {{ requestAdapter(options: object): Promise<Adapter | null> }} Gpu
 *
 * @typedef {object} FoundAdapter
 * @property {string} name the adapter's description of itself
 * @property {boolean} software whether the processor does its work
 */

/** An adapter or a device that has not answered after so many milliseconds is none. Some drivers never answer. */
const PATIENCE = 5000;

/** Not every browser says that an adapter is software, but each of these says its name. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/**
 * The adapter that training would use.
 *
 * @returns {Promise<FoundAdapter>} rejects with the reason if there is none, a clause that begins with a capital letter and
 * has no full stop
 */
export async function findAdapter() {
  const { gpu } = /** @type {{ gpu?: Gpu }} */ (/** @type {unknown} */ (navigator));
  if (!gpu) throw new Error("This browser offers no WebGPU");
  const adapter = await inTime(gpu.requestAdapter({ powerPreference: "high-performance" }), "WebGPU").catch((error) => {
    throw error instanceof TooLate ? error : new Error(`WebGPU could not be started (${error.message})`);
  });
  if (!adapter) throw new Error("WebGPU found no usable GPU on this computer");
  const { description = "", vendor = "", architecture = "", isFallbackAdapter } = adapter.info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(" ") || "WebGPU adapter";
  const software = Boolean(isFallbackAdapter ?? adapter.isFallbackAdapter) || SOFTWARE.test(`${name} ${architecture}`);
  return { name, software };
}

/**
 * The same promise, which rejects if it takes too long.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {string} who the sentence says that it did not answer
 * @returns {Promise<T>}
 */
export function inTime(promise, who) {
  let timer = 0;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TooLate(`${who} did not answer within ${PATIENCE / 1000} seconds`)), PATIENCE);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

class TooLate extends Error {}
