/** Which of the scores fits these pictures, in words. */

import { hear, say } from "../language/say.js";
import { percent, together } from "../tools/format.js";

/** @import { ScoresReport } from "../../../study/tabfit.js" */

/**
 * What the report advises, which goes by how many pictures each class has, and what somebody would reach who never looks at a
 * picture: a score is worth only what lies above that.
 *
 * @param {ScoresReport} scores
 */
export function fitting({ perClass, images, advice }) {
  const [most] = perClass.toSorted((a, b) => b.support - a.support);
  if (!most || most.support === 0) return say("There is no picture here.");
  const values = { name: most.className, share: percent(most.support / images) };
  const baseline = say("Always answering {name} would be right for {share} of the pictures.", values);
  return advice ? together([hear(advice.sentence), baseline]) : baseline;
}
