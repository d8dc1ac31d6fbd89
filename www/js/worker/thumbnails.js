/** Small pictures of each class for the page: what the network sees of the first ones. */

import { imageOf } from "./rgba.js";

/** @import { Dataset, Pictures } from "../../tabfit.js" */

/** The most thumbnails of a class, and of all classes together. */
const OF_A_CLASS = 8;
const OF_ALL = 400;
/** Side of a thumbnail in pixels. */
const SIDE = 96;

/** How many each of so many classes has. @param {number} classes */
export const eachOf = (classes) => Math.max(1, Math.min(OF_A_CLASS, Math.floor(OF_ALL / classes)));

/** Whether a class with this index has any. @param {number} classIndex */
export const isShown = (classIndex) => classIndex < OF_ALL;

/**
 * @param {readonly ImageData[]} images
 * @returns {Promise<ImageBitmap[]>} those that can be made: a picture less to look at is no reason to lose the rest
 */
export async function bitmaps(images) {
  const size = { resizeWidth: SIDE, resizeHeight: SIDE, resizeQuality: /** @type {const} */ ("medium") };
  const made = await Promise.all(images.map((pixels) => createImageBitmap(pixels, size).catch(() => null)));
  return made.filter((bitmap) => bitmap !== null);
}

/**
 * The thumbnails of the training pictures of each class.
 *
 * @param {Dataset} dataset
 * @param {Pictures & { excluded: Uint8Array }} pictures
 */
export function thumbnailsOf(dataset, { labels, parts, excluded }) {
  const { classNames, imageSize } = dataset;
  const each = eachOf(classNames.length);
  /** @type {number[][]} */
  const shown = classNames.map(() => []);
  labels.forEach((label, id) => {
    const ofClass = shown[label];
    if (ofClass && isShown(label) && !excluded[id] && parts[id] === 0 && ofClass.length < each) ofClass.push(id);
  });
  return Promise.all(shown.map((ids) => bitmaps(ids.map((id) => imageOf(dataset.pixels(id), imageSize)))));
}
