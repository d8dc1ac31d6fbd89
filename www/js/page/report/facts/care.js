/** What a report says of duplicates, leaks, issues and shortcuts, and of the split. */

import { say } from "../../language/say.js";
import { page } from "../../state/state.js";
import { count, many, percent } from "../../tools/format.js";
import { nameOf } from "./data.js";
import { keepsDuplicates } from "./split-parts.js";

/**
 * @import { CareReplies } from "../../../shared/care.js"
 * @import { CarePart, Known, SplitPart } from "../report.js"
 * @import { Facts } from "./ask.js"
 */

/** Of more pairs or pictures only the count is told. */
const MOST = 50;
const WORST = 5;

/** @param {Facts} facts @returns {Known<CarePart>} */
export function careOf({ care, parts }) {
  if ("unknown" in care) return care;
  const name = nameOf({ ...care.pictures, parts: parts ?? care.pictures.parts }, page.data?.classNames ?? []);
  /** @type {<T extends { pictures: [number, number] }>(pair: T) => Omit<T, "pictures"> & { pictures: [ReturnType<typeof name>, ReturnType<typeof name>] }} */
  const named = (pair) => ({ ...pair, pictures: [name(pair.pictures[0]), name(pair.pictures[1])] });
  return {
    exactGroups: care.exact.length,
    nearGroups: care.near.length,
    distances: care.distances,
    leaks: { count: care.leaks.length, pairs: care.leaks.slice(0, MOST).map(named) },
    otherLabels: { count: care.otherLabels.length, pairs: care.otherLabels.slice(0, MOST).map(named) },
    issues: [...Map.groupBy(care.issues, ({ kind }) => kind)].map(([kind, found]) => ({
      kind, count: found.length,
      worst: found.toSorted((a, b) => a.score - b.score).slice(0, WORST).map(({ picture, score }) => ({ path: care.pictures.paths[picture] ?? "", score })),
    })),
    classImbalance: care.classImbalance,
    shortcuts: care.shortcuts,
  };
}

/** @param {Facts} facts @returns {Known<SplitPart>} */
export function splitOf({ info: { manifest }, run, care, parts }) {
  if (!manifest) return { unknown: say("The network's file does not say how it was trained.") };
  const { fit, pictures } = manifest;
  const { split = "stratified", seed = 0 } = fit;
  /** @type {unknown} */
  const validationSplit = fit.validationSplit ?? 0;
  const given = page.data?.counts;
  const sentences = [];
  if (given?.test) sentences.push(say("The test part was given by the folder: {pictures}.", { pictures: many(sum(given.test), "picture") }));
  else sentences.push(say("The folder has no test part."));
  if (given?.validation) sentences.push(say("The validation part was given by the folder: {pictures}.", { pictures: many(sum(given.validation), "picture") }));
  else if (pictures.validation > 0) sentences.push(heldOut(validationSplit, split, pictures, seed));
  else sentences.push(say("No validation pictures were held out."));
  const groupedBy = "unknown" in run ? page.run.groupedBy : run.about.groupedBy ?? null;
  const wish = /** @type {{ folds?: number, grouped?: boolean }} */ (typeof validationSplit === "object" && validationSplit ? validationSplit : {});
  const drawn = !given?.validation || wish.folds !== undefined;
  const kept = drawn && (wish.grouped === true || groupedBy !== null); // a mere share divides no group either
  const whole = parts !== null && !("unknown" in care) && keepsDuplicates(care, parts);
  const level = drawn && groupedBy === "names" ? "group" : kept || whole ? "duplicate group" : "picture";
  sentences.push({
    picture: say("Training and validation pictures are disjoint by picture: nothing else was kept together."),
    group: say("Training and validation pictures are disjoint by groups that file names tell, such as patients, and by duplicates."),
    "duplicate group": say("Training and validation pictures are disjoint by duplicate group: pictures that look alike stay on one side. Patients are not known to the program."),
  }[level]);
  sentences.push(leakSentence(care));
  const ids = manifest.split ?? { unknown: say("The run is of an older version, which kept no list of its split.") };
  return { sentences, level: given?.validation && level === "picture" ? "mixed" : level, seed, validationSplit, ids };
}

/**
 * @param {unknown} wished
 * @param {string} split
 * @param {{ training: number, validation: number }} pictures
 * @param {number} seed
 */
function heldOut(wished, split, { training, validation }, seed) {
  const share = percent(validation / (training + validation));
  const values = { validation: count(validation), all: count(training + validation), share, seed };
  if (typeof wished === "object" && wished !== null && "folds" in wished) {
    const { folds, fold } = /** @type {{ folds: number, fold: number }} */ (wished);
    return say("{validation} of {all} training pictures ({share}) were held out for validation: fold {fold} of {folds}, drawn with the seed {seed}.", { ...values, fold: fold + 1, folds });
  }
  if (split === "last") return say("The last {validation} of {all} training pictures ({share}) were held out for validation, as Keras does with arrays.", values);
  return say("{validation} of {all} training pictures ({share}) were held out for validation, the same share of every class, drawn with the seed {seed}.", values);
}

/** @param {Known<CareReplies["care"]>} care */
function leakSentence(care) {
  if ("unknown" in care) return say("Whether pictures of one part look like those of another is not known: {why}", { why: care.unknown });
  if (care.leaks.length === 0) return say("No picture of one part was found again in another part, neither the same file nor one that looks alike.");
  return care.leaks.length === 1
    ? say("The parts are not disjoint: 1 pair of alike pictures stands on two sides (leaky split).")
    : say("The parts are not disjoint: {count} pairs of alike pictures stand on two sides (leaky split).", { count: count(care.leaks.length) });
}

/** @param {readonly number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
