/**
 * Layers as a person reads and writes them: JSON, one layer per line. Pure functions.
 */

import { TrainerError } from "../../shared/errors.js";

/** @import { LayerConfig } from "../../../tabfit.js" */

/**
 * A list of twelve layers should be twelve lines; the branches of a block are such lists too.
 *
 * @param {readonly object[]} layers
 * @param {string} [indent]
 * @returns {string}
 */
export function written(layers, indent = "") {
  const deeper = `${indent}  `;
  return `[\n${layers.map((layer) => deeper + spaced(layer, deeper)).join(",\n")}\n${indent}]`;
}

/**
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function spaced(value, indent) {
  if (Array.isArray(value)) {
    const branch = value.some((item) => typeof item === "object" && item !== null && "type" in item);
    return branch ? written(value, indent) : `[${value.map((item) => spaced(item, indent)).join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const given = Object.entries(value).filter(([, option]) => option !== null); // null and absent mean the same
  return `{ ${given.map(([name, option]) => `${JSON.stringify(name)}: ${spaced(option, indent)}`).join(", ")} }`;
}

/**
 * Whether they are layers at all is the engine's to say.
 *
 * @param {string} text
 * @returns {LayerConfig[]}
 */
export function parsed(text) {
  /** @type {unknown} */
  let layers;
  try {
    layers = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TrainerError("ConfigError", `The layers are not valid JSON: ${why}`);
  }
  if (!Array.isArray(layers)) throw new TrainerError("ConfigError", "The layers must be a JSON list: [ … ].");
  return layers;
}
