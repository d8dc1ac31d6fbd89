/** The manifest of a run: a JSON file that says what the run is. It stays when the weights are dropped. */

import { readFile, replaceFile } from "./opfs.js";
import { alone } from "./locks.js";

/**
 * @import { DeviceKind, Evaluation, EpochRecord, Part, RunManifest } from "../../../tabfit.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {object} Manifest
 * @property {1} format
 * @property {string} name what the person calls it
 * @property {number} date when it began and, once it has ended, when that was, in milliseconds since 1970
 * @property {string[]} classNames
 * @property {number} imageSize
 * @property {number} epoch finished epochs, of the planned ones
 * @property {number} epochs
 * @property {DeviceKind} device
 * @property {boolean} ended it cannot go on
 * @property {EpochRecord | null} last the numbers of its last epoch
 * @property {Partial<Record<Part, Evaluation>>} scores
 * @property {RunFile[]} files what its callbacks wrote, once it has ended
 * @property {string} browser
 * @property {RunManifest | null} run how it was trained, as the network's file has it
 */

const NAME = "manifest.json";

/**
 * @param {FileSystemDirectoryHandle} folder of the run
 * @returns {Promise<Manifest | null>} null if there is none, or none that this page understands
 */
export async function readManifest(folder) {
  const file = await readFile(folder, NAME);
  try {
    const manifest = file && JSON.parse(await file.text());
    return manifest?.format === 1 ? manifest : null;
  } catch {
    return null; // a damaged one; the run is then listed by what else there is
  }
}

/**
 * @param {string} run
 * @param {FileSystemDirectoryHandle} folder
 * @param {Partial<Manifest>} change
 */
export function changeManifest(run, folder, change) {
  return alone(run, async () => {
    const manifest = { ...(await readManifest(folder)), ...change };
    await replaceFile(folder, NAME, new TextEncoder().encode(JSON.stringify(manifest)));
  });
}
