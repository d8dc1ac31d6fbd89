/** Fetches a file and tells how much of it has come. */

/** Reads the files of a computer in Node, whose `fetch` does not. */
const disk = /** @type {any} */ (globalThis).process?.getBuiltinModule?.("node:fs/promises");

/** @param {string | URL} url @param {RequestInit} [options] */
async function onDisk(url, options) {
  const bytes = await disk.readFile(new URL(url), { signal: options?.signal ?? undefined });
  return new Response(bytes, { headers: { "Content-Length": bytes.length } });
}

/**
 * @typedef {(loaded: number, total: number | null) => void} OnProgress how many bytes have come; the total is null if it is unknown
 *
 * @param {string | URL} url
 * @param {OnProgress | null} [onProgress]
 * @param {RequestInit} [options] of `fetch`
 * @returns {Promise<Response>} rejects if there is no such file
 */
export async function fetched(url, onProgress, options) {
  const response = await (String(url).startsWith("file:") && disk ? onDisk(url, options) : fetch(url, options));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return onProgress ? counting(response, onProgress) : response;
}

/**
 * @param {Response} response
 * @param {OnProgress} onProgress
 */
function counting(response, onProgress) {
  // The length of a compressed answer is not that of the bytes that arrive here.
  const length = response.headers.has("Content-Encoding") ? null : response.headers.get("Content-Length");
  let loaded = 0;
  const counter = new TransformStream({
    transform(/** @type {Uint8Array} */ bytes, controller) {
      loaded += bytes.length;
      onProgress(loaded, length === null ? null : Number(length));
      controller.enqueue(bytes);
    },
  });
  return new Response(response.body?.pipeThrough(counter), { headers: response.headers });
}
