/**
 * The parts of the program, each a wasm of its own: one that trains on the CPU, one that trains on WebGPU or the CPU, and
 * decoders for pictures that the browser cannot decode. A page loads one of the first two, and the decoders once it needs
 * them.
 */

import { findAdapter } from "./adapter.js";
import { fetched } from "./fetched.js";

/**
 * @import { FoundAdapter } from "./adapter.js"
 * @import { OnProgress } from "./fetched.js"
 * @typedef {"cpu" | "webgpu"} Device
 *
 * @typedef {object} Part
 * @property {Device} device the best that this part trains on
 * @property {WebAssembly.Module} module
 * @property {FoundAdapter | null} adapter
 * @property {string} reason why there is no adapter, without a full stop; empty if there is one
 */

const FILES = {
  cpu: new URL("./cpu/tabfit_bg.wasm", import.meta.url),
  webgpu: new URL("./webgpu/tabfit_bg.wasm", import.meta.url),
  decoders: new URL("./decoders/tabfit_bg.wasm", import.meta.url),
};

/** The modules that run the parts, written out so that bundlers find the files. */
const PROGRAMS = { cpu: () => import("./cpu/tabfit.js"), webgpu: () => import("./webgpu/tabfit.js") };

/** @param {Device} device */
export const program = (device) => PROGRAMS[device]();

/**
 * Loads and compiles the part for a device. "auto" is the part with WebGPU if there is an adapter that is not software,
 * and the part for the CPU otherwise, also if the other one cannot be loaded.
 *
 * @param {"auto" | Device} [device]
 * @param {object} [options]
 * @param {Promise<FoundAdapter>} [options.found] the answer of `findAdapter`, if it was asked before
 * @param {OnProgress} [options.onProgress]
 * @param {(device: Device) => void} [options.onChoice] called as soon as a part is chosen
 * @returns {Promise<Part>} rejects with a sentence if the part cannot be loaded
 */
export async function loadPart(device = "auto", { found, onProgress, onChoice } = {}) {
  let reason = "";
  const adapter = device === "cpu" ? null : await (found ?? findAdapter()).catch((error) => {
    reason = error.message;
    return null;
  });
  const wanted = device !== "auto" ? device : adapter && !adapter.software ? "webgpu" : "cpu";
  onChoice?.(wanted);
  try {
    return { device: wanted, module: await compile(wanted, onProgress), adapter, reason };
  } catch (error) {
    if (wanted === "cpu" || device !== "auto") throw error;
    reason = `The part of the program for WebGPU could not be loaded (${messageOf(error)})`;
    return { device: "cpu", module: await compile("cpu", onProgress), adapter: null, reason };
  }
}

/** @type {Promise<typeof import("./decoders/tabfit.js")> | undefined} */
let decoders;

/**
 * Decodes a picture that the browser cannot, and loads the decoders for it the first time.
 *
 * @param {Uint8Array} bytes of the file
 * @param {number} size side of the result in pixels
 * @returns {Promise<Uint8Array>} RGB. Rejects with a string that says what is wrong with the file, or with an `Error` if
 * the decoders cannot be loaded
 */
export async function decode(bytes, size) {
  decoders ??= loadDecoders().catch((error) => {
    decoders = undefined; // the next picture tries again
    throw error;
  });
  return (await decoders).decode(bytes, size);
}

/** The wasm comes first: a browser remembers that a script could not be loaded, and would not try again. */
async function loadDecoders() {
  const module = await compile("decoders");
  const glue = await import("./decoders/tabfit.js");
  await glue.default({ module_or_path: module });
  return glue;
}

/**
 * @param {keyof typeof FILES} name
 * @param {OnProgress} [onProgress]
 */
async function compile(name, onProgress) {
  const response = await fetched(FILES[name], onProgress);
  // Compiling while downloading needs the right content type, which some servers do not send.
  const known = response.headers.get("Content-Type") === "application/wasm";
  return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** @param {unknown} error */
const messageOf = (error) => (error instanceof Error ? error.message : String(error));
