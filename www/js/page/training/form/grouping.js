/** Whether the splits of the next run keep pictures together. */

import { byId } from "../../tools/dom.js";
import { choice } from "./inputs.js";

/** Whether some training pictures are copies of others, which a split could divide; null before it is known. @type {boolean | null} */
let copies = null;

/** @param {boolean | null} found whether there are copies among the training pictures; null if other pictures were read */
export function tellCopies(found) {
  if (copies === found) return;
  copies = found;
  byId("group-by", HTMLSelectElement).dispatchEvent(new Event("input", { bubbles: true })); // the summary of the settings follows
}

/** By names always; by duplicates only where there are some, so that other sets are split as without groups. */
export const keepsTogether = () => choice("group-by") === "names" || (choice("group-by") === "duplicates" && copies === true);

/** Whether it is wished that duplicates stay together, and not known yet whether there are any. */
export const asksForCopies = () => choice("group-by") === "duplicates" && copies === null;
