/**
 * Sentences that arrive in English with their values: each is matched against patterns, and what fits is said in the other
 * language. Pure functions.
 *
 * A pattern has placeholders. `{name}` stands for anything, such as the name of a file, and stays as it is. `{n:number}` stands
 * for a number, and gets the other language's decimal mark. `{why:clause}` stands for a part that has a pattern itself; if it has
 * none, neither has the whole.
 */

import { fill } from "./say.js";

/**
 * @typedef {{ shape: RegExp, names: string[], kinds: (string | undefined)[], literal: number, other: string }} Pattern
 */

const PLACEHOLDER = /\{(\w+)(?::(number|clause))?\}/g;
const NUMBER = String.raw`[+-]?(?:\d[\d.,]*(?:e[+-]?\d+)?|NaN|inf|Infinity)`;
/** A clause within a clause within a clause: deeper none goes. */
const DEPTH = 4;

/**
 * @param {string} english
 * @param {string} other
 * @returns {Pattern}
 */
function pattern(english, other) {
  const found = [...english.matchAll(PLACEHOLDER)];
  const literals = english.split(/\{\w+(?::(?:number|clause))?\}/);
  const shapes = found.map(([, , kind]) => (kind === "number" ? `(${NUMBER})` : "(.+?)"));
  const escaped = literals.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return {
    shape: new RegExp(`^${escaped.map((text, i) => text + (shapes[i] ?? "")).join("")}$`, "s"),
    names: found.map(([, name = ""]) => name),
    kinds: found.map(([, , kind]) => kind),
    literal: literals.join("").length,
    other,
  };
}

/**
 * @param {Record<string, string>} exact sentences without values, by their English text
 * @param {Record<string, string>} patterns in the other language by their English ones
 * @param {string} mark the other language's between a whole number and its decimals
 * @returns {(sentence: string) => string} the sentence itself if no pattern fits
 */
export function hearing(exact, patterns, mark) {
  // The longest literal first: "{file} is cut off or damaged" before "{file} is damaged".
  const all = Object.entries(patterns).map(([english, other]) => pattern(english, other)).sort((a, b) => b.literal - a.literal);
  const swapped = (/** @type {string} */ number) => number.replace(/[.,]/g, (sign) => (sign === "." ? mark : "."));

  /** @param {string} sentence @param {number} depth @returns {string | null} */
  function heard(sentence, depth) {
    const whole = exact[sentence];
    if (whole !== undefined) return whole;
    for (const { shape, names, kinds, other } of depth > 0 ? all : []) {
      const values = shape.exec(sentence)?.slice(1);
      if (!values) continue;
      const said = values.map((value, i) => (kinds[i] === "clause" ? heard(value, depth - 1) : kinds[i] === "number" ? swapped(value) : value));
      if (said.includes(null)) continue;
      return fill(other, (name) => said[names.indexOf(name)] ?? undefined);
    }
    return null;
  }
  return (sentence) => heard(sentence, DEPTH) ?? sentence;
}
