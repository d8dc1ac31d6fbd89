/** What frozen layers made of the pictures in the last run, as numbers: by them, pictures are far from one another or near. */

/** @import { Dataset } from "../../tabfit.js" */

/** More bytes than these are not copied. */
const MOST = 256_000_000;
/** Each part of the file but the first, which has no numbers, ends in a checksum. */
const CHECKSUM = 4;

/** The name of the features that are there; null if the last run computed none, or too many. @param {Dataset} dataset */
export function nameOfVectors(dataset) {
  const [file] = dataset.featureFiles();
  return file && file.bytes <= MOST ? file.name : null;
}

/**
 * The features of every picture by id, one after another.
 *
 * @param {Dataset} dataset
 * @returns {Promise<Float32Array | null>} null if there are none
 */
export async function vectorsOf(dataset) {
  const [file] = dataset.featureFiles();
  if (!file || file.bytes > MOST) return null;
  const numbers = [];
  for (let part = 1; part < file.parts; part++) {
    const bytes = await dataset.featurePart(file.name, part);
    numbers.push(new Float32Array(bytes.slice(0, -CHECKSUM).buffer));
  }
  const vectors = new Float32Array(numbers.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const some of numbers) {
    vectors.set(some, at);
    at += some.length;
  }
  return vectors;
}
