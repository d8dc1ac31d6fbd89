/**
 * A row of the table, and what it says.
 *
 * @typedef {object} Row
 * @property {string} name as `--only` takes it
 * @property {(both: import("./both.mjs").Both, results: import("./results.mjs").Results) => Promise<unknown>} measure
 * @property {(parts: Map<string, import("./results.mjs").Result>) => Line[]} lines
 *
 * @typedef {object} Line
 * @property {string} what
 * @property {string} goal
 * @property {string | null} number null where it is not measured
 * @property {boolean | null} reached null where it is not measured, or not to its end
 */

/** @param {{ what: string, goal: string }} asked @returns {Line} */
export const notMeasured = (asked) => ({ ...asked, number: null, reached: null });
