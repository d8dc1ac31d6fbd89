/**
 * The parts of the program, each a wasm of its own: one that trains on the CPU, one that trains on WebGPU or the CPU, and late ones:
 * decoders for pictures that the browser cannot decode and for those of clinic and laboratory, what reads and writes Keras's files,
 * what reads ONNX and writes TensorFlow Lite, and what looks after pictures and scores. A page loads one of the first two, and
 * each of the others once it needs it.
 */

import { findAdapter } from "./adapter.js";
import { compile } from "./wasm.js";

/**
 * @import { FoundAdapter } from "./adapter.js"
 * @import { OnProgress } from "./fetched.js"
 * @import { urls } from "./wasm.js"
 * @import { Conversion, Converted } from "./convert.js"
 * @import { ModelFile } from "./webgpu/tabfit.js"
 * @typedef {"cpu" | "webgpu"} Device
 *
 * @typedef {object} Part
 * @property {Device} device the best that this part trains on
 * @property {WebAssembly.Module} module
 * @property {FoundAdapter | null} adapter
 * @property {string} reason why there is no adapter, without a full stop; empty if there is one
 *
 * @typedef {object} FileContents what a file of another tool holds
 * @property {Record<string, string>} texts
 * @property {{ name: string, shape: number[], values: Float32Array }[]} tensors
 */

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
 * @param {OnProgress | null} [options.onProgress]
 * @param {AbortSignal | null} [options.signal]
 * @param {(device: Device) => void} [options.onChoice] called as soon as a part is chosen
 * @returns {Promise<Part>} rejects with a sentence if the part cannot be loaded, and with the signal's reason if it is aborted
 */
export async function loadPart(device = "auto", { found, onProgress, signal, onChoice } = {}) {
  let reason = "";
  const adapter = device === "cpu" ? null : await unlessAborted(found ?? findAdapter(), signal).catch((error) => {
    signal?.throwIfAborted();
    reason = error.message;
    return null;
  });
  const wanted = device !== "auto" ? device : adapter && !adapter.software ? "webgpu" : "cpu";
  onChoice?.(wanted);
  try {
    return { device: wanted, module: await compile(wanted, { signal, onProgress }), adapter, reason };
  } catch (error) {
    if (wanted === "cpu" || device !== "auto" || signal?.aborted) throw error;
    reason = `The part of the program for WebGPU could not be loaded (${messageOf(error)})`;
    return { device: "cpu", module: await compile("cpu", { signal, onProgress }), adapter: null, reason };
  }
}

/**
 * What a promise gives, or the signal's reason if it is aborted before. What the promise stands for goes on: others may wait for it.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal | null} [signal]
 * @returns {Promise<T>}
 */
const unlessAborted = (promise, signal) => new Promise((resolve, reject) => {
  const end = () => reject(signal?.reason);
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", end));
});

/**
 * A function that gives a part which is loaded by its first call. A later call tries again if that failed.
 *
 * @template {{ default: (options: { module_or_path: WebAssembly.Module }) => Promise<unknown> }} Glue
 * @param {keyof typeof urls} name
 * @param {() => Promise<Glue>} load its JavaScript
 * @returns {() => Promise<Glue>}
 */
function late(name, load) {
  /** @type {Promise<Glue> | undefined} */
  let part;
  // The wasm comes first: a browser remembers that a script could not be loaded, and would not try again.
  const loaded = async () => {
    const module = await compile(name);
    const glue = await load();
    await glue.default({ module_or_path: module });
    return glue;
  };
  return () => (part ??= loaded().catch((error) => {
    part = undefined;
    throw error;
  }));
}

const decoders = late("decoders", () => import("./decoders/tabfit.js"));
const clinic = late("clinic", () => import("./clinic/tabfit.js"));
const formats = late("formats", () => import("./formats/tabfit.js"));

/** What looks after the pictures, and says how sure a score is; it is loaded the first time. */
export const study = late("study", () => import("./study/tabfit.js"));

/**
 * Decodes a picture that the browser cannot, and loads the decoders for it the first time.
 *
 * @param {Uint8Array} bytes of the file
 * @param {number} size side of the result in pixels
 * @returns {Promise<Uint8Array>} RGB, and after it what was measured of the picture. Rejects with a string that says what is
 * wrong with the file, or with an `Error` if the decoders cannot be loaded
 */
export const decode = async (bytes, size) => (await decoders()).decode(bytes, size);

/**
 * Decodes a picture of clinic or laboratory (DICOM, TIFF, grey PNG of 16 bits), and loads what that takes the first time.
 *
 * @param {Uint8Array} bytes of the file
 * @returns {Promise<{ pixels: Uint8Array, width: number, spread: boolean, dicom: boolean }>} RGB at the picture's own size;
 *   `spread` says that no window was given, so that the greys reach from the smallest value to the largest. Rejects as `decode` does
 */
export async function decodeClinic(bytes) {
  const picture = (await clinic()).decode(bytes);
  const { width, spread, dicom } = picture;
  return { width, spread, dicom, pixels: picture.pixels() };
}

/**
 * Takes a Keras file apart, and loads what that takes the first time.
 *
 * @param {Uint8Array} bytes of the file
 * @param {AbortSignal} [signal]
 * @returns {Promise<FileContents>} Rejects as `decode` does
 */
export const readFile = async (bytes, signal) => (await unlessAborted(formats(), signal)).read(bytes);

/**
 * Makes a Keras file.
 *
 * @param {FileContents} contents
 * @param {AbortSignal} [signal]
 * @returns {Promise<Uint8Array>} Rejects as `decode` does
 */
export const writeFile = async (contents, signal) => (await unlessAborted(formats(), signal)).write(contents);

/**
 * The program that goes on with a run on another machine.
 *
 * @param {AbortSignal | null} [signal]
 * @returns {Promise<{ name: string, text: string }[]>} Rejects as `decode` does
 */
export const handover = async (signal) => (await unlessAborted(formats(), signal)).handover();

/** Written out so that bundlers find the script. */
const converter = () => new Worker(new URL("./convert.js", import.meta.url), { type: "module", name: "tabfit converter" });

/**
 * Converts a network by the part "exchange", in a worker of its own.
 *
 * @param {Uint8Array} bytes of the file
 * @param {Conversion["format"]} format
 * @param {AbortSignal} [signal] ends the worker
 * @param {() => Worker} [start] starts `convert.js`, where the page does that in a way of its own
 * @returns {Promise<ModelFile[]>} Rejects with a string if that part cannot be loaded, with an `Error` that says why it
 * cannot read or write the network, and with the signal's reason if it is aborted
 */
export async function convert(bytes, format, signal, start = converter) {
  /** @type {Worker} */
  let worker;
  try {
    worker = start();
  } catch (error) {
    throw messageOf(error); // a page that requires trusted types refuses a plain address
  }
  try {
    /** @type {Converted} */
    const answer = await unlessAborted(new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ missing: event.message || "a worker could not be started" });
      };
      worker.postMessage({ bytes, format });
    }), signal);
    if ("missing" in answer) throw answer.missing;
    if ("refused" in answer) throw Object.assign(new Error(answer.refused.message), { name: answer.refused.name });
    return answer.files;
  } finally {
    worker.terminate();
  }
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
