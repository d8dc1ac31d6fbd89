/** What a person should know before trusting the numbers of a report, in sentences. */

import { say } from "../language/say.js";
import { count, percent } from "../tools/format.js";
import { isUnknown, propertyName, skippedSentence } from "./html/words.js";

/** @import { Report } from "./report.js" */

/** What the program found that makes the numbers less honest. @param {Omit<Report, "claim">} report @returns {string[]} */
export function cautionsOf({ care, data, testOpened, evaluation, failures }) {
  const found = [];
  if (isUnknown(evaluation.test)) found.push(say("There is no score on a test part: {why}", { why: evaluation.test.unknown }));
  if (isUnknown(care)) found.push(say("Duplicates and leaks were not looked for: {why}", { why: care.unknown }));
  else {
    const { leaks, otherLabels, shortcuts, classImbalance } = care;
    if (leaks.count > 0) found.push(leaks.count === 1 ? say("1 pair of alike pictures stands on two sides of a split (leaky split).") : say("{count} pairs of alike pictures stand on two sides of a split (leaky split).", { count: count(leaks.count) }));
    if (otherLabels.count > 0) found.push(otherLabels.count === 1 ? say("1 pair of alike pictures has two different classes.") : say("{count} pairs of alike pictures have two different classes.", { count: count(otherLabels.count) }));
    for (const { property, accuracy, chance } of shortcuts.filter(({ issue }) => issue)) found.push(say("The class can be told from the {property} alone: {accuracy} (by chance {chance}).", { property: propertyName(property), accuracy: percent(accuracy), chance: percent(chance) }));
    if (classImbalance) found.push(say("The classes are of unequal size: “{smallest}” has the fewest pictures, “{largest}” the most.", classImbalance));
  }
  if (!isUnknown(testOpened) && testOpened.times > 1) found.push(say("The test part was opened {count} times: each look at it makes its score less honest.", { count: count(testOpened.times) }));
  if (!isUnknown(failures) && failures.unlike) {
    const values = { count: count(failures.unlike), images: count(failures.images) };
    found.push(say("Unlike the training pictures are {count} of {images} scored ones; 5 % are to be expected of pictures of the same kind.", values));
  }
  if (!isUnknown(data) && data.skipped.count > 0) found.push(skippedSentence(data.skipped.count));
  return found;
}
