/**
 * The rows of the table, in its order.
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
 * @property {boolean | null} reached
 */

import { accuracy } from "./accuracy.mjs";
import { blocks } from "./blocks.mjs";
import { features } from "./features.mjs";
import { first50 } from "./first50.mjs";
import { webgpu } from "./gpu.mjs";
import { equal, head } from "./head.mjs";

/** @type {Row[]} */
export const ROWS = [features, head, equal, accuracy, blocks, first50, webgpu];
