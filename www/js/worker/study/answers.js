/** The answers of the network in memory to the pictures of a part. */

import { study } from "../../../parts.js";
import { duplicateGroups, listed } from "../care.js";
import { evaluate } from "../evaluate.js";
import { state, tasks, theNetwork, thePictures } from "../state.js";

/**
 * @import { Part, Sequential } from "../../../tabfit.js"
 * @import { Answers } from "../kept-answers.js"
 */

/** Those that are known already; null if the part was not scored since the network or the pictures changed. @param {Part} part */
export async function knownAnswers(part) {
  const held = state.answers.get(part);
  const { dataset, summary } = thePictures();
  const network = theNetwork();
  if (!held || held.network !== network || held.dataset !== dataset) return null;
  const { pictures, labels, unlike } = held;
  const { classNames } = summary;
  const temperature = await temperatureOf(network);
  const [then, now] = [held.temperature ?? 1, temperature ?? 1];
  const probabilities = then === now
    ? held.probabilities
    : new Float32Array((await study()).withTemperature(held.probabilities, classNames.length, now / then));
  return /** @type {Answers} */ ({ part, classNames, pictures, labels, probabilities, temperature, unlike, groups: await groupsOf(pictures) });
}

/** The same; the part is scored first if it was not. @param {Part} part @returns {Promise<Answers>} */
export async function answersOf(part) {
  return (await knownAnswers(part)) ?? tasks.runAlone(async (signal) => {
    await evaluate(part, signal);
    const known = await knownAnswers(part);
    if (!known) throw new Error("The pictures were evaluated, but their answers were not kept; evaluate them again.");
    return known;
  });
}

/** The network may be answering just now: then it is asked when that has ended. @param {Sequential} network */
async function temperatureOf(network) {
  try {
    return network.temperature;
  } catch {
    return tasks.runInTurn(async () => network.temperature);
  }
}

/** What can be scored now. */
export const partsNow = () => theNetwork().parts(thePictures().dataset);

/**
 * Which of the pictures belong together: as the last run kept them together, else duplicates.
 *
 * @param {Uint32Array} pictures ids
 * @returns {Promise<Uint32Array | undefined>} undefined if each is by itself
 */
async function groupsOf(pictures) {
  const groups = state.groups ?? (await duplicateGroups());
  const own = groups && pictures.map((id) => groups[id] ?? 0);
  return own && new Set(own).size < own.length ? own : undefined;
}

/** The class that is said of each picture: the first of the most probable ones. @param {Float32Array} probabilities @param {number} classes */
export function saidOf(probabilities, classes) {
  const said = new Uint32Array(probabilities.length / classes);
  for (let picture = 0; picture < said.length; picture++) {
    const row = probabilities.subarray(picture * classes, (picture + 1) * classes);
    said[picture] = row.indexOf(Math.max(...row));
  }
  return said;
}

/** The path of a picture in its folder. @param {number} id */
export const pathOf = (id) => listed().paths[id] ?? "";
