/** The folds of a cross-validation, with their mean and spread, as a report shows them. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count, percent, short } from "../../tools/format.js";
import { missing, table } from "./make.js";
import { isUnknown } from "./words.js";

/** @import { Report } from "../report.js" */

/** @param {Report["folds"]} part @returns {HTMLElement[]} nothing if the run is no fold */
export function foldsTable(part) {
  if (part === null) return [];
  const { folds, results } = part;
  if (isUnknown(results)) return [element("h3", say("Folds")), missing(results.unknown)];
  const { done, accuracy, loss } = results;
  return [element("h3", say("Folds")), table({
    caption: say("Scores of each fold on the pictures that it held out"),
    head: [say("Fold"), say("Pictures held out"), say("Accuracy"), say("Loss")],
    rows: [
      ...done.map((one) => [say("{fold} of {folds}", { fold: one.fold + 1, folds }), count(one.images), percent(one.accuracy), short(one.loss)]),
      [say("Mean ± spread"), "", say("{mean} ± {spread}", { mean: percent(accuracy.mean), spread: percent(accuracy.deviation) }),
        say("{mean} ± {spread}", { mean: short(loss.mean), spread: short(loss.deviation) })],
    ],
  })];
}
