/** The dataset of a folder or of archives, with thumbnails for the page. */

import { Dataset } from "../../tabfit.js";
import { imageOf } from "./rgba.js";
import { bitmaps, eachOf, isShown } from "./thumbnails.js";

/**
 * @import { DatasetSummary, Part } from "../../tabfit.js"
 * @import { FolderEntry } from "../shared/protocol.js"
 */

/**
 * @param {FolderEntry[]} entries a folder's files, or zip files of it
 * @param {number} imageSize side of the pictures in pixels
 * @param {AbortSignal} signal
 * @param {object} listeners
 * @param {(classes: number) => void} listeners.onPlan called before anything is decoded
 * @param {(done: number, total: number) => void} listeners.onProgress
 * @returns {Promise<{ dataset: Dataset, summary: DatasetSummary, thumbnails: ImageBitmap[][] }>} of many classes, the last
 *   may have no thumbnails
 */
export async function loadFolder(entries, imageSize, signal, { onPlan, onProgress }) {
  let each = eachOf(1);
  /** What the network sees of the first pictures of each class. @type {Map<number, ImageData[]>} */
  const shown = new Map();
  /** @param {number} classes */
  const plan = (classes) => {
    each = eachOf(classes);
    onPlan(classes);
  };
  /** @param {Uint8Array} rgb @param {number} classIndex @param {Part} part */
  const onPicture = (rgb, classIndex, part) => {
    const ofClass = shown.get(classIndex) ?? [];
    if (part === "training" && isShown(classIndex) && ofClass.length < each) shown.set(classIndex, [...ofClass, imageOf(rgb, imageSize)]);
  };
  const dataset = await Dataset.fromFolder(entries, { imageSize, signal, onProgress, onPlan: plan, onPicture });
  const summary = dataset.summary;
  const thumbnails = await Promise.all(summary.classNames.map((_, index) => bitmaps(shown.get(index) ?? [])));
  return { dataset, summary, thumbnails };
}
