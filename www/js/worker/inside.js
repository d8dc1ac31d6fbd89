/** A look inside the network: at its filters, and at what its layers make of a picture. */

import { thumbnailOf } from "./thumbnail.js";
import { state, tasks, theNetwork, thePictures } from "./state.js";

/**
 * Of the network that trains, between two of its steps; else of the one in memory.
 *
 * @param {File | number} picture a file, or the index of a training picture
 */
export async function lookInside(picture) {
  const { pixels, name, shown } = await given(picture);
  const { training } = state;
  const inside = await (training ? training.inside(pixels) : tasks.runInTurn(() => theNetwork().inside(pixels)));
  return { inside, name, thumbnail: await shown };
}

/** @param {File | number} picture */
async function given(picture) {
  // Some files are read by the wasm alone: such a picture has no thumbnail.
  if (picture instanceof File) return { pixels: picture, name: picture.name, shown: thumbnailOf(picture) };
  const { dataset, summary } = thePictures();
  const { imageSize, counts, classNames } = summary;
  const index = picture % counts.training.reduce((sum, count) => sum + count);
  const pixels = dataset.augmentedCopies(index, 1, {}, 0);
  let before = 0;
  const label = counts.training.findIndex((count) => (before += count) > index);
  const shown = createImageBitmap(new ImageData(new Uint8ClampedArray(pixels), imageSize));
  return { pixels, name: `${classNames[label]} ${index + 1}`, shown };
}
