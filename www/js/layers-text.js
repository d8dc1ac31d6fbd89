/**
 * Layers as a person reads and writes them: JSON, one layer per line. Pure functions.
 */

import { TrainerError } from "./trainer-client.js";

/** @import { LayerConfig } from "../tabfit.js" */

/**
 * A list of twelve layers should be twelve lines.
 *
 * @param {readonly object[]} layers
 */
export function written(layers) {
  return `[\n${layers.map((layer) => `  ${JSON.stringify(layer, stated).replaceAll(",\"", ", \"")}`).join(",\n")}\n]`;
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

/**
 * Leaves out what is not set; absent and null mean the same to the trainer.
 *
 * @param {string} _key
 * @param {unknown} value
 */
function stated(_key, value) {
  return value === null ? undefined : value;
}
