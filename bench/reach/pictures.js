/** The pictures of a folder in the worker: decoded once by tabfit, and served back as one file of bytes for each size. */

import { Dataset } from "/tabfit.js";

/** The bytes of each size, as `/inputs` serves them. @type {Map<number, Uint8Array>} */
const kept = new Map();

/** @type {Uint8Array[]} pictures that were decoded and have not been written yet */
let decoded = [];

/** Decodes all files of the folder; for each picture its class and its part, in the order of `bytes`. */
export async function decode({ size, files }) {
  const entries = await Promise.all(files.map(async (path) => ({ path, file: await (await fetch(`/pictures/${encodeURI(path)}`)).blob() })));
  const pictures = [];
  decoded = [];
  const listen = (pixels, label, part) => {
    decoded.push(pixels.slice());
    pictures.push({ label, part });
  };
  const dataset = await Dataset.fromFolder(entries, { imageSize: size, onPicture: listen });
  const { classNames: names, skippedCount } = dataset.summary;
  dataset.free();
  if (skippedCount > 0) throw new Error(`${skippedCount} pictures cannot be read`);
  return { classNames: names, pictures };
}

/** The pixels of these pictures in base64, because only JSON gets out of a page. */
export function bytes({ from, to }) {
  return decoded.slice(from, to).map(base64).join("\n");
}

/**
 * The data set of these pictures, by their numbers.
 *
 * @param {{ size: number, training: number[], validation?: number[], test?: number[] }} choice
 */
export async function select({ size, training, validation, test }) {
  const all = await written(size);
  const { classNames, labels } = await (await fetch("/inputs/pictures.json")).json();
  const each = size * size * 3;
  const chosen = (numbers) => {
    const images = new Uint8Array(numbers.length * each);
    numbers.forEach((number, at) => images.set(all.subarray(number * each, (number + 1) * each), at * each));
    return { images, labels: numbers.map((number) => labels[number]) };
  };
  return Dataset.fromArrays({
    ...chosen(training), classNames, imageSize: size,
    ...(validation && { validation: chosen(validation) }), ...(test && { test: chosen(test) }),
  });
}

/** The pixels of one picture. */
export async function pixels(size, number) {
  const each = size * size * 3;
  return (await written(size)).slice(number * each, (number + 1) * each);
}

/** All pictures of a size, once they are written; one size is kept. */
async function written(size) {
  const all = kept.get(size) ?? new Uint8Array(await (await fetch(`/inputs/pictures-${size}.rgb`)).arrayBuffer());
  decoded = [];
  kept.clear();
  kept.set(size, all);
  return all;
}

/** @param {Uint8Array} values */
export function base64(values) {
  let text = "";
  for (let at = 0; at < values.length; at += 32768) text += String.fromCharCode(...values.subarray(at, at + 32768));
  return btoa(text);
}
