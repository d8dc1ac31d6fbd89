/** What a run is, taken from JSON that may be damaged or a stranger's: what is not as it should be is left out. Pure functions. */

import { digestOf } from "./run-line.js";

/**
 * @import { Change, EpochRecord, History, RunManifest } from "../../tabfit.js"
 * @import { RunAbout } from "./runs.js"
 * @typedef {Record<string, unknown>} Json
 */

const PARTS = ["training", "validation", "test"];
/** Blocks within blocks of a network reach a tenth of this. */
const DEEPEST = 100;
export const [MOST_EPOCHS, LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT] = [20_000, 80, 200, 500];

/**
 * @param {Json} about
 * @param {EpochRecord[]} epochs
 * @param {string} unnamed what it is called if it has no name
 * @returns {RunAbout}
 */
export function aboutOf(about, epochs, unnamed) {
  const { device, network, groupedBy } = about;
  const last = epochs.at(-1) ?? null;
  return {
    name: string(about["name"], LONGEST_NAME).trim() || unnamed,
    note: string(about["note"], LONGEST_NOTE),
    date: count(about["date"]) ?? Date.now(),
    ...(typeof network === "string" ? { network: string(network, LONGEST_NAME) } : {}),
    ...(groupedBy === "names" || groupedBy === "duplicates" || groupedBy === null ? { groupedBy } : {}),
    classNames: list(about["classNames"]).map((name) => string(name)),
    imageSize: count(about["imageSize"]) ?? 0,
    epoch: last?.epoch ?? 0,
    epochs: Math.max(count(about["epochs"]) ?? 0, last?.epoch ?? 0),
    device: device === "cpu" || device === "webgpu" ? device : null,
    browser: string(about["browser"]),
    last,
    ...digestOf(epochs),
    scores: scoresOf(about["scores"]),
    run: settings(about["run"]),
  };
}

/** Those that have what the lists show. @param {unknown} value */
export function scoresOf(value) {
  const scores = Object.entries(object(value) ?? {}).filter(([part, score]) => PARTS.includes(part) && Number.isFinite(object(score)?.["accuracy"]) && isShallow(score));
  return /** @type {RunAbout["scores"]} */ (Object.fromEntries(scores));
}

/** The settings, if they have the parts that the table of runs shows. @param {unknown} value */
export function settings(value) {
  const run = object(value);
  const parts = ["pictures", "model", "compile", "fit"].map((name) => object(run?.[name]));
  const [pictures, model, compile, fit] = parts;
  const numbers = [pictures?.["training"], fit && (fit["batchSize"] ?? 0)];
  const optimizer = string(object(compile?.["optimizer"])?.["type"]);
  const sound = numbers.every((number) => Number.isFinite(number)) && Array.isArray(model?.["layers"]) && optimizer !== "" && optimizer.length <= LONGEST_NAME && isShallow(run);
  return sound ? /** @type {RunManifest} */ (/** @type {unknown} */ (run)) : null;
}

/**
 * Whether a value can be written as JSON and sent to a worker, which a few thousand brackets in one another cannot.
 *
 * @param {unknown} value
 * @param {number} [levels]
 * @returns {boolean}
 */
export const isShallow = (value, levels = DEEPEST) => typeof value !== "object" || value === null || (levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1)));

/** @param {unknown} value @returns {value is EpochRecord} */
export function isRecord(value) {
  const record = object(value);
  const { epoch } = record ?? {};
  return record !== null && typeof epoch === "number" && epoch >= 1 && Number.isSafeInteger(epoch) && Object.values(record).every((number) => number === null || Number.isFinite(number));
}

/**
 * The curves of a run and how it ended; null if there are none. Epochs that are none are left out.
 *
 * @param {unknown} value
 * @returns {History | null}
 */
export function historyOf(value) {
  const history = object(value);
  if (!history) return null;
  const { epochs, stopped, reading, notes, changes } = history;
  return {
    epochs: Array.isArray(epochs) ? epochs.filter(isRecord) : [], stopped: stopped === "callback" || stopped === "aborted" ? stopped : "completed", reading: string(reading),
    notes: list(notes).map((note) => string(note)), changes: list(changes).filter(isChange),
  };
}

/** @param {unknown} value @returns {value is Change} */
function isChange(value) {
  const { epoch, step, what, layer, from, to } = object(value) ?? {};
  const words = (what === "learningRate" && layer === null) || (what === "dropout" && typeof layer === "string");
  return words && count(epoch) !== null && count(step) !== null && Number.isFinite(from) && Number.isFinite(to);
}

/** @param {unknown} value @returns {Json | null} */
export const object = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Json} */ (value) : null);

/** @param {unknown} value @returns {unknown[]} */
export const list = (value) => (Array.isArray(value) ? value.slice(0, MOST_EPOCHS) : []);

/** @param {unknown} value @param {number} [most] characters */
export const string = (value, most = LONGEST_TEXT) => (typeof value === "string" ? value.slice(0, most) : "");

/** @param {unknown} value */
export const count = (value) => (typeof value === "number" && value >= 0 && Number.isSafeInteger(value) ? value : null);
