/** The folds that train, or that can go on. */

/**
 * @import { FoldDone, FoldPlan } from "../../shared/decisions.js"
 * @import { Run } from "../state/state.js"
 */

export const folds = {
  /** @type {FoldPlan | null} */
  plan: null,
  /** What the folds have reached, and the run that was the last of them. @type {{ run: Run, folds: number, done: readonly FoldDone[] } | null} */
  ended: null,
};
