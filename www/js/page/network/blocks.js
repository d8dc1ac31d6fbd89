/** The blocks of a network, and the layers of the last ones. Pure functions. */

/**
 * @import { ModelSummary } from "../../../tabfit.js"
 * @typedef {ModelSummary["layers"][number]} Layer
 */

/** What the names of a block's layers begin with: `block2a` in EfficientNet, `block_3` in MobileNetV2, `conv4_block1` in ResNet. */
const BLOCK = /^(\w+_)?block_?\d+[a-z]?(?=_)/i;

/** What the name of a layer begins with if it belongs to a block. @param {string} name */
export const blockName = (name) => BLOCK.exec(name)?.[0];

/**
 * The names of the layers that learn when the last blocks are fine-tuned: all from the first of these blocks on that have
 * weights, except batch normalization. It keeps its statistics, as Keras recommends: a few pictures would spoil them.
 *
 * @param {readonly Layer[]} layers
 * @param {number} count of the blocks; with more than there are, the whole network learns
 */
export function lastBlocks(layers, count) {
  const first = blockStarts(layers).at(-count) ?? 0;
  return layers.slice(first).filter(({ type, parameters }) => parameters > 0 && type !== "BatchNormalization").map(({ name }) => name);
}

/**
 * Where each block begins. Blocks have names of their own, or else end with a sum; in a network without either, each layer
 * with weights is one. The head is none.
 *
 * @param {readonly Layer[]} layers
 */
function blockStarts(layers) {
  const names = layers.map(({ name }) => blockName(name));
  const named = names.flatMap((name, i) => (name && name !== names[i - 1] ? [i] : []));
  if (named.length > 0) return named;
  const sums = layers.flatMap(({ type }, i) => (type === "Add" ? [i] : []));
  if (sums.length > 0) return sums.map((_, i) => (sums[i - 1] ?? -1) + 1);
  const learning = layers.flatMap(({ type, parameters }, i) => (parameters > 0 && type !== "BatchNormalization" ? [i] : []));
  return learning.slice(0, -1);
}
