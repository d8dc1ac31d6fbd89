/** Numbers as a person reads them, in the language of the page. */

import { isolated } from "../language/direction.js";
import { fixed, inLanguage, marked, say, spoken } from "../language/say.js";

/** @param {number | null | undefined} value */
export const decimals = (value) => (value == null ? "–" : fixed(value, 4));

/** @param {number | null | undefined} value */
export const short = (value) => (value == null ? "–" : fixed(value, value >= 100 ? 1 : 3));

/** @param {number | null | undefined} value */
export const hundredths = (value) => (value == null ? "–" : fixed(value, 2));

/** @param {number | null | undefined} value a share from 0 to 1 */
export const percent = (value) => (value == null ? "–" : say("{number} %", { number: fixed(value * 100, 1) }));

/**
 * Learning rates below 0.0001 would read as zero with four decimals.
 *
 * @param {number} value
 */
export const rate = (value) => (value >= 1e-3 || value === 0 ? fixed(value, 4) : marked(value.toExponential(1)));

/** A number with the three digits that count, however small or large it is. @param {number} value */
export function digits(value) {
  if (!Number.isFinite(value)) return say("not a number");
  const plain = value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5);
  return marked(plain ? String(Number(value.toPrecision(3))) : value.toExponential(2));
}

/** @param {number} value */
export const count = (value) => inLanguage(() => value.toLocaleString(spoken()));

/**
 * A number of things: "1 picture", "2 pictures". Where the words around it change with the number, the whole is a sentence.
 *
 * @param {number} value
 * @param {string} singular
 * @param {string} [plural]
 */
export const many = (value, singular, plural = `${singular}s`) => say(`{count} ${value === 1 ? singular : plural}`, { count: count(value) });

/**
 * A rough time, for a person who waits.
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  if (!Number.isFinite(seconds)) return say("an unknown time");
  if (seconds < 1) return say("less than a second");
  if (seconds < 10) return say("a few seconds");
  if (seconds < 90) return say("about {n} s", { n: Math.round(seconds / 5) * 5 });
  if (seconds < 90 * 60) return say("about {n} min", { n: Math.round(seconds / 60) });
  return say("about {n} h", { n: fixed(seconds / 3600, 1) });
}

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1000) return many(bytes, "byte");
  if (bytes < 1e6) return say("{n} kB", { n: fixed(bytes / 1e3, 1) });
  return bytes < 1e9 ? say("{n} MB", { n: fixed(bytes / 1e6, 1) }) : say("{n} GB", { n: fixed(bytes / 1e9, 1) });
}

/**
 * A day and a time.
 *
 * @param {number} date in milliseconds since 1970
 */
export const moment = (date) => inLanguage(() => new Date(date).toLocaleString(spoken(), { dateStyle: "long", timeStyle: "short" }));

/** The same, shorter. @param {number} date */
export const shortMoment = (date) => inLanguage(() => new Date(date).toLocaleString(spoken(), { dateStyle: "medium", timeStyle: "short" }));

/**
 * "a", "a and b", "a, b and c".
 *
 * @param {readonly string[]} words
 */
export function list(words) {
  return words.length < 2 ? words.join("") : say("{words} and {last}", { words: words.slice(0, -1).map(isolated).join(", "), last: words.at(-1) ?? "" });
}

/**
 * Several sentences, one after the other.
 *
 * @param {readonly string[]} sentences
 * @returns {string}
 */
export const together = ([first = "", ...rest]) => (rest.length === 0 ? first : say("{what} {more}", { what: first, more: together(rest) }));

/** Of more names than this, the first few are written out. */
const [MANY, FEW] = [20, 5];

/**
 * Names in one line, of very many only the first: "tench, goldfish, shark, ray, cock and 995 others".
 *
 * @param {readonly string[]} words
 */
export const names = (words) =>
  (words.length > MANY
    ? say("{words} and {n} others", { words: words.slice(0, FEW).map(isolated).join(", "), n: count(words.length - FEW) })
    : list(words));

/**
 * Where a run stands, in one line.
 *
 * @param {{ epoch: number, step: number, steps: number, imagesPerSecond: number, secondsLeft: number }} progress
 * @param {number} epochs
 */
export function progressText({ epoch, step, steps, imagesPerSecond, secondsLeft }, epochs) {
  const speed = imagesPerSecond < 10 ? fixed(imagesPerSecond, 1) : count(Math.round(imagesPerSecond));
  const values = { epoch, epochs, step, steps, speed, time: duration(secondsLeft) };
  return say("Epoch {epoch} of {epochs} · step {step} of {steps} · {speed} images/s · {time} left", values);
}

/** What a run is called: by the person, or as long as they have not, by what the trainer worker knows of it. @param {string} name */
export function nameOf(name) {
  if (name === "My own layers") return say("My own layers");
  if (name === "Trained on") return say("Trained on");
  if (name === "Recovered") return say("Recovered");
  return name === "Opened" ? say("Opened") : name;
}
