/** The wasm of each part of the program: where it lies, and how it is compiled. */

import { fetched } from "./fetched.js";

/** @import { OnProgress } from "./fetched.js" */

/** The smallest module with relaxed SIMD, which Chrome has from 114 on, Firefox from 145 on, and Safari not yet. */
const RELAXED = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11,
]);

/** Whether products are added by one instruction here; a server that renders pages may have no WebAssembly at all. */
const relaxed = Boolean(globalThis.WebAssembly?.validate(RELAXED));

/** Written out so that bundlers find the files. */
export const urls = {
  cpu: relaxed ? new URL("./cpu/tabfit_bg.wasm", import.meta.url) : new URL("./cpu/tabfit_plain_bg.wasm", import.meta.url),
  webgpu: relaxed ? new URL("./webgpu/tabfit_bg.wasm", import.meta.url) : new URL("./webgpu/tabfit_plain_bg.wasm", import.meta.url),
  decoders: new URL("./decoders/tabfit_bg.wasm", import.meta.url),
  clinic: new URL("./clinic/tabfit_bg.wasm", import.meta.url),
  exchange: new URL("./exchange/tabfit_bg.wasm", import.meta.url),
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
