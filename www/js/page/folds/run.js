/** Trains the folds of a cross-validation one after the other; each is scored on the pictures that it held out. */

import { TrainerError } from "../../shared/errors.js";
import { makeGroups, needsGroups } from "../care/late.js";
import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { panel } from "../network/panel.js";
import { chooseSize, loadAt } from "../pictures/step.js";
import { showEvaluation } from "../result/view.js";
import { isBusy, page, refresh, report } from "../state/state.js";
import { byId } from "../tools/dom.js";
import { nameOf } from "../tools/format.js";
import { keepsTogether } from "../training/form/grouping.js";
import { choice, text } from "../training/form/inputs.js";
import { runConfig } from "../training/form/run-config.js";
import { goOn, run } from "../training/step.js";
import { folds } from "./plan.js";
import { beginFold, endFold, foldSeconds, onGoOn, showFolds } from "./view.js";

/** @import { FoldPlan } from "../../shared/decisions.js" */

onGoOn(() => continueFolds().catch(report));

/** Starts with the first fold, with the settings of the form. */
export async function startFolds() {
  if (!page.data || isBusy()) return;
  const size = panel.neededSize ?? page.data.imageSize;
  if (!(await loadAt(size))) return;
  const config = runConfig();
  const { validationSplit } = config.fit;
  if (typeof validationSplit !== "object" || !("folds" in validationSplit)) return;
  const all = validationSplit.folds;
  if ("kept" in config.model) {
    throw new TrainerError("ConfigError", say("Folds begin with new networks, each with the same start: choose a network instead of the one in memory."));
  }
  if (!Number.isInteger(all) || all < 2) throw new TrainerError("ConfigError", `folds must be a whole number of 2 or more, not ${all}.`);
  folds.plan = { format: 1, config, groupBy: choice("group-by"), pattern: text("group-pattern"), imageSize: size, folds: all, done: [], running: null };
  await trainFolds(folds.plan);
}

/** Goes on with the folds where they were stopped, also in an earlier visit. */
export async function continueFolds() {
  const { plan } = folds;
  if (!plan || !page.data || isBusy()) return;
  choose("group-by", plan.groupBy);
  choose("group-pattern", plan.pattern);
  choose("folds", String(plan.folds));
  chooseSize(plan.imageSize);
  if (await loadAt(plan.imageSize)) await trainFolds(plan);
}

/** @param {FoldPlan} plan */
async function trainFolds(plan) {
  if (needsGroups() && !(await makeGroups())) return;
  showFolds();
  while (plan.done.length < plan.folds) {
    const fold = plan.done.length;
    const resumed = plan.running === fold && page.unfinished !== null;
    plan.running = fold;
    await keep(plan);
    if (!(await trainFold(plan, fold, resumed))) break;
    plan.running = null;
    await keep(plan.done.length < plan.folds ? plan : null);
  }
  endFold();
  showFolds();
}

/**
 * @param {FoldPlan} plan
 * @param {number} fold from 0
 * @param {boolean} resumed whether the run that was stopped goes on
 * @returns {Promise<boolean>} whether it is done
 */
async function trainFold(plan, fold, resumed) {
  beginFold();
  /** @type {{ images: number, accuracy: number, loss: number | null } | null} */
  let scored = null;
  const judge = async (/** @type {import("../../../tabfit.js").History} */ { stopped }) => {
    if (stopped === "aborted") return;
    scored = await client.send({ type: "evaluate", part: "validation" });
    showEvaluation("validation", /** @type {any} */ (scored));
  };
  const { config } = plan;
  const validationSplit = /** @type {{ folds: number, fold: number, grouped: boolean }} */ ({ folds: plan.folds, fold, grouped: keepsTogether() });
  const history = resumed ? await goOn(judge) : await run(() => ({ type: "fit", config: { ...config, fit: { ...config.fit, validationSplit } } }), judge);
  const score = /** @type {{ images: number, accuracy: number, loss: number | null } | null} */ (scored);
  if (!history || history.stopped === "aborted" || !score) return false;
  const { images, accuracy, loss } = score;
  plan.done.push({ fold, images, accuracy, loss, seconds: foldSeconds() });
  page.run.folds = { folds: plan.folds, done: [...plan.done] };
  await note(fold, plan);
  refresh(say("Fold {fold} of {folds} is done", { fold: fold + 1, folds: plan.folds }));
  return true;
}

/** The list of networks tells the folds apart, and each knows what was reached until then. @param {number} fold @param {FoldPlan} plan */
async function note(fold, { folds: all, done }) {
  const kept = page.kept?.runs.find(({ id }) => id === page.kept?.current);
  if (!kept) return;
  const name = say("{name}, fold {fold} of {folds}", { name: nameOf(kept.name), fold: fold + 1, folds: all });
  await client.send({ type: "fold-done", id: kept.id, name, folds: { folds: all, done } }).catch(() => {}); // another tab may have deleted it
}

/** @param {FoldPlan | null} plan */
const keep = (plan) => client.send({ type: "keep-folds", plan });

/** Sets a field of the form as the folds had it. @param {string} id @param {string} value */
function choose(id, value) {
  const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (byId(id, HTMLElement));
  if (field.value === value) return;
  field.value = value;
  for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
}
