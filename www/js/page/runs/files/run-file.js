/**
 * A run as one file, `<name>.tabfit-run.json`: JSON text
 *
 *     { "format": "tabfit-run", "version": 1, "about": {…}, "history": {…} or null }
 *
 * `about` is what the manifest of a kept run says (`RunAbout` in shared/runs.d.ts): its name, note and date, its settings as
 * `run`, its scores. `history` holds its curves as `fit` returns them. Neither weights nor pictures are in it. A number that was
 * NaN or infinite is null. What is opened is checked only where the page relies on it; everything else is shown as text.
 */

import { digestOf } from "../../../shared/run-line.js";
import { refused } from "./refuse.js";

/**
 * @import { Change, EpochRecord, RunManifest } from "../../../../tabfit.js"
 * @import { Run, RunAbout } from "../../../shared/runs.js"
 * @typedef {Record<string, unknown>} Json
 */

export const FORMAT = "tabfit-run";
const VERSION = 1;
const PARTS = ["training", "validation", "test"];
const [MOST_EPOCHS, LONGEST_NAME, LONGEST_NOTE, LONGEST_TEXT] = [20_000, 80, 200, 500];

/** @param {Run} run */
export function writeRun({ about, history }) {
  return JSON.stringify({ format: FORMAT, version: VERSION, about, history });
}

/**
 * @param {string} text
 * @param {string} file its name
 * @returns {Run}
 */
export function readRun(text, file) {
  const whole = parsed(text, file);
  if (whole?.["format"] !== FORMAT) throw refused("“{file}” is JSON, but no run of this page: those end in .tabfit-run.json.", file);
  if (whole["version"] !== VERSION) throw refused("“{file}” was written by a newer version of this page; reload the page to get it.", file);
  const about = object(whole["about"]);
  const history = object(whole["history"]);
  const epochs = history?.["epochs"] ?? [];
  if (!about || !Array.isArray(epochs) || epochs.length > MOST_EPOCHS || !epochs.every(isRecord)) {
    throw refused("“{file}” is damaged: its curves are not those of a run.", file);
  }
  return {
    about: aboutOf(about, epochs, file),
    history: history && {
      epochs, stopped: stopped(history["stopped"]), reading: string(history["reading"]),
      notes: list(history["notes"]).map((note) => string(note)), changes: list(history["changes"]).filter(isChange),
    },
  };
}

/**
 * @param {Json} about
 * @param {EpochRecord[]} epochs
 * @param {string} file
 * @returns {RunAbout}
 */
function aboutOf(about, epochs, file) {
  const { device, network } = about;
  const last = epochs.at(-1) ?? null;
  return {
    name: string(about["name"], LONGEST_NAME).trim() || file,
    note: string(about["note"], LONGEST_NOTE),
    date: count(about["date"]) ?? Date.now(),
    ...(typeof network === "string" ? { network: string(network, LONGEST_NAME) } : {}),
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
    imported: { from: "tabfit", file },
  };
}

/** Those that have what the lists show. @param {unknown} value */
function scoresOf(value) {
  const scores = Object.entries(object(value) ?? {}).filter(([part, score]) => PARTS.includes(part) && Number.isFinite(object(score)?.["accuracy"]));
  return /** @type {RunAbout["scores"]} */ (Object.fromEntries(scores));
}

/** The settings, if they have the parts that the table of runs shows. @param {unknown} value */
function settings(value) {
  const run = object(value);
  const parts = ["pictures", "model", "compile", "fit"].map((name) => object(run?.[name]));
  const [pictures, model, compile, fit] = parts;
  const numbers = [pictures?.["training"], fit?.["batchSize"] ?? 0];
  const optimizer = string(object(compile?.["optimizer"])?.["type"]);
  const sound = numbers.every((number) => Number.isFinite(number)) && Array.isArray(model?.["layers"]) && optimizer !== "" && optimizer.length <= LONGEST_NAME;
  return sound ? /** @type {RunManifest} */ (/** @type {unknown} */ (run)) : null;
}

/** @param {unknown} value @returns {value is EpochRecord} */
function isRecord(value) {
  const record = object(value);
  const { epoch } = record ?? {};
  return record !== null && typeof epoch === "number" && epoch >= 1 && Number.isSafeInteger(epoch) && Object.values(record).every((number) => number === null || Number.isFinite(number));
}

/** @param {unknown} value @returns {value is Change} */
function isChange(value) {
  const { epoch, step, what, layer, from, to } = object(value) ?? {};
  const words = (what === "learningRate" && layer === null) || (what === "dropout" && typeof layer === "string");
  return words && count(epoch) !== null && count(step) !== null && Number.isFinite(from) && Number.isFinite(to);
}

/** How the run ended. @param {unknown} value */
const stopped = (value) => (value === "callback" || value === "aborted" ? value : "completed");

/** @param {string} text @param {string} file */
function parsed(text, file) {
  try {
    return object(JSON.parse(text));
  } catch {
    throw refused("“{file}” is damaged: it is no whole JSON text.", file);
  }
}

/** @param {unknown} value @returns {Json | null} */
const object = (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? /** @type {Json} */ (value) : null);

/** @param {unknown} value @returns {unknown[]} */
const list = (value) => (Array.isArray(value) ? value.slice(0, MOST_EPOCHS) : []);

/** @param {unknown} value @param {number} [most] characters */
const string = (value, most = LONGEST_TEXT) => (typeof value === "string" ? value.slice(0, most) : "");

/** @param {unknown} value */
const count = (value) => (typeof value === "number" && value >= 0 && Number.isSafeInteger(value) ? value : null);
