/** The manifest of a run: a JSON file that says what the run is. It stays when the weights are dropped. */

import { readFile, replaceFile } from "./opfs.js";
import { forgetListed, undisturbed } from "./listing.js";
import { alone } from "./locks.js";

/**
 * @import { RunAbout } from "../../shared/runs.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {RunAbout & { format: 1, ended: boolean, files: RunFile[] }} Manifest
 *   `ended`: it cannot go on; `files`: what its callbacks wrote, once it has ended
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
  return alone(run, () => undisturbed(async () => {
    await forgetListed(run);
    const manifest = { ...(await readManifest(folder)), ...change };
    await replaceFile(folder, NAME, new TextEncoder().encode(JSON.stringify(manifest)));
  }));
}
