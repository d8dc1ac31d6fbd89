/** Numbers and names of a report as a person reads them, the same in its HTML and in its checklist. */

import { say } from "../../language/say.js";
import { count, decimals, duration, hundredths, percent } from "../../tools/format.js";

/**
 * @import { Part } from "../../../../tabfit.js"
 * @import { Known, Score, SoftwarePart } from "../report.js"
 */

/** Scores that are shares of pictures; the others have no unit. */
const SHARES = /accuracy|sensitivity|specificity|precision$/;

/** One number of a score. @param {string} key of the score @param {number | null} value */
const numberText = (key, value) => (SHARES.test(key) ? percent(value) : decimals(value));

/** A score with its interval: "91.2 % (95 % interval 86.0 % to 94.9 %)". @param {string} key @param {Score} score */
export function scoreText(key, { value, interval }) {
  if (value === null) return say("not defined");
  if (!interval) return say("{value} (without an interval)", { value: numberText(key, value) });
  const values = { value: numberText(key, value), low: numberText(key, interval.low), high: numberText(key, interval.high) };
  return say("{value} (95 % interval {low} to {high})", values);
}

/** The same in a narrow column: "0.91 (0.86 to 0.95)". @param {Score} score */
export function scoreCell({ value, interval }) {
  if (value === null) return "–";
  if (!interval) return hundredths(value);
  return say("{value} ({low} to {high})", { value: hundredths(value), low: hundredths(interval.low), high: hundredths(interval.high) });
}

/** @param {SoftwarePart} software @returns {[string, string][]} */
export const softwareRows = ({ tabfit, browser, device, threads, resumed }) => [
  ["tabfit", tabfit ?? say("not known")],
  [say("Browser"), browser],
  [say("Device"), device],
  [say("CPU threads"), threads === null ? say("not known") : String(threads)],
  ...resumed.map(({ epoch, step, device, threads }) => /** @type {[string, string]} */ ([
    say("Went on after an interruption"),
    say("in epoch {epoch}, after step {step}, on {device} with {threads} threads", { epoch, step, device, threads }),
  ])),
];

/** @param {Part} part */
export const partName = (part) => ({ training: say("Training"), validation: say("Validation"), test: say("Test") })[part];

/** What is known, or the sentence that says why it is not. @template T @param {Known<T>} known @param {(value: T) => string} words */
export const knownText = (known, words) => (isUnknown(known) ? known.unknown : words(known));

/** @template T @param {Known<T>} known @returns {known is import("../report.js").Unknown} */
export const isUnknown = (known) => typeof known === "object" && known !== null && "unknown" in known;

/** @param {number} files that were skipped */
export function skippedSentence(files) {
  if (files === 0) return say("No file of the folder was skipped.");
  return files === 1
    ? say("1 file of the folder was skipped; the report lists it with the reason.")
    : say("{count} files of the folder were skipped; the report lists them with their reasons.", { count: count(files) });
}

/** How long something took. @param {number} seconds */
export function took(seconds) {
  if (seconds < 60) return say("{n} s", { n: Math.round(seconds) });
  if (seconds < 3600) return say("{n} min {s} s", { n: Math.floor(seconds / 60), s: Math.round(seconds % 60) });
  return duration(seconds);
}

/** What an issue is called. @param {string} kind @returns {string} */
export const issueName = (kind) => ({
  dark: say("dark"), light: say("light"), blurry: say("blurry"), low_information: say("low information"), odd_size: say("odd size"),
  odd_aspect_ratio: say("odd aspect ratio"), grayscale: say("greyscale among colour"), outlier: say("outlier"),
})[kind] ?? kind;

/** @param {string} property @returns {string} */
export const propertyName = (property) => ({
  size: say("size"), aspect_ratio: say("aspect ratio"), brightness: say("brightness"), sharpness: say("sharpness"), format: say("file format"), border: say("border"), border_tone: say("tone of the border"),
})[property] ?? property;
