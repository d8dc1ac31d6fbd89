/** What depends on the computer or on the program, as the page chose it at its start: a link need not hold it. */

import { byId } from "../tools/dom.js";

/** @type {Map<string, string>} */
const chosen = new Map();

export function rememberStart() {
  for (const id of ["device", "preset"]) chosen.set(id, byId(id, HTMLSelectElement).value);
}

/**
 * @param {string} id of a list
 * @returns {string | undefined} undefined if its first value stands in the page
 */
export const atStart = (id) => chosen.get(id);
