/** Looks for a WebGPU adapter, and says whether it is a real GPU. The wasm imports this file too. */

/**
 * @typedef {{ description: string, vendor: string, architecture: string, isFallbackAdapter?: boolean, type?: string }} AdapterInfo
 * What is used of `GPUAdapter` and `GPU`, which TypeScript does not know yet.
 * @typedef {{ info?: AdapterInfo, isFallbackAdapter?: boolean, features: Set<string>, requestDevice(descriptor?: DeviceDescriptor): Promise<unknown> }} Adapter
 * @typedef {{ requiredFeatures?: Iterable<string> }} DeviceDescriptor
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

/** A feature that burn asks of every GPU, for profiling alone. */
const TIMESTAMPS = "timestamp-query";

/**
 * The adapter that training would use.
 *
 * @returns {Promise<FoundAdapter>} rejects with the reason if there is none, a clause that begins with a capital letter and
 * has no full stop
 */
export async function findAdapter() {
  const { gpu } = /** @type {{ gpu?: Gpu }} */ (/** @type {unknown} */ (globalThis.navigator ?? {})); // Node 20 has no navigator
  if (!gpu) throw new Error("This browser offers no WebGPU");
  const adapter = await inTime(gpu.requestAdapter({ powerPreference: "high-performance" }), "WebGPU").catch((error) => {
    throw error instanceof TooLate ? error : new Error(`WebGPU could not be started (${error.message})`);
  });
  if (!adapter) throw new Error("WebGPU found no usable GPU on this computer");
  if (!adapter.features.has(TIMESTAMPS)) promiseTimestamps(gpu);
  const { description = "", vendor = "", architecture = "", isFallbackAdapter, type } = adapter.info ?? {};
  const name = description || [vendor, architecture].filter(Boolean).join(" ") || "WebGPU adapter";
  const software = Boolean(isFallbackAdapter ?? adapter.isFallbackAdapter) || type === "CPU" || SOFTWARE.test(`${name} ${architecture}`);
  return { name, software };
}

/**
 * burn stops at a GPU without timestamp queries. tabfit never profiles, so from now on each adapter says that it has them, and
 * its device is opened without.
 *
 * @param {Gpu} gpu
 */
function promiseTimestamps(gpu) {
  const requestAdapter = gpu.requestAdapter.bind(gpu);
  gpu.requestAdapter = async (options) => {
    const adapter = await requestAdapter(options);
    if (!adapter || adapter.features.has(TIMESTAMPS)) return adapter;
    const requestDevice = adapter.requestDevice.bind(adapter);
    return Object.defineProperties(adapter, {
      features: { value: new Set([...adapter.features, TIMESTAMPS]) },
      requestDevice: {
        value: (/** @type {DeviceDescriptor} */ { requiredFeatures = [], ...rest } = {}) =>
          requestDevice({ ...rest, requiredFeatures: [...requiredFeatures].filter((name) => name !== TIMESTAMPS) }),
      },
    });
  };
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
