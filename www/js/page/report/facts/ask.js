/** Asks the trainer worker for everything that a report needs. What cannot be had is told by a sentence, and stops nothing. */

import { client } from "../../client/trainer-client.js";
import { hear, say } from "../../language/say.js";
import { page } from "../../state/state.js";
import { byId } from "../../tools/dom.js";
import { partsOf } from "./split-parts.js";

/**
 * @import { Curves } from "../../../../study/tabfit.js"
 * @import { ModelInfo } from "../../../../tabfit.js"
 * @import { CareReplies } from "../../../shared/care.js"
 * @import { Command, Replies } from "../../../shared/protocol.js"
 * @import { Run } from "../../../shared/runs.js"
 * @import { Study } from "../../../shared/study.js"
 * @import { Known } from "../report.js"
 * @typedef {object} Facts
 * @property {ModelInfo} info of the network in memory
 * @property {Known<Run>} run as it is kept in this browser
 * @property {string | null} id of that run
 * @property {Known<CareReplies["care"]>} care what was found in the parts of the run
 * @property {Uint8Array | null} parts in which the pictures were in the run, by id; null if that is not known
 * @property {Record<"validation" | "test", Known<Study>>} studies
 * @property {Record<"validation" | "test", Known<Curves[]>>} curves of the first classes
 */

/** Of more classes the curves fill pages that nobody reads. */
export const MOST_CURVES = 12;

/**
 * @param {boolean} withCurves whether the curves of each class are asked for, which takes longer than all else
 * @returns {Promise<Facts>} rejects if there is no network
 */
export async function askAll(withCurves) {
  const info = await client.send({ type: "info" });
  const id = page.kept?.current ?? null;
  const run = id === null ? { unknown: whyNotKept() } : await ask({ type: "run", id });
  const folder = page.data ? await ask({ type: "care" }) : { unknown: noPictures() };
  const split = info.manifest?.split;
  const parts = split && !("unknown" in folder) ? partsOf(folder.pictures, split) : null;
  const care = parts ? await ask({ type: "care", parts }) : folder;
  const test = await studyOf("test");
  const validation = await studyOf("validation");
  const left = { unknown: say("The curves of each class were not asked for.") };
  const curves = withCurves ? { test: await curvesOf("test", test), validation: await curvesOf("validation", validation) } : { test: left, validation: left };
  return { info, id, run, care, parts, studies: { test, validation }, curves };
}

export const noPictures = () => say("No pictures are open on the page.");

/** Why the network in memory belongs to no kept run. */
function whyNotKept() {
  if (page.kept?.nothing) return say("“Keep nothing on this computer” is ticked, so nothing of the run was kept but what the page still shows.");
  return page.kept?.why ? hear(page.kept.why) : say("The network was opened from a file, or could not be kept in this browser.");
}

/**
 * The scores of a part. The test part is not opened for a report: only what was scored already is told.
 *
 * @param {"validation" | "test"} part
 * @returns {Promise<Known<Study>>}
 */
async function studyOf(part) {
  const { data, run } = page;
  if (!data) return { unknown: noPictures() };
  if (part === "test" && !data.counts.test) return { unknown: say("The folder has no test part.") };
  if (part === "test" && byId("evaluation", HTMLElement).dataset["part"] !== "test") return { unknown: say("The network was not scored on the test part.") };
  if (part === "validation" && !data.counts.validation && run.validationImages === 0) return { unknown: say("No validation pictures were held out.") };
  return ask({ type: "study", part });
}

/**
 * @param {"validation" | "test"} part
 * @param {Known<Study>} study
 * @returns {Promise<Known<Curves[]>>}
 */
async function curvesOf(part, study) {
  if ("unknown" in study) return study;
  /** @type {Curves[]} */
  const all = [];
  for (const classIndex of study.classNames.slice(0, MOST_CURVES).keys()) {
    const curves = await ask({ type: "curves", part, classIndex, intervals: false }); // those of the areas are among the scores
    if ("unknown" in curves) return curves;
    all.push(curves);
  }
  return all;
}

/**
 * @template {Command} C
 * @param {C} command
 * @returns {Promise<Known<Replies[C["type"]]>>}
 */
async function ask(command) {
  try {
    return /** @type {Known<Replies[C["type"]]>} */ (await client.send(command));
  } catch (error) {
    if (error instanceof Error && error.name === "FatalError") throw error;
    return { unknown: hear(error instanceof Error ? error.message : String(error)) };
  }
}
