/** How the times of two contenders compare that trained round after round. */

import { rounded } from "./statistics.mjs";

/**
 * @typedef {object} Ratio
 * @property {number} ratio of the medians
 * @property {number} fastest of the fastest rounds, which other programs disturbed least
 * @property {number} least of a round
 * @property {number} most of a round
 *
 * @param {{ ms_per_step: number | null, times: number[] | null }} row
 * @param {{ ms_per_step: number | null, times: number[] | null }} other
 * @returns {Ratio | null} how many times the other's time a step takes; `null` where one of them has no time
 */
export function ratio(row, other) {
  if (!row?.times || !other?.times) return null;
  const rounds = row.times.slice(0, other.times.length).map((ms, i) => ms / other.times[i]);
  return {
    ratio: rounded(row.ms_per_step / other.ms_per_step),
    fastest: rounded(Math.min(...row.times) / Math.min(...other.times)),
    least: rounded(Math.min(...rounds)),
    most: rounded(Math.max(...rounds)),
  };
}
