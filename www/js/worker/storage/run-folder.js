/** What lies in the folder of a run: how much it is, and what of it is of no use any more. */

import { NAME as MANIFEST, readManifest } from "./manifest.js";
import { entryNames, readFile } from "./opfs.js";

export const WEIGHTS = "weights.tabfit";
export const HISTORY = "history.json";
/** The names of files with answers begin so. */
export const ANSWERS = "answers-";

/**
 * The files of a run that has ended which it no longer needs.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @returns {Promise<string[]>} none of a run that can go on
 */
export async function waste(folder) {
  const manifest = await readManifest(folder);
  if (!manifest?.ended) return [];
  const kept = new Set([MANIFEST, HISTORY, ...(manifest.dropped ? [] : [WEIGHTS]), ...manifest.files.map(({ name }) => name)]);
  return (await entryNames(folder)).filter((name) => !kept.has(name) && !name.startsWith(ANSWERS));
}

/**
 * Bytes of everything, and of the network alone, be it in checkpoints.
 *
 * @param {FileSystemDirectoryHandle} folder
 */
export async function sizesOf(folder) {
  const [manifest, names] = await Promise.all([readManifest(folder), entryNames(folder)]);
  const sizes = await Promise.all(names.map(async (name) => /** @type {[string, number]} */ ([name, (await readFile(folder, name))?.size ?? 0])));
  const ofNetwork = manifest?.dropped ? [] : manifest?.ended ? [WEIGHTS] : ["frozen.safetensors", "slot-a", "slot-b"];
  const sum = (/** @type {[string, number][]} */ files) => files.reduce((total, [, size]) => total + size, 0);
  return { all: sum(sizes), network: sum(sizes.filter(([name]) => ofNetwork.includes(name))) };
}
