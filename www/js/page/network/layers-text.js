/** Layers as text that a person can edit: JSON with one layer per line. Pure functions. */

import { TrainerError } from "../../shared/errors.js";
import { say } from "../language/say.js";

/** @import { LayerConfig } from "../../../tabfit.js" */

/**
 * One line per layer; the branches of a block are lists of layers too, and are indented.
 *
 * @param {readonly object[]} layers
 * @param {string} [indent]
 * @returns {string}
 */
export function formatLayers(layers, indent = "") {
  const deeper = `${indent}  `;
  return `[\n${layers.map((layer) => deeper + formatValue(layer, deeper)).join(",\n")}\n${indent}]`;
}

/**
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function formatValue(value, indent) {
  if (Array.isArray(value)) {
    const isBranch = value.some((item) => typeof item === "object" && item !== null && "type" in item);
    return isBranch ? formatLayers(value, indent) : `[${value.map((item) => formatValue(item, indent)).join(", ")}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const given = Object.entries(value).filter(([, option]) => option !== null); // null and absent mean the same
  return `{ ${given.map(([name, option]) => `${JSON.stringify(name)}: ${formatValue(option, indent)}`).join(", ")} }`;
}

/**
 * Checks only that the text is a JSON list; the wasm checks the layers.
 *
 * @param {string} text
 * @returns {LayerConfig[]}
 */
export function parseLayers(text) {
  /** @type {unknown} */
  let layers;
  try {
    layers = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TrainerError("ConfigError", say("The layers are not valid JSON: {why}", { why }));
  }
  if (!Array.isArray(layers)) throw new TrainerError("ConfigError", say("The layers must be a JSON list: [ … ]."));
  return layers;
}
