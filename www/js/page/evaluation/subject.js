/** What is being looked at: the answers of the network in memory for one part of the pictures. Asked for once, and kept until they change. */

import { client } from "../client/trainer-client.js";
import { page } from "../state/state.js";

/**
 * @import { Part } from "../../../tabfit.js"
 * @import { Calibration, ScoresReport } from "../../../study/tabfit.js"
 * @import { Study, StudyPicture } from "../../shared/study.js"
 * @typedef {{ scores: ScoresReport, calibration: Calibration }} Before what was said before a temperature was fitted
 */

export const subject = {
  /** Null until it is known. @type {Study | null} */
  study: null,
  /** The same part without the temperature; null if there is none, or if it was there from the start. @type {Before | null} */
  before: null,
};

/** Counts the questions: an answer to an older one is not shown. */
let asked = 0;

/** Which parts hold pictures that the network did not learn from, the most honest first. @returns {Part[]} */
export function partsNow() {
  if (!page.data || !page.network) return [];
  const { test, validation } = page.data.counts;
  const some = (/** @type {readonly number[] | null} */ counts) => counts !== null && counts.some((pictures) => pictures > 0);
  return [
    ...(some(test) ? [/** @type {const} */ ("test")] : []),
    ...(some(validation) || page.run.validationImages > 0 ? [/** @type {const} */ ("validation")] : []),
  ];
}

/** The network or the pictures have changed: what was said of them is no longer true. */
export function forget() {
  asked++;
  subject.study = subject.before = null;
}

/**
 * Asks for a part, or for the same part anew.
 *
 * @param {Part} part
 * @returns {Promise<boolean>} whether it is what was wanted last
 */
export async function ask(part) {
  const question = ++asked;
  const study = await client.send({ type: "study", part });
  if (question !== asked) return false;
  subject.study = study;
  if (study.temperature === null) subject.before = null;
  return true;
}

/** Fits a temperature on the validation pictures, or takes it back. @param {boolean} wished */
export async function calibrate(wished) {
  const { study } = subject;
  const told = await client.send({ type: "calibrate", wished });
  if (study) {
    const before = study.temperature === null ? study : subject.before;
    if (await ask(study.part)) subject.before = told.temperature === null ? null : before;
  }
  return told;
}

/** The pictures of the part for which something holds, as places in its list. @param {(picture: StudyPicture, place: number) => boolean} holds */
export function places(holds) {
  const { study } = subject;
  return study ? study.pictures.flatMap((picture, place) => (holds(picture, place) ? [place] : [])) : [];
}

/** The probability of a class for a picture. @param {number} place @param {number} classIndex */
export function probability(place, classIndex) {
  const { study } = subject;
  return study?.probabilities[place * study.classNames.length + classIndex] ?? 0;
}
