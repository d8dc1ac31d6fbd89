/**
 * Sentences that arrive in English with their values: each is matched against patterns, and what fits is said in the other
 * language. Pure functions.
 *
 * A pattern has placeholders. `{name}` stands for anything, such as the name of a file, and stays as it is. `{n:number}` stands
 * for a number, and gets the other language's decimal mark. `{why:clause}` stands for a part that has a pattern itself; if it has
 * none, neither has the whole. `{why:heard}` stands for such a part too, or else for anything, which then stays as it is.
 */

import { fill } from "./say.js";

/**
 * @typedef {object} Pattern
 * @property {{ name: string, kind: string | undefined }[]} places
 * @property {string[]} literals around them
 * @property {RegExp} shape
 * @property {string} other the same in the other language
 */

const PLACE = /\{(\w+)(?::(number|clause|heard))?\}/g;
const NUMBER = String.raw`([+-]?(?:\d[\d.,]*(?:e[+-]?\d+)?|NaN|inf|Infinity))`;
/** How many sentences are remembered with what they are in the other language. */
const MOST_KNOWN = 500;
/** A clause within a clause within a clause: deeper none goes. */
const DEPTH = 4;

/** @param {string} english @param {string} other @returns {Pattern} */
function pattern(english, other) {
  const places = [...english.matchAll(PLACE)].map(([, name = "", kind]) => ({ name, kind }));
  const literals = english.replace(PLACE, "\u0000").split("\u0000");
  return { places, literals, shape: shape(places, literals, 1), other };
}

/**
 * @param {Pattern["places"]} places
 * @param {string[]} literals
 * @param {number} least the least length of what stands before a clause
 */
function shape(places, literals, least) {
  const parts = places.map(({ kind }, i) => (kind === "number" ? NUMBER : `(.{${places[i + 1]?.kind === "clause" ? least : 1},}?)`));
  const escaped = literals.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.map((text, i) => text + (parts[i] ?? "")).join("")}$`, "s");
}

/**
 * @param {Record<string, string>} exact sentences without values, by their English text
 * @param {Record<string, string>} patterns in the other language by their English ones
 * @param {string} mark the other language's between a whole number and its decimals
 * @returns {(sentence: string) => string} the sentence itself if no pattern fits
 */
export function hearing(exact, patterns, mark) {
  const size = (/** @type {Pattern} */ { literals }) => literals.join("").length;
  // The longest literal first: "{file} is cut off or damaged" before "{file} is damaged".
  const all = Object.entries(patterns).map(([english, other]) => pattern(english, other)).sort((a, b) => size(b) - size(a));

  /** @param {string} sentence @param {number} depth @returns {string | null} */
  function heard(sentence, depth) {
    if (Object.hasOwn(exact, sentence)) return exact[sentence] ?? null;
    if (depth === 0) return null;
    for (const one of all) {
      const said = fitted(one, sentence, depth);
      if (said !== null) return said;
    }
    return null;
  }

  /** @param {Pattern} one @param {string} sentence @param {number} depth @returns {string | null} */
  function fitted({ places, literals, shape: first, other }, sentence, depth) {
    // What stands before a clause can hold spaces: it is taken longer and longer, until the rest is a clause.
    const before = places.findIndex((_, i) => places[i + 1]?.kind === "clause");
    for (let found = first.exec(sentence); found; found = shape(places, literals, (found[before + 1] ?? "").length + 1).exec(sentence)) {
      const values = found.slice(1).map((value, i) => told(value, places[i]?.kind, depth - 1));
      if (!values.includes(null)) return fill(other, (name) => values[places.findIndex((place) => place.name === name)] ?? undefined);
      if (before < 0 || places[before]?.kind) return null;
    }
    return null;
  }

  /** @param {string} value @param {string | undefined} kind @param {number} depth */
  function told(value, kind, depth) {
    if (kind === "number") return value.replace(/[.,]/g, (sign) => (sign === "." ? mark : "."));
    if (kind === "clause") return heard(value, depth);
    return kind === "heard" ? heard(value, depth) ?? value : value;
  }

  /** The notes of a run are heard again with each of its epochs. @type {Map<string, string>} */
  const known = new Map();
  return (sentence) => {
    const said = known.get(sentence) ?? heard(sentence, DEPTH) ?? sentence;
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(sentence, said);
    return said;
  };
}
