/** The confusion matrix of a report; of many classes the most frequent mistakes. */

import { say } from "../../language/say.js";
import { element } from "../../tools/dom.js";
import { count } from "../../tools/format.js";
import { table } from "./make.js";

/** A table of more classes is wider than a sheet of paper. */
const MOST_CLASSES = 10;
const MOST_MISTAKES = 30;

/** @param {readonly string[]} classNames @param {readonly (readonly number[])[]} matrix `[true class][said class]` */
export function confusion(classNames, matrix) {
  if (classNames.length > MOST_CLASSES) return [mistakes(classNames, matrix)];
  return [table({
    caption: say("Confusion matrix: rows are the true classes, columns what the network said"),
    className: "names", head: [say("true ↓  said →"), ...classNames],
    rows: matrix.map((numbers, truth) => [classNames[truth] ?? "", ...numbers.map((value, said) => (truth === said ? element("strong", count(value)) : count(value)))]),
  })];
}

/** @param {readonly string[]} classNames @param {readonly (readonly number[])[]} matrix */
function mistakes(classNames, matrix) {
  const all = matrix.flatMap((numbers, truth) => numbers.flatMap((value, said) => (value > 0 && said !== truth ? [{ truth, said, value }] : [])));
  return table({
    caption: say("The most frequent mistakes; the JSON file of this report has the whole confusion matrix"), words: [0, 1],
    head: [say("True"), say("Said"), say("Pictures")],
    rows: all.toSorted((a, b) => b.value - a.value).slice(0, MOST_MISTAKES).map(({ truth, said, value }) => [classNames[truth] ?? "", classNames[said] ?? "", count(value)]),
  });
}
