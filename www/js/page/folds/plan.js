/** The folds that train, or that can go on. */

/** @import { FoldPlan } from "../../shared/decisions.js" */

/** @type {{ plan: FoldPlan | null }} */
export const folds = { plan: null };
