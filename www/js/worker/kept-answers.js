/**
 * The answers of a network to the validation and the test part, kept with its run, so that another network can be compared with
 * it; and how often the test part was scored. A file holds the length of its header in 4 bytes, the header as JSON, and -ln of
 * each probability in 2 bytes.
 */

import { listed } from "./care.js";
import { autosave, state } from "./state.js";
import { storeBefore } from "./storage/features.js";
import { timesOpened } from "./storage/opened.js";

/**
 * @import { Part } from "../../tabfit.js"
 * @typedef {object} Answers
 * @property {Part} part
 * @property {string[]} classNames
 * @property {Uint32Array} pictures the id of each
 * @property {Uint32Array} labels
 * @property {Float32Array<ArrayBuffer>} probabilities `[pictures, classes]`, with the temperature that the network has now
 * @property {number | null} temperature
 * @property {Float32Array | null} unlike
 * @property {Uint32Array | undefined} groups of pictures that belong together, one number for each
 * @typedef {{ pictures: string, classNames: string[] }} Header which pictures these are of, with which labels
 */

/** The most bytes of probabilities that are kept of a part. */
const MOST_BYTES = 400_000;
/** Steps of 1 in -ln of a probability, which ends at 32: a probability is off by at most one part in 4,096. */
export const STEPS = 2048;

/** Called when a part was scored. @param {Answers} answers */
export async function keepAnswers(answers) {
  const { part, probabilities } = answers;
  const test = part === "test" ? await testPart() : null;
  if (test) await storeBefore(() => timesOpened(test, 1));
  const { run } = autosave;
  if (part === "training" || state.opened || !run || probabilities.length * 2 > MOST_BYTES) return;
  const bytes = await written(answers);
  await storeBefore(() => run.saveAnswers(part, bytes));
}

/** @param {Answers} answers */
async function written(answers) {
  /** @type {Header} */
  const header = { pictures: await labelled(answers), classNames: answers.classNames };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + text.length + 2 * answers.probabilities.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, 4);
  answers.probabilities.forEach((probability, at) => {
    const steps = Math.min(0xffff, Math.round(-Math.log(probability) * STEPS));
    view.setUint16(4 + text.length + 2 * at, steps, true);
  });
  return bytes;
}

/** The test part, in whatever order its files come; null if there is none. */
export async function testPart() {
  const { parts, contents } = listed();
  const ofTest = contents.filter((_, id) => parts[id] === 2).sort();
  return ofTest.length === 0 ? null : digest(ofTest.join());
}

/** The pictures of an evaluation with their labels, in their order. @param {Answers} answers */
export function labelled({ pictures, labels }) {
  const { contents } = listed();
  return digest(Array.from(pictures, (id, at) => `${contents[id] ?? id} ${labels[at]}`).join());
}

/** @param {string} text */
async function digest(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
