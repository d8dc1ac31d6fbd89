/** Files for the person's downloads, and their names. */

import { undirected } from "../language/direction.js";

/**
 * Hands a file to the browser's downloads.
 *
 * @param {string} name
 * @param {Blob} content
 */
export function download(name, content) {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // some browsers read the blob after the click
}

/** Systems take names of 255 bytes; what is written after the name needs some of them. */
const MOST_BYTES = 200;

/**
 * The name of a thing without the signs that a file's name may not have, or that would show it in another order, and not too long.
 *
 * @param {string} name
 */
export function fileName(name) {
  let [made, bytes] = ["", 0];
  for (const sign of undirected(name.toWellFormed()).replace(/[\\/:*?"<>|\p{Cc}]/gu, "-")) {
    bytes += new TextEncoder().encode(sign).length;
    if (bytes > MOST_BYTES) break;
    made += sign;
  }
  return made.trim() || "tabfit";
}
