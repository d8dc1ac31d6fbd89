/** The interval of a share, as `scores/src/wilson.rs` has it. A pure function. */

/** The 97.5 % quantile of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Wilson's 95 % interval (Wilson 1927) of the share of hits among pictures that are each by themselves.
 *
 * @param {number} hits
 * @param {number} of
 * @returns {{ low: number, high: number } | null} from 0 to 1; null of no picture
 */
export function wilson(hits, of) {
  if (of === 0) return null;
  const share = hits / of;
  const square = (Z * Z) / of;
  const middle = (share + square / 2) / (1 + square);
  const half = (Z / (1 + square)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
