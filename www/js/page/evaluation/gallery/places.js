/** Where a Grad-CAM lies, in numbers and in words. Pure functions. */

import { say } from "../../language/say.js";
import { percent } from "../../tools/format.js";

/**
 * @typedef {{ rows: number, columns: number, values: ArrayLike<number> }} Heat values from 0 to 1, row after row
 * @typedef {{ share: number, across: number, down: number, within: number, row: 0 | 1 | 2, column: 0 | 1 | 2 }} Place
 *   `share`: of the picture that is marked; `across`, `down`: the centre of what is marked, from 0 to 1; `within`: how much of it
 *   lies in the named third or half; `row`, `column`: 0 is upper or left, 1 the middle, 2 lower or right
 */

/** What counts as marked: at least half of the highest value. */
const MARKED = 0.5;
/** The thirds of a side: the middle is a little narrower, so that "in the middle" is said of little else. */
const [FIRST, LAST] = [0.4, 0.6];
/** More of the picture than this is said to be most of it. */
const WIDE = 0.5;

/** @param {Heat} heat @returns {Place | null} null if it is zero everywhere */
function placeOf({ rows, columns, values }) {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i] ?? 0);
  if (!(most > 0)) return null;
  /** @type {{ weight: number, across: number, down: number }[]} */
  const marked = [];
  for (let i = 0; i < rows * columns; i++) {
    const weight = values[i] ?? 0;
    if (weight >= MARKED * most) marked.push({ weight, across: ((i % columns) + 0.5) / columns, down: (Math.floor(i / columns) + 0.5) / rows });
  }
  const sum = (/** @type {(cell: { weight: number, across: number, down: number }) => number} */ of) => marked.reduce((total, cell) => total + of(cell), 0);
  const weight = sum((cell) => cell.weight);
  const [across, down] = [sum((cell) => cell.weight * cell.across) / weight, sum((cell) => cell.weight * cell.down) / weight];
  /** @param {number} at @returns {0 | 1 | 2} */
  const third = (at) => (at < FIRST ? 0 : at > LAST ? 2 : 1);
  const [row, column] = [third(down), third(across)];
  // Upper and left reach to the middle of the side; the middle is its inner half.
  const inside = (/** @type {number} */ at, /** @type {number} */ zone) => (zone === 0 ? at < 0.5 : zone === 2 ? at > 0.5 : at > 0.25 && at < 0.75);
  const within = sum((cell) => (inside(cell.down, row) && inside(cell.across, column) ? cell.weight : 0)) / weight;
  return { share: marked.length / (rows * columns), across, down, within, row, column };
}

/** @type {Record<string, () => string>} */
const WHERE = {
  "00": () => say("in the upper left"), "01": () => say("at the top"), "02": () => say("in the upper right"),
  10: () => say("on the left"), 11: () => say("in the middle"), 12: () => say("on the right"),
  20: () => say("in the lower left"), 21: () => say("at the bottom"), 22: () => say("in the lower right"),
};

/**
 * One sentence: "Mostly in the upper left, on 12.0 % of the picture."
 *
 * @param {Heat} heat
 */
export function wordsOf(heat) {
  const place = placeOf(heat);
  if (!place) return say("Nothing in this picture speaks for this class: the map is empty.");
  const { share, within, row, column } = place;
  const values = { where: WHERE[`${row}${column}`]?.() ?? "", share: percent(share) };
  if (share > WIDE) return say("Spread over most of the picture, on {share} of it.", values);
  if (within < 0.5) return say("In several places, around a point {where}, on {share} of the picture.", values);
  return within > 0.9 ? say("All {where}, on {share} of the picture.", values) : say("Mostly {where}, on {share} of the picture.", values);
}
