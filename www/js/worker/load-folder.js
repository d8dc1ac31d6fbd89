/** The dataset of a folder or of archives, with thumbnails for the page. */

import { Dataset } from "../../tabfit.js";

/**
 * @import { DatasetSummary, Part } from "../../tabfit.js"
 * @import { FolderEntry } from "../shared/protocol.js"
 */

/** The most thumbnails of a class, and of all classes together. */
const OF_A_CLASS = 8;
const OF_ALL = 400;
/** Side of a thumbnail in pixels. */
const SIDE = 96;

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
  let each = OF_A_CLASS;
  /** What the network sees of the first pictures of each class. @type {Map<number, ImageData[]>} */
  const shown = new Map();
  /** @param {number} classes */
  const plan = (classes) => {
    each = Math.max(1, Math.min(OF_A_CLASS, Math.floor(OF_ALL / classes)));
    onPlan(classes);
  };
  /** @param {Uint8Array} rgb @param {number} classIndex @param {Part} part */
  const onPicture = (rgb, classIndex, part) => {
    const ofClass = shown.get(classIndex) ?? [];
    if (part !== "training" || classIndex >= OF_ALL || ofClass.length >= each) return;
    const pixels = new ImageData(imageSize, imageSize);
    pixels.data.forEach((_, i) => (pixels.data[i] = i % 4 === 3 ? 255 : (rgb[Math.floor(i / 4) * 3 + (i % 4)] ?? 0)));
    shown.set(classIndex, [...ofClass, pixels]);
  };
  const dataset = await Dataset.fromFolder(entries, { imageSize }, onProgress, signal, plan, onPicture);
  const summary = dataset.summary;
  const thumbnails = summary.classNames.map((_, index) => Promise.all((shown.get(index) ?? []).map(thumbnail)));
  return { dataset, summary, thumbnails: (await Promise.all(thumbnails)).map((bitmaps) => bitmaps.filter((bitmap) => bitmap !== null)) };
}

/** @param {ImageData} pixels */
function thumbnail(pixels) {
  const size = { resizeWidth: SIDE, resizeHeight: SIDE, resizeQuality: /** @type {const} */ ("medium") };
  return createImageBitmap(pixels, size).catch(() => null); // a picture less to look at is no reason to lose the rest
}
