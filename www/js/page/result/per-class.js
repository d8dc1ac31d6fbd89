/** Precision, recall, F1 and AUC of each class as a table. */

import { say } from "../language/say.js";
import { row } from "../tools/dom.js";
import { count, hundredths } from "../tools/format.js";

/** @import { Evaluation } from "../../../tabfit.js" */

/**
 * @param {HTMLTableElement} table
 * @param {Evaluation} evaluation
 */
export function showPerClass(table, { perClass, macroAverage, weightedAverage }) {
  const pictures = count(perClass.reduce((sum, { support }) => sum + support, 0));
  table.tBodies[0]?.replaceChildren(
    ...perClass.map((scores) => row([scores.className, ...numbers(scores), count(scores.support)])),
  );
  table.tFoot?.replaceChildren(
    row([say("Macro average"), ...numbers(macroAverage), pictures]),
    row([say("Weighted average"), ...numbers(weightedAverage), pictures]),
  );
}

/** @param {{ precision: number | null, recall: number | null, f1: number | null, auc: number | null }} scores */
function numbers({ precision, recall, f1, auc }) {
  return [precision, recall, f1, auc].map(hundredths);
}
