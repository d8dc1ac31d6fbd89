/** The items of CLAIM, those that the program knows filled in. */

import { dataAnswers } from "./data-answers.js";
import { modelAnswers } from "./model-answers.js";
import { resultAnswers } from "./result-answers.js";
import { topics } from "./topics.js";

/** @import { Answer, ClaimItem, Told } from "../report.js" */

/** @param {Told} report @returns {ClaimItem[]} */
export function claimOf(report) {
  /** @type {Record<number, Answer>} */
  const known = { ...dataAnswers(report), ...modelAnswers(report), ...resultAnswers(report) };
  return topics().map((topic, i) => {
    const { all = false, answers } = known[i + 1] ?? { answers: [] };
    return { number: i + 1, topic, state: answers.length === 0 ? "blank" : all ? "filled" : "partly", answers };
  });
}
