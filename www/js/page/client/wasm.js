/**
 * The compiled wasm. Compiling begins before anything else, and each worker gets the result: one that is started after a
 * breakdown downloads nothing.
 */

/** @type {Promise<WebAssembly.Module>} */
export const wasm = compile(new URL("../../../tabfit_bg.wasm", import.meta.url));
wasm.catch(() => {}); // whoever awaits it reports the error

/** @param {URL} url */
async function compile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // Compiling while downloading needs the right content type, which some servers do not send.
  const known = response.headers.get("Content-Type") === "application/wasm";
  return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
