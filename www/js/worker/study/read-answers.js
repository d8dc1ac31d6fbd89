/** The answers that a run keeps; see `kept-answers.js`. */

import { object } from "../../shared/run-about.js";
import { labelled, STEPS } from "../kept-answers.js";

/**
 * @import { Answers } from "../kept-answers.js"
 * @import { StoredRun } from "../storage/stored-run.js"
 */

/**
 * What the network of a kept run answered to the same pictures.
 *
 * @param {StoredRun} run
 * @param {Answers} answers of the network in memory
 * @returns {Promise<Float32Array | "none" | "others">} "others" if they are of other pictures or labels
 */
export async function readAnswers(run, answers) {
  const bytes = await run.answers(answers.part);
  if (!bytes) return "none";
  const view = new DataView(bytes.buffer);
  const length = view.byteLength < 4 ? Infinity : view.getUint32(0, true);
  if (4 + length > view.byteLength) return "none"; // damaged
  const header = headerIn(new TextDecoder().decode(new Uint8Array(view.buffer, 4, length)));
  if (!header) return "none"; // likewise
  const { classNames, probabilities: { length: count } } = answers;
  const same = header["pictures"] === (await labelled(answers)) && JSON.stringify(header["classNames"]) === JSON.stringify(classNames);
  if (!same || view.byteLength !== 4 + length + 2 * count) return "others";
  const probabilities = new Float32Array(count);
  const classes = classNames.length;
  for (let row = 0; row < count; row += classes) {
    let sum = 0;
    for (let at = row; at < row + classes; at++) sum += probabilities[at] = Math.exp(-view.getUint16(4 + length + 2 * at, true) / STEPS);
    for (let at = row; at < row + classes; at++) probabilities[at] = (probabilities[at] ?? 0) / sum;
  }
  return probabilities;
}

/** What a file says it is of; null if it is damaged. @param {string} text */
function headerIn(text) {
  try {
    return object(JSON.parse(text));
  } catch {
    return null;
  }
}
