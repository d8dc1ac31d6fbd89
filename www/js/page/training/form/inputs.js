/**
 * The values of the form's inputs, by their ids. An empty or invalid number is NaN, which the wasm refuses with a sentence
 * about that option.
 */

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
 * "500, 1000" as numbers.
 *
 * @param {string} id
 */
export function numbers(id) {
  return text(id).split(/[\s,;]+/).filter(Boolean).map(Number);
}

/** @param {string} id */
export const checked = (id) => byId(id, HTMLInputElement).checked;

/** @param {string} id */
export const text = (id) => byId(id, HTMLInputElement).value;

/** @param {string} id */
export const choice = (id) => byId(id, HTMLSelectElement).value;
