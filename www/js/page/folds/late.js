/** Loads what trains the folds of a cross-validation when they are wanted, or when some are left from an earlier visit. */

import { client } from "../client/trainer-client.js";
import { report } from "../state/state.js";
import { late } from "../tools/late.js";
import { optional } from "../training/form/inputs.js";
import { fit } from "../training/step.js";
import { folds } from "./plan.js";

/** Looks for folds that an earlier visit left. */
export async function followFolds() {
  try {
    folds.plan = await client.send({ type: "folds" });
    if (!folds.plan) return;
    const { onGoOn, showFolds } = await late(() => import("./view.js"), "care");
    onGoOn(goOnWithFolds);
    showFolds();
  } catch (error) {
    report(error);
  }
}

/** Trains as the form says: one run, or fold after fold. */
export async function train() {
  if (optional("folds") !== undefined) return late(() => import("./run.js"), "care").then(({ startFolds }) => startFolds()).catch(report);
  if (folds.plan?.running != null) {
    folds.plan.running = null; // this run takes the place of the one that could go on
    void client.send({ type: "keep-folds", plan: folds.plan });
  }
  return fit();
}

/** Goes on with the run that was stopped, which may be one of several folds. @param {() => unknown} resumeRun */
export function resume(resumeRun) {
  return folds.plan && folds.plan.running !== null ? goOnWithFolds() : resumeRun();
}

const goOnWithFolds = () => late(() => import("./run.js"), "care").then(({ continueFolds }) => continueFolds()).catch(report);
