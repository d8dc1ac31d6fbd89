/** How many times the test part of a folder was scored in this browser. */

import { count, list } from "../../shared/run-about.js";
import { storage } from "./door.js";
import { alone } from "./locks.js";
import { isMissing, jsonIn, remove, replaceFile } from "./opfs.js";
import { keepsNone } from "./reason.js";

const NAME = "opened.json";
/** Of the folders that were scored last. */
const MOST = 500;

/**
 * Counts, and says how many times it was until now.
 *
 * @param {string} part by which the test part is known
 * @param {number} more how many times it was scored now
 * @returns {Promise<number | null>} null if nothing is kept in this browser
 */
export async function timesOpened(part, more) {
  try {
    return await alone(NAME, async () => {
      const folder = await storage();
      const known = counts(await jsonIn(folder, NAME));
      const times = (known.get(part) ?? 0) + more;
      if (more > 0) {
        known.delete(part);
        const kept = [...known, [part, times]].slice(-MOST);
        await replaceFile(folder, NAME, new TextEncoder().encode(JSON.stringify(kept)));
      }
      return times;
    });
  } catch (error) {
    if (keepsNone(error)) return null;
    throw error;
  }
}

/** What the file says, without what no count is. @param {unknown} said @returns {Map<string, number>} */
function counts(said) {
  const known = /** @type {any[]} */ (list(said));
  return new Map(known.filter((entry) => Array.isArray(entry) && typeof entry[0] === "string" && count(entry[1]) !== null).map(([part, times]) => [part, times]));
}

export async function forgetOpened() {
  await remove(await storage(), NAME).catch((error) => {
    if (!isMissing(error)) throw error;
  });
}
