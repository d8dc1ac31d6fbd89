/** The wasm of each part of the program: where it lies, and how it is compiled. */

import { fetched } from "./fetched.js";

/** @import { OnProgress } from "./fetched.js" */

/** Written out so that bundlers find the files. */
export const urls = {
  cpu: new URL("./cpu/tabfit_bg.wasm", import.meta.url),
  webgpu: new URL("./webgpu/tabfit_bg.wasm", import.meta.url),
  decoders: new URL("./decoders/tabfit_bg.wasm", import.meta.url),
  clinic: new URL("./clinic/tabfit_bg.wasm", import.meta.url),
  formats: new URL("./formats/tabfit_bg.wasm", import.meta.url),
  study: new URL("./study/tabfit_bg.wasm", import.meta.url),
};

/**
 * @param {keyof typeof urls} part
 * @param {{ signal?: AbortSignal | null, onProgress?: OnProgress | null }} [options]
 */
export async function compile(part, { signal, onProgress } = {}) {
  try {
    const response = await fetched(urls[part], onProgress, { signal });
    // Compiling while downloading needs the right content type, which some servers do not send.
    const known = response.headers.get("Content-Type") === "application/wasm";
    return await (known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
  } finally {
    signal?.throwIfAborted(); // in the place of whatever it made of that
  }
}
