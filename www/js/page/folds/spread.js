/** Mean and spread of the folds, and how long the rest of them takes. Pure functions. */

/** @import { FoldDone } from "../../shared/decisions.js" */

/**
 * Mean and standard deviation, by n - 1, as of a sample; of a single number there is no deviation.
 *
 * @param {readonly number[]} values
 * @returns {{ mean: number, deviation: number | null }}
 */
export function spread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, deviation: null };
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) };
}

/**
 * Seconds until all folds are done; null while nothing is known.
 *
 * @param {readonly FoldDone[]} done
 * @param {number} folds
 * @param {{ seconds: number, share: number }} now how long the fold that trains has taken, and how much of it is done
 */
export function secondsLeft(done, folds, { seconds, share }) {
  const own = share > 0 ? seconds / share : null;
  const each = done.length > 0 ? done.reduce((sum, fold) => sum + fold.seconds, 0) / done.length : own;
  if (each === null) return null;
  return Math.max(0, (own ?? each) - seconds) + (folds - done.length - 1) * each;
}
