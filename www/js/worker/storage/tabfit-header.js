/** What the page needs to know of a `.tabfit` file without opening it. */

import { TrainerError } from "../../shared/errors.js";
import { object, settings } from "../../shared/run-about.js";
import { bytesOf, textOf } from "./opfs.js";

/**
 * @import { Change, EpochRecord, RunManifest } from "../../../tabfit.js"
 * @typedef {object} Header
 * @property {{ imageSize: number }} model
 * @property {string[]} classNames
 * @property {{ epoch: number, config: { epochs: number } } | null} [place] of an interrupted run
 * @property {{ epochs: [epoch: number, logs: Record<string, number | string>][], notes: string[], changes?: Change[], reading: string } | null} [history]
 *   what is not finite is a string
 * @property {RunManifest | null} [manifest]
 */

/**
 * What a `.tabfit` file says about itself, read without its tensors: a safetensors file begins with the length of its
 * header in 8 bytes, and the header's entry "tabfit" is JSON.
 *
 * @param {Blob} file
 * @returns {Promise<Header>} rejects where it is damaged
 */
export async function headerOf(file) {
  const { byteLength, buffer } = await bytesOf(file.slice(0, 8));
  const length = byteLength < 8 ? 0 : new DataView(buffer).getUint32(0, true);
  const header = headerIn(await textOf(file.slice(8, 8 + length)));
  if (!header) throw new TrainerError("ModelFileError", "This network is damaged: its beginning does not say what it is.");
  return header;
}

/** Null where what the lists rely on is not there. @param {string} text @returns {Header | null} */
function headerIn(text) {
  try {
    const { model, classNames, place, history, manifest } = JSON.parse(JSON.parse(text).__metadata__.tabfit);
    const epochs = object(history) ? history.epochs : [];
    const sound = Number.isFinite(model.imageSize) && classNames.every((/** @type {unknown} */ name) => typeof name === "string")
      && epochs.every((/** @type {unknown} */ entry) => Array.isArray(entry) && Number.isSafeInteger(entry[0]) && object(entry[1]))
      && (place == null || (Number.isSafeInteger(place.epoch) && Number.isSafeInteger(place.config.epochs)));
    return sound ? { model, classNames, place: place ?? null, history: object(history) && history, manifest: settings(manifest) } : null;
  } catch {
    return null;
  }
}

/** The numbers of its epochs; what was not finite is null. @param {Header} header */
export const recordsOf = ({ history }) => (history?.epochs ?? []).map(([epoch, logs]) => {
  const numbers = Object.entries(logs).map(([name, value]) => [name, typeof value === "number" ? value : null]);
  return /** @type {EpochRecord} */ ({ ...Object.fromEntries(numbers), epoch });
});
