/** Small files of JSON that the page keeps: what a person decided about pictures, and how far the folds have come. */

import { storage } from "./door.js";
import { alone } from "./locks.js";
import { again, isMissing, jsonOf, readFile, remove, replaceFile } from "./opfs.js";

/** A file of this page is far smaller; a larger one is of something else. */
const MOST_BYTES = 64e6;

const fileName = (/** @type {string} */ name) => `${name}.json`;

/**
 * @param {string} name
 * @returns {Promise<any>} null if there is none, or if it is damaged
 */
export async function readNote(name) {
  const folder = await storage();
  return again(async () => {
    const file = await readFile(folder, fileName(name));
    return file && file.size <= MOST_BYTES ? jsonOf(file) : null;
  });
}

/**
 * Changes a file while no other tab does so.
 *
 * @param {string} name
 * @param {(before: any) => unknown} change makes its new content of the old one; null removes the file
 */
export function changeNote(name, change) {
  return alone(fileName(name), async () => {
    const content = change(await readNote(name));
    if (content === null) return forgetNote(name);
    await replaceFile(await storage(), fileName(name), new TextEncoder().encode(JSON.stringify(content)));
  });
}

/** @param {string} name */
export async function forgetNote(name) {
  await remove(await storage(), fileName(name)).catch((error) => {
    if (!isMissing(error)) throw error;
  });
}
