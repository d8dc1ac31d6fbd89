/** Small pictures as `data:` addresses: what the network saw of them. */

import { client } from "../../client/trainer-client.js";

/** The longest side in pixels. */
const SIDE = 112;
/** Of JPEG, from 0 to 1: at a fifth of the size of PNG, nobody sees the difference. */
const QUALITY = 0.9;

/**
 * @param {readonly number[]} ids
 * @returns {Promise<string[]>} in the same order; empty where the worker no longer holds the pixels
 */
export async function thumbnails(ids) {
  if (ids.length === 0) return [];
  const { size, pixels } = await client.send({ type: "pixels", pictures: [...ids] });
  const length = size * size * 4;
  const side = Math.min(size, SIDE);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d");
  /** @type {string[]} */
  const addresses = [];
  for (const i of ids.keys()) {
    const picture = new ImageData(new Uint8ClampedArray(pixels.subarray(i * length, (i + 1) * length)), size, size);
    const bitmap = await createImageBitmap(picture, { resizeWidth: side, resizeHeight: side, resizeQuality: "medium" });
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    addresses.push(canvas.toDataURL("image/jpeg", QUALITY));
  }
  return addresses;
}
