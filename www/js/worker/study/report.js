/** What the answers of the network in memory say: scores, curves, thresholds, wrong labels, and how sure it may be. */

import { study as loadStudy } from "../../../parts.js";
import { TrainerError } from "../../shared/errors.js";
import { keepTemperature } from "../kept.js";
import { testPart } from "../kept-answers.js";
import { tasks, theNetwork } from "../state.js";
import { timesOpened } from "../storage/opened.js";
import { answersOf, knownAnswers, partsNow, pathOf, saidOf } from "./answers.js";

/**
 * @import { Part } from "../../../tabfit.js"
 * @import { Operating, StudyCommand, StudyReplies } from "../../shared/study.js"
 * @import { Answers } from "../kept-answers.js"
 * @typedef {{ [T in StudyCommand["type"]]: Extract<StudyCommand, { type: T }> }} Asked
 */

/** The bars of the reliability diagram. */
const BINS = 10;

/** @param {Asked["study"]} command @returns {Promise<StudyReplies["study"]>} */
export async function study({ part }) {
  const { classNames, pictures: ids, labels, probabilities, temperature, unlike, groups } = await answersOf(part);
  const program = await loadStudy();
  const classes = classNames.length;
  const scores = program.scores(labels, probabilities, classNames, groups ? { groups } : {});
  const said = saidOf(probabilities, classes);
  const pictures = Array.from(ids, (id, at) => {
    const label = labels[at] ?? 0;
    const of = (/** @type {number} */ index) => probabilities[at * classes + index] ?? 0;
    const probability = of(said[at] ?? 0);
    return { id, path: pathOf(id), label, said: said[at] ?? 0, probability, loss: -Math.log(of(label)), unlike: unlike?.[at] ?? null };
  });
  return {
    part, classNames, scores, pictures,
    calibration: program.calibration(labels, probabilities, classes, BINS, null, groups),
    confusionMatrix: scores.confusionMatrix,
    probabilities: probabilities.slice(),
    temperature,
    opened: await opened(part),
    parts: partsNow(),
  };
}

/** How many times the part was scored, if it is the test part, and if that is kept. @param {Part} part */
async function opened(part) {
  const test = part === "test" ? await testPart() : null;
  return test === null ? null : timesOpened(test, 0);
}

/** @param {Asked["certainty"]} command @returns {Promise<StudyReplies["certainty"]>} */
export async function certainty({ part }) {
  const known = await knownAnswers(part);
  if (!known) return null;
  const { labels, probabilities, classNames, groups } = known;
  const { accuracy } = (await loadStudy()).scores(labels, probabilities, classNames, { ...(groups ? { groups } : {}), resamples: 0 });
  return { accuracy, opened: await opened(part) };
}

/** @param {Asked["curves"]} command @returns {Promise<StudyReplies["curves"]>} */
export async function curves({ part, classIndex, intervals = true }) {
  const { classNames, labels, probabilities, groups } = await answersOf(part);
  const options = { ...(groups ? { groups } : {}), ...(intervals ? {} : { resamples: 0 }) };
  return (await loadStudy()).curves(labels, probabilities, classNames.length, classIndex, options);
}

/** @param {Asked["at-threshold"]} command @returns {Promise<StudyReplies["at-threshold"]>} */
export async function atThreshold({ classIndex, rule }) {
  const chosenOn = await answersOf(needed("validation"));
  const program = await loadStudy();
  const { labels, probabilities, classNames } = chosenOn;
  const given = typeof rule === "object" && "threshold" in rule ? rule.threshold : null;
  const threshold = given ?? program.threshold(labels, probabilities, classNames.length, classIndex, /** @type {"youden"} */ (rule));
  const test = await knownAnswers("test");
  /** @param {Answers | null} answers @returns {Operating | null} */
  const operating = (answers) => {
    if (!answers || threshold === null) return null;
    const { part, labels, probabilities, classNames, groups } = answers;
    const positives = labels.filter((label) => label === classIndex).length;
    return { part, images: labels.length, positives, ...program.atThreshold(labels, probabilities, classNames.length, classIndex, threshold, groups) };
  };
  return { threshold, chosen: operating(chosenOn), read: operating(test) };
}

/** @returns {Promise<StudyReplies["label-issues"]>} */
export async function labelIssues() {
  const validation = partsNow().includes("validation") ? await answersOf("validation") : null;
  const known = [validation, await knownAnswers("test")].filter((answers) => answers !== null);
  const [first] = known;
  if (!first) {
    const sentence = "Wrong labels are found among pictures that the network did not learn from: score the test part first, or train with validation pictures.";
    throw new TrainerError("DatasetError", sentence);
  }
  const classes = first.classNames.length;
  const places = known.flatMap(({ part, pictures }) => Array.from(pictures, (id) => ({ id, part })));
  const labels = Uint32Array.from(known.flatMap(({ labels }) => [...labels]));
  const probabilities = new Float32Array(labels.length * classes);
  let end = 0;
  for (const answers of known) {
    probabilities.set(answers.probabilities, end);
    end += answers.probabilities.length;
  }
  const issues = (await loadStudy()).labelIssues(labels, probabilities, classes);
  return issues.flatMap(({ picture: at, ...issue }) => {
    const place = places[at];
    return place ? [{ ...issue, picture: place.id, path: pathOf(place.id), part: place.part }] : [];
  });
}

/** @param {Asked["calibrate"]} command @returns {Promise<StudyReplies["calibrate"]>} */
export async function calibrate({ wished }) {
  const fitted = wished ? await fit(await answersOf(needed("validation"))) : null;
  return tasks.runInTurn(async () => {
    const network = theNetwork();
    network.setTemperature(fitted?.temperature ?? null);
    await keepTemperature(network);
    return { temperature: network.temperature, before: fitted?.before ?? null, after: fitted?.after ?? null };
  });
}

/** @param {Answers} answers */
async function fit({ labels, probabilities, temperature, classNames }) {
  const program = await loadStudy();
  const classes = classNames.length;
  const plain = program.withTemperature(probabilities, classes, 1 / (temperature ?? 1));
  const fitted = program.fitTemperature(labels, plain, classes);
  if (fitted && !fitted.atLimit) return fitted;
  const sentence = "The validation pictures fix no temperature: the network is right about all of them, or worse than chance; take more of them.";
  throw new TrainerError("DatasetError", sentence);
}

/** A part that must be there. @param {Part} part */
function needed(part) {
  if (partsNow().includes(part)) return part;
  throw new TrainerError("DatasetError", "There are no validation pictures to choose by; train with some, or read a folder that has them.");
}
