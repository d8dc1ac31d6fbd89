/** The weights of classes in a link. Their fields come with the pictures, so they wait for them. */

import { byId } from "../tools/dom.js";
import { tellAll } from "./fields.js";

const area = byId("class-weights", HTMLElement);

const inputs = () => [...area.querySelectorAll("input")];

/** @returns {string} JSON by class, empty if there are no classes yet */
export function writtenWeights() {
  const weights = inputs().map((input) => [input.dataset["class"] ?? "", input.valueAsNumber]);
  return weights.length > 0 ? JSON.stringify(Object.fromEntries(weights)) : "";
}

/**
 * Sets the fields that are there.
 *
 * @param {Map<string, number>} weights
 * @param {(field: HTMLInputElement) => void} onSet
 * @returns {string[]} the classes of which there is none
 */
export function setWeights(weights, onSet) {
  const known = new Map(inputs().map((input) => [input.dataset["class"] ?? "", input]));
  for (const [name, weight] of weights) {
    const input = known.get(name);
    if (!input) continue;
    input.valueAsNumber = weight;
    tellAll(input);
    onSet(input);
  }
  return [...weights.keys()].filter((name) => !known.has(name));
}

/** @param {() => void} act after the fields were made for the classes of new pictures */
export function onClasses(act) {
  area.addEventListener("change", ({ target }) => {
    if (target === area && inputs().length > 0) act();
  });
}
