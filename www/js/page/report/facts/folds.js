/** What a report says of the folds of a cross-validation, if the run was one of them. */

import { say } from "../../language/say.js";
import { page } from "../../state/state.js";
import { spread } from "../../tools/spread.js";

/**
 * @import { FoldsPart } from "../report.js"
 * @import { Facts } from "./ask.js"
 */

/** @param {Facts} facts @returns {FoldsPart | null} null if the run held out a mere share of the pictures, or none */
export function foldsOf({ info: { manifest }, run }) {
  const split = manifest?.fit.validationSplit;
  if (typeof split !== "object" || !("folds" in split)) return null;
  const { folds, fold } = split;
  const ended = "unknown" in run ? page.run.folds : run.about.folds ?? null;
  const done = ended?.folds === folds && ended.done.length === folds ? ended.done : null;
  if (!done) return { folds, fold, results: { unknown: say("The results of all folds are kept with the network of the last fold, once that has ended.") } };
  return {
    folds, fold,
    results: {
      done: done.map(({ fold, images, accuracy, loss }) => ({ fold, images, accuracy, loss })),
      accuracy: spread(done.map(({ accuracy }) => accuracy)), loss: spread(done.flatMap(({ loss }) => loss ?? [])),
    },
  };
}
