/** The dataset of a folder or an archive, with thumbnails for the page. */

import { Dataset } from "../../tabfit.js";
import { thumbnail } from "../shared/decode.js";

/**
 * @import { DatasetSummary, Part } from "../../tabfit.js"
 * @import { FolderEntry } from "../shared/protocol.js"
 */

const THUMBNAILS_PER_CLASS = 8;

/**
 * @param {FolderEntry[]} entries a folder's files, or a single zip file
 * @param {number} imageSize side of the pictures in pixels
 * @param {AbortSignal} signal
 * @param {object} listeners
 * @param {(classes: number) => void} listeners.onPlan called before anything is decoded
 * @param {(done: number, total: number) => void} listeners.onProgress
 * @returns {Promise<{ dataset: Dataset, summary: DatasetSummary, thumbnails: ImageBitmap[][] }>}
 */
export async function loadFolder(entries, imageSize, signal, { onPlan, onProgress }) {
  /** @type {Map<number, ImageBitmap[]>} */
  const thumbnails = new Map();
  /** @param {Blob} file @param {number} classIndex @param {Part} part */
  const onPicture = async (file, classIndex, part) => {
    const ofClass = thumbnails.get(classIndex) ?? [];
    thumbnails.set(classIndex, ofClass);
    if (part === "training" && ofClass.length < THUMBNAILS_PER_CLASS) ofClass.push(await thumbnail(file));
  };
  const dataset = await Dataset.fromFolder(entries, { imageSize }, onProgress, signal, onPlan, onPicture);
  const summary = dataset.summary;
  return { dataset, summary, thumbnails: summary.classNames.map((_, index) => thumbnails.get(index) ?? []) };
}
