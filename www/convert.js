/** A worker that converts one network by the part "exchange". It ends after that, and its memory with it. */

import { compile } from "./wasm.js";

/**
 * @import { ModelFile } from "./webgpu/tabfit.js"
 * @typedef {{ bytes: Uint8Array, format: "safetensors" | "tflite" }} Conversion
 * @typedef {{ files: ModelFile[] } | { missing: string } | { refused: { name: string, message: string } }} Converted
 */

const NO_MEMORY = "The memory of this tab ran out while the network was converted; choose a smaller network.";

/** @param {Conversion} conversion @returns {Promise<Converted>} */
export async function converted({ bytes, format }) {
  let part;
  try {
    part = await import("./exchange/tabfit.js");
    await part.default({ module_or_path: await compile("exchange") });
  } catch (error) {
    return { missing: /** @type {Error} */ (error).message };
  }
  try {
    return { files: part.convert(bytes, format) };
  } catch (error) {
    const { name, message } = /** @type {Error} */ (error);
    // All but a trap is thrown as a sentence.
    return { refused: { name, message: error instanceof WebAssembly.RuntimeError ? NO_MEMORY : message } };
  }
}

// Not where a page or Node imports it.
if ("WorkerGlobalScope" in globalThis) self.onmessage = async ({ data }) => self.postMessage(await converted(data));
