/**
 * The compiled wasm. Begun as the first thing of all, on threads of the browser, and handed to every worker: one
 * that is started again, after a breakdown, loads nothing.
 */

/** @type {Promise<WebAssembly.Module>} */
export const wasm = compiled(new URL("../../../tabfit_bg.wasm", import.meta.url));
wasm.catch(() => {}); // told to the person by whoever waits for it

/** @param {URL} url */
async function compiled(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  // Some servers do not know the type, and a browser compiles nothing else while it loads.
  const known = response.headers.get("Content-Type") === "application/wasm";
  return known ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}
