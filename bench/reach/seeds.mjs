/** Accuracies of several seeds, in words. */

import { deviation, mean } from "../statistics.mjs";

/** @param {number[]} accuracies */
export function inWords(accuracies) {
  const spread = deviation(accuracies);
  const each = accuracies.map((accuracy) => accuracy.toFixed(3).slice(1)).join(" ");
  return `${mean(accuracies).toFixed(3)}${spread === null ? "" : ` ± ${spread.toFixed(3)}`} (${each})`;
}

/** The first seeds, from 1. @param {number} count */
export const seeds = (count) => Array.from({ length: count }, (_, index) => index + 1);

/**
 * What was measured of these seeds so far.
 *
 * @param {Map<string, import("./results.mjs").Result>} parts
 * @param {number[]} wanted
 * @returns {any[]}
 */
export const measured = (parts, wanted) => wanted.flatMap((seed) => parts.get(String(seed))?.values ?? []);
