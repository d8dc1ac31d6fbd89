/** How far the numbers of both sides are from each other. */

/**
 * @param {any[]} ours numbers, or lists of them
 * @param {any[]} theirs as many
 * @returns {number} the largest difference; NaN if there are other numbers of numbers, or something is no number
 */
export function largestDifference(ours, theirs) {
  const [a, b] = [ours.flat(), theirs.flat()];
  if (a.length !== b.length || a.length === 0) return NaN;
  return Math.max(...a.map((value, at) => (value === null ? NaN : Math.abs(value - b[at]))));
}
