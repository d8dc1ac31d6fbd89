/** The pictures one by one: what is wrong with them, what a person changes, and their pixels. */

import { study } from "../../parts.js";
import { TrainerError } from "../shared/errors.js";
import { withAlpha } from "./rgba.js";
import { state, thePictures } from "./state.js";
import { thumbnailsOf } from "./thumbnails.js";
import { nameOfVectors, vectorsOf } from "./vectors.js";

/**
 * @import { Dataset, DatasetSummary, Looks } from "../../tabfit.js"
 * @import { CareReplies, Pictures, Revisions } from "../shared/care.js"
 *
 * @typedef {object} Cared what is known of the folder that was read
 * @property {Dataset} dataset as it was read
 * @property {Pictures} pictures
 * @property {Revisions["groupedBy"]} groupedBy
 * @property {string | null} vectors the features by which the report looked for outliers
 * @property {Promise<Omit<CareReplies["care"], "pictures" | "groupedBy">> | null} report null until it is asked for
 */

/** The number of a part in which no picture is. */
const NO_PART = 3;

/** Null before something of them is asked for. @type {Cared | null} */
let cared = null;

/**
 * Takes the pictures that were read in the place of those before, which are freed.
 *
 * @param {Dataset} dataset
 * @param {DatasetSummary} summary
 */
export function takeRead(dataset, summary) {
  const old = new Set([state.pictures?.dataset, cared?.dataset]);
  Object.assign(state, { pictures: { dataset, summary }, groups: null });
  cared = null;
  for (const before of old) before?.free();
}

/** Every picture of the folder, by id. */
export const listed = () => theCared().pictures;

function theCared() {
  const { dataset } = thePictures();
  if (cared) return cared;
  const read = dataset.pictures;
  const pictures = { ...read, given: read.labels, excluded: new Uint8Array(read.labels.length) };
  return (cared = { dataset, pictures, groupedBy: null, vectors: null, report: null });
}

/** What the groups come from that the next run keeps together; null if there are none. */
export const groupedByNow = () => cared?.groupedBy ?? null;

/** By id the number of each picture's group of duplicates; null where nothing was measured of the pictures. */
export async function duplicateGroups() {
  return thePictures().dataset.looks ? (await care()).groups : null;
}

/**
 * @param {Uint8Array} [of] the parts in which the pictures were in a run, if it is asked about that and not about the folder
 * @returns {Promise<CareReplies["care"]>}
 */
export async function care(of) {
  const known = theCared();
  const { dataset, pictures, groupedBy } = known;
  const looks = dataset.looks;
  if (!looks) throw new TrainerError("DatasetError", "Nothing was measured of these pictures, because they came as pixels; read them from files.");
  if (of) return { ...(await found(dataset, looks, { ...pictures, parts: of })), groupedBy, pictures };
  const vectors = nameOfVectors(dataset);
  if (known.vectors !== vectors) Object.assign(known, { vectors, report: null }); // a run has computed others
  known.report ??= found(dataset, looks, pictures);
  try {
    return { ...(await known.report), groupedBy, pictures };
  } catch (error) {
    known.report = null; // a part that could not be loaded is asked for again
    throw error;
  }
}

/**
 * @param {Dataset} dataset
 * @param {Looks} looks
 * @param {Pictures} pictures
 */
async function found(dataset, looks, { labels, parts, excluded }) {
  const { classNames } = dataset;
  const counting = parts.map((part, id) => (excluded[id] ? NO_PART : part));
  // Features of a validation part that came as pixels of its own are not of every picture, and say nothing here.
  const [part, vectors] = await Promise.all([study(), vectorsOf(dataset)]);
  return part.care(looks, { parts: counting, labels, classNames }, vectors);
}

/**
 * @param {Revisions} changes
 * @returns {Promise<CareReplies["revise"]>}
 */
export async function revise({ labels: renamed, excluded: out, groups, onOneSide = false, groupedBy = null, dry = false }) {
  const known = theCared();
  const { classNames } = known.dataset;
  const labels = known.pictures.given.slice();
  for (const [id, name] of renamed) {
    const label = classNames.indexOf(name);
    if (label < 0 || id >= labels.length) throw new TrainerError("ConfigError", `Picture ${id} cannot be of class "${name}": there is no such class or picture.`);
    labels[id] = label;
  }
  const excluded = new Uint8Array(labels.length);
  for (const id of out) excluded[id] = 1;
  const dataset = known.dataset.revised({ labels: renamed.length ? labels : null, excluded, groups, onOneSide });
  const summary = { ...dataset.summary, warnings: warningsOf(known.dataset, dataset, renamed.length + out.length) };
  const thumbnails = await thumbnailsOf(dataset, { ...known.pictures, labels, excluded });
  if (dry) {
    dataset.free();
    return { summary, thumbnails };
  }
  const old = state.pictures?.dataset;
  Object.assign(state, { pictures: { dataset, summary }, groups });
  if (old !== known.dataset) old?.free();
  Object.assign(known, { pictures: { ...known.pictures, labels, excluded }, groupedBy, report: null });
  return { summary, thumbnails };
}

/**
 * What a person should have read of pictures that were changed. How their values were read stays true; what was said of classes and
 * copies may not.
 *
 * @param {Dataset} read
 * @param {Dataset} changed
 * @param {number} changes of single pictures
 */
function warningsOf({ summary: { warnings } }, { summary }, changes) {
  return changes === 0 ? warnings : [...warnings.filter((sentence) => /DICOM files? only the pixels|\(no window\)/.test(sentence)), ...summary.warnings];
}

/**
 * @param {readonly number[]} ids
 * @returns {CareReplies["pixels"]}
 */
export function pixelsOf(ids) {
  const { dataset } = theCared();
  const size = dataset.imageSize;
  const pixels = new Uint8ClampedArray(ids.length * size * size * 4);
  ids.forEach((id, index) => withAlpha(dataset.pixels(id), pixels.subarray(index * size * size * 4)));
  return { size, pixels };
}

/** @param {string} pattern */
export async function groupsByName(pattern) {
  const { paths } = theCared().pictures;
  return (await study()).groupsByName(paths, pattern);
}
