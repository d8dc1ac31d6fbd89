/**
 * The values of the form's inputs, by their ids. An empty or invalid number is NaN, which the wasm refuses with a sentence
 * about that option.
 */

import { spoken } from "../../language/say.js";
import { byId } from "../../tools/dom.js";

/** @param {string} id */
export const number = (id) => byId(id, HTMLInputElement).valueAsNumber;

/**
 * A number that may be left empty: undefined if it is empty, NaN if it is invalid.
 *
 * @param {string} id
 */
export function optional(id) {
  const { value, validity, valueAsNumber } = byId(id, HTMLInputElement);
  return value === "" && !validity.badInput ? undefined : valueAsNumber;
}

/**
 * "500, 1000" as numbers. In German a comma between two digits stands before decimals, as long as no point does: "0,2" is one
 * number, and "0,8, 1,2" are two.
 *
 * @param {string} id
 */
export function numbers(id) {
  const given = text(id);
  const plain = spoken() === "de" && !given.includes(".") ? given.replace(/(\d),(?=\d)/g, "$1.") : given;
  return plain.split(/[\s,;]+/).filter(Boolean).map(Number);
}

/** @param {string} id */
export const checked = (id) => byId(id, HTMLInputElement).checked;

/** @param {string} id */
export const text = (id) => byId(id, HTMLInputElement).value;

/** @param {string} id */
export const choice = (id) => byId(id, HTMLSelectElement).value;
