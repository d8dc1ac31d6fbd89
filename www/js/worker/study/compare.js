/** Two networks on the same pictures: the one in memory, and that of a kept run. */

import { study } from "../../../parts.js";
import { TrainerError } from "../../shared/errors.js";
import { find } from "../kept.js";
import { autosave, state } from "../state.js";
import { answersOf, saidOf } from "./answers.js";
import { readAnswers } from "./read-answers.js";

/**
 * @import { StudyReplies } from "../../shared/study.js"
 * @import { Asked } from "./report.js"
 */

const REFUSALS = {
  none: "Of this run no answers to these pictures are kept; open its network and score this part once, then compare again.",
  others: "The network of this run was scored on other pictures or labels; open it and score this part once, then compare again.",
};

/** @param {Asked["compare"]} command @returns {Promise<StudyReplies["compare"]>} */
export async function compare({ run: id, part }) {
  const answers = await answersOf(part);
  const run = await find(id);
  const other = await readAnswers(run, answers);
  if (typeof other === "string") throw new TrainerError("FileError", REFUSALS[other]);
  const program = await study();
  const { labels, probabilities, classNames, groups } = answers;
  const right = [probabilities, other].map((of) => saidOf(of, classNames.length).map((said, at) => Number(said === labels[at])));
  const [mine = new Uint32Array(), theirs = new Uint32Array()] = right;
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  mine.forEach((one, at) => counts[one ? (theirs[at] ? "both" : "onlyFirst") : theirs[at] ? "onlySecond" : "neither"]++);
  const compared = program.compare(labels, probabilities, other, classNames.length, groups);
  const [first, second] = compared.accuracies;
  const current = state.opened ? null : await autosave.run?.manifest;
  return {
    ...compared, ...counts, part, images: labels.length,
    first: { name: current?.name ?? "", accuracy: first },
    second: { name: (await run.manifest)?.name ?? "", accuracy: second },
  };
}
