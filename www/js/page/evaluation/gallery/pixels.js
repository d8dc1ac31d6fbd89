/** The pictures as the network sees them, by their ids: asked for by page, and only the last few hundred are kept. */

import { client } from "../../client/trainer-client.js";
import { page } from "../../state/state.js";

/** The most pictures that are kept. */
const MOST = 240;

/** @type {Map<number, ImageData>} */
const known = new Map();
/** The pictures they are of: after another load, an id is of another picture. @type {unknown} */
let of = null;

/**
 * @param {readonly number[]} ids
 * @returns {Promise<(ImageData | undefined)[]>}
 */
export async function pixelsOf(ids) {
  if (of !== page.data) known.clear();
  of = page.data;
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) {
    const { size, pixels } = await client.send({ type: "pixels", pictures: missing });
    const length = size * size * 4;
    missing.forEach((id, i) => {
      const values = new Uint8ClampedArray(pixels.slice(i * length, (i + 1) * length));
      if (values.length === length) known.set(id, new ImageData(values, size, size));
    });
  }
  const wanted = ids.map((id) => known.get(id));
  for (const id of known.keys()) {
    if (known.size <= MOST) break;
    if (!ids.includes(id)) known.delete(id);
  }
  return wanted;
}

/** Draws a picture on a canvas of its own size. @param {HTMLCanvasElement} canvas @param {ImageData | undefined} data */
export function draw(canvas, data) {
  if (!data) return;
  [canvas.width, canvas.height] = [data.width, data.height];
  canvas.getContext("2d")?.putImageData(data, 0, 0);
}
