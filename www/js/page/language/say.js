/**
 * The sentences of the page in the person's language. A sentence is looked up by its English text, which is what the code
 * holds; without a table, or without an entry, it stays English. What is said can be said again after the language has
 * changed: `again` tells how, as long as the task lasts in which it was said.
 */

import { isolated, undirected } from "./direction.js";

/**
 * @typedef {object} Language
 * @property {"en" | "de"} code
 * @property {string} mark between a whole number and its decimals
 * @property {Record<string, string>} sentences by their English text
 * @property {(sentence: string) => string} hear says a sentence that arrives in English with its values
 */

/** @type {Language} */
export const ENGLISH = { code: "en", mark: ".", sentences: {}, hear: (sentence) => sentence };
let language = ENGLISH;

/** How to say it again, by what was said in this task. @type {Map<unknown, () => string>} */
const fresh = new Map();

/** @param {Language} wished */
export function speak(wished) {
  language = wished;
}

/** The language that is spoken, for `Intl`. */
export const spoken = () => language.code;

/**
 * A sentence in the person's language.
 *
 * @param {string} sentence in English, with names in braces where values stand: `"{done} of {all} pictures"`
 * @param {Record<string, string | number>} [values] by these names; one that was said itself changes its language too
 */
export function say(sentence, values = {}) {
  const parts = Object.entries(values).map(([name, value]) => /** @type {const} */ ([name, again(value) ?? (() => String(value))]));
  const made = new Map(parts);
  return inLanguage(() => fill(language.sentences[sentence] ?? sentence, (name) => made.get(name)?.()));
}

/**
 * A sentence of the trainer worker or of the wasm, which arrives in English; one that the page itself has said stays.
 * Where a name in it ends cannot be known, so that signs of direction go.
 *
 * @param {string} sentence
 */
export const hear = (sentence) => again(sentence)?.() ?? inLanguage(() => language.hear(undirected(sentence)));

/** A number with a fixed count of decimals. @param {number} value @param {number} digits */
export const fixed = (value, digits) => marked(value.toFixed(digits));

/** A number in English with the language's own sign before its decimals. @param {string} number */
export const marked = (number) => inLanguage(() => number.replace(".", language.mark));

/** A text that depends on the language, such as a date. @param {() => string} make */
export function inLanguage(make) {
  const text = make();
  if (fresh.size === 0) setTimeout(() => fresh.clear());
  fresh.set(text, () => inLanguage(make));
  return text;
}

/** How to say again what was said in this task; undefined for anything else. @param {unknown} text */
export const again = (text) => fresh.get(text);

/**
 * A text with its placeholders filled in. A value is not looked through, whatever it holds, and turns no word around it.
 *
 * @param {string} text
 * @param {(name: string) => string | undefined} value undefined leaves the placeholder as it is
 */
export const fill = (text, value) => text.replace(/\{(\w+)\}/g, (whole, name) => isolated(value(name) ?? whole));
