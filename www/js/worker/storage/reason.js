/** Why something could not be kept, in words for the person. */

import { TrainerError } from "../../shared/errors.js";

/** The error where another tab writes to the run. */
export function trainedElsewhere() {
  return new TrainerError("BusyError", "Another tab of this page uses this run; go on there, or close that tab first.");
}

/** Whether nothing can be kept, or the person wishes that. @param {unknown} error */
export const keepsNone = (error) => error instanceof Error && ["SecurityError", "KeepsNothing"].includes(error.name);

/** @param {unknown} error */
export function reason(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "QuotaExceededError") return "there is no space left for this page on this computer";
  if (name === "SecurityError") return globalThis.origin === "null" ? "it keeps nothing for a page that is opened from a disk" : "it keeps nothing for this page, as in a private window";
  if (name === "NotFoundError") return "the browser has deleted what this page kept";
  if (error instanceof DOMException) return "the browser's storage failed"; // its own words are of no language of this page
  // What is said within a sentence begins small.
  return error instanceof Error ? error.message.replace(/\.$/, "").replace(/^(The|Another) /, (word) => word.toLowerCase()) : String(error);
}

/**
 * What the person asked for, with an error of the storage in words.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inWords(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name === "AbortError") throw error;
    throw new TrainerError("FileError", `What this browser keeps could not be read or changed: ${reason(error)}.`);
  }
}
