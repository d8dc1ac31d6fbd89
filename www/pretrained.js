/** What networks have learnt before: a file of weights for each, which is fetched when it is needed. */

import { fetched } from "./fetched.js";

/** @import { OnProgress } from "./fetched.js" */

/** Written out so that bundlers find the files. @type {Record<string, URL>} */
const FILES = {
  "efficientnet-lite0": new URL("./pretrained/efficientnet-lite0.safetensors", import.meta.url),
};

/**
 * The weights of a preset, or of the file that `source` names.
 *
 * @param {string | undefined} preset
 * @param {string | URL | null} [source]
 * @param {OnProgress} [onProgress]
 * @param {RequestInit} [options] of `fetch`
 * @returns {Promise<Uint8Array>} rejects if the file cannot be fetched
 */
export async function pretrained(preset, source, onProgress, options) {
  const url = source ?? FILES[preset ?? ""];
  if (!url) throw new Error("there are none for this network");
  if (typeof url !== "string" && !(url instanceof URL)) throw new Error("weights must be a URL, an ArrayBuffer, a Uint8Array or a Blob");
  return new Uint8Array(await (await fetched(url, onProgress, options)).arrayBuffer());
}
