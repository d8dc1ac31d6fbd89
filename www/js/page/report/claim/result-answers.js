/** What a program knows of CLAIM's items on scores and failures. */

import { say } from "../../language/say.js";
import { count, decimals, list } from "../../tools/format.js";
import { scoreText } from "../html/words.js";

/**
 * @import { Answer, EvaluationPart, Report, Told } from "../report.js"
 */

/** @param {Told} report @returns {Record<number, Answer>} by the number of the item */
export function resultAnswers({ evaluation, failures, testOpened, curves }) {
  const { test, validation } = evaluation;
  const best = "unknown" in test ? validation : test;
  const none = "unknown" in best ? [best.unknown] : null;
  return {
    28: { all: none === null, answers: "unknown" in best ? [best.unknown] : [list([...best.scores.map(({ name }) => name), ...classMetrics()])] },
    29: { all: none === null, answers: "unknown" in best ? [best.unknown] : best.intervals },
    35: { all: none === null, answers: performance(evaluation, curves) },
    36: { all: none === null, answers: [...(none ?? scoresOf(best)), openings(testOpened)] },
    37: { all: !("unknown" in failures), answers: ["unknown" in failures ? failures.unknown : say("{wrong} of {images} pictures got a wrong answer; the report shows those with the greatest loss.", { wrong: count(failures.wrong), images: count(failures.images) })] },
  };
}

const classMetrics = () => [say("Sensitivity"), say("Specificity"), say("Precision"), say("F1"), say("AUC"), say("Average precision")];

/** @param {Report["evaluation"][keyof Report["evaluation"]]} part */
const scoresOf = (part) => ("unknown" in part ? [part.unknown] : part.scores.map(({ key, name, score }) => say("{name}: {value}", { name, value: scoreText(key, score) })));

/** @param {Report["testOpened"]} opened */
export function openings(opened) {
  if ("unknown" in opened) return opened.unknown;
  return opened.times === 1 ? say("The test part of this folder was opened once.") : say("The test part of this folder was opened {count} times.", { count: count(opened.times) });
}

/** @param {Report["evaluation"]} evaluation @param {Report["curves"]} curves */
function performance({ test, validation }, curves) {
  const last = "unknown" in curves ? null : curves.epochs.at(-1);
  return [
    last ? say("Training pictures, in the last epoch: loss {loss}, accuracy {accuracy}.", { loss: decimals(last.loss), accuracy: decimals(last.accuracy) }) : say("The scores on the training pictures are not known."),
    say("Validation pictures: {scores}", { scores: accuracyOf(validation) }),
    say("Test pictures: {scores}", { scores: accuracyOf(test) }),
  ];
}

/** @param {import("../report.js").Known<EvaluationPart>} part */
function accuracyOf(part) {
  if ("unknown" in part) return part.unknown;
  const [first] = part.scores;
  return first ? say("{name}: {value}", { name: first.name, value: scoreText(first.key, first.score) }) : "";
}
