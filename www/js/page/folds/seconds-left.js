/** How long the rest of the folds takes. A pure function. */

/** @import { FoldDone } from "../../shared/decisions.js" */

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
