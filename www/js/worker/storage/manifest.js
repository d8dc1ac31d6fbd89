/** The manifest of a run: a JSON file that says what the run is. It stays when the weights are dropped. */

import { TrainerError } from "../../shared/errors.js";
import { object, scoresOf, settings } from "../../shared/run-about.js";
import { forgetListed, undisturbed } from "./listing.js";
import { alone } from "./locks.js";
import { mended } from "./mended.js";
import { again, isMissing, jsonOf, readFile, remove, replaceFile } from "./opfs.js";
import { areFiles } from "./run-files.js";

/**
 * @import { RunAbout } from "../../shared/runs.js"
 * @import { RunFile } from "./run-files.js"
 * @typedef {RunAbout & { format: 1, ended: boolean, files: RunFile[], dropped?: boolean }} Manifest
 *   `ended`: it cannot go on; `files`: what its callbacks wrote, once it has ended; `dropped`: its network is not kept
 */

export const NAME = "manifest.json";

/**
 * @param {FileSystemDirectoryHandle} folder of the run
 * @returns {Promise<Manifest | null>} of a damaged one, what else there is of the run says what it is; null if nothing does
 */
export async function readManifest(folder) {
  return again(async () => {
    const file = await readFile(folder, NAME);
    const manifest = file && (await jsonOf(file));
    return isSound(manifest) ? manifest : file && mended(folder, manifest);
  });
}

/** Whether everything is there that the lists of runs rely on. @param {unknown} value @returns {value is Manifest} */
function isSound(value) {
  const { format, name, note = "", date, classNames, imageSize, epoch, epochs, ended, files, scores, last, run, best = null, rate = null } = object(value) ?? {};
  return format === 1 && typeof name === "string" && typeof note === "string" && typeof ended === "boolean" && areFiles(files)
    && Array.isArray(classNames) && classNames.every((one) => typeof one === "string")
    && [date, imageSize, epoch, epochs, best ?? 0, rate ?? 0].every((number) => Number.isFinite(number))
    && object(scores) !== null && Object.keys(scoresOf(scores)).length === Object.keys(object(scores) ?? {}).length
    && (last === null || object(last) !== null) && (run === null || settings(run) !== null);
}

/** Whether there is one, be it damaged. @param {FileSystemDirectoryHandle} folder */
export const hasManifest = async (folder) => (await readFile(folder, NAME)) !== null;

/**
 * The first manifest of a run.
 *
 * @param {FileSystemDirectoryHandle} folder
 * @param {Manifest} manifest
 */
export function writeManifest(folder, manifest) {
  return replaceFile(folder, NAME, new TextEncoder().encode(JSON.stringify(manifest)));
}

/**
 * Rejects where there is no manifest: one that holds only the change would be of no run.
 *
 * @param {string} run
 * @param {FileSystemDirectoryHandle} folder
 * @param {Partial<Manifest> | ((before: Manifest) => Partial<Manifest>)} change
 */
export function changeManifest(run, folder, change) {
  return alone(run, () => undisturbed(async () => {
    const before = await readManifest(folder);
    if (!before) throw noLongerKept();
    await forgetListed(run);
    await writeManifest(folder, { ...before, ...(typeof change === "function" ? change(before) : change) });
  }));
}

/**
 * Removes the manifest, and with it the run, whose other files are then of no use.
 *
 * @param {string} run
 * @param {FileSystemDirectoryHandle} folder
 */
export function removeManifest(run, folder) {
  return alone(run, () => undisturbed(async () => {
    await forgetListed(run);
    await remove(folder, NAME).catch((error) => {
      if (!isMissing(error)) throw error;
    });
  }));
}

export const noLongerKept = () => new TrainerError("FileError", "This network is no longer kept; another tab may have deleted it.");
