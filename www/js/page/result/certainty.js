/** How sure the score beside the numbers of the run is: its 95 % interval, and how often the test part of the folder was opened. */

import { client } from "../client/trainer-client.js";
import { say } from "../language/say.js";
import { byId, setText } from "../tools/dom.js";
import { count, percent, together } from "../tools/format.js";
import { wilson } from "./wilson.js";

/** @import { Evaluation, Part } from "../../../tabfit.js" */

const line = byId("score-certainty", HTMLElement);

/** Counts the scores that were shown: what is known of an older one is not told. */
let shown = 0;

export function hideCertainty() {
  shown += 1;
  line.hidden = true;
}

/**
 * At once the interval of so many pictures that are each by themselves. Where the trainer worker still has the answers, it knows
 * which of them are duplicates or belong together, and how often the test part was opened.
 *
 * @param {Part} part
 * @param {Evaluation} result
 */
export async function showCertainty(part, { confusionMatrix, images }) {
  const own = ++shown;
  const right = confusionMatrix.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
  tell(wilson(right, images), false, null);
  const told = part === "training" ? null : await client.send({ type: "certainty", part }).catch(() => null); // then the line stays as it is
  if (told && own === shown) tell(told.accuracy.interval, told.accuracy.method === "wilson-by-group", told.opened);
}

/** @param {{ low: number, high: number } | null} interval @param {boolean} byGroup @param {number | null} opened */
function tell(interval, byGroup, opened) {
  const ends = { low: percent(interval?.low), high: percent(interval?.high) };
  const sure = byGroup
    ? say("95 % interval: {low} to {high}, with related pictures counted together.", ends)
    : say("95 % interval: {low} to {high}.", ends);
  const times = opened === 1 ? say("The test part was opened once.") : say("The test part was opened {count} times.", { count: count(opened ?? 0) });
  line.hidden = interval === null;
  setText(line, opened === null ? sure : together([sure, times]));
}
