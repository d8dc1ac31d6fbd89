/** The matrix products of a training step of the measured network, and the floating-point operations of each. */

/** Inputs and outputs of each convolution, and how often the side of its picture has been halved. */
const CONVOLUTIONS = [[3, 32, 0], [32, 32, 0], [32, 64, 1], [64, 128, 2]];
const DENSE = [256, 4];

/**
 * tabfit's kernel that begins a step, and those that compute products: by its name, after which its shapes follow, the lists of which
 * each takes the next product. Where a GPU is better off, one kernel also takes the largest of each window, or both gradients.
 */
export const KERNELS = {
  first: "fill",
  products: {
    convolution: ["convolutions"],
    convolution_pooled: ["convolutions"],
    partial: ["weightGradients"],
    input_and_partial: ["convolutions", "weightGradients"],
  },
};

/**
 * @typedef {{ layer: string, flops: number }} Product
 *
 * @param {import("./contenders.mjs").Case} size
 * @returns {{ forward: Product[], inputGradients: Product[], weightGradients: Product[] }} each in the order of a step; the
 *   gradient of the pictures is not computed
 */
export function products({ imageSize, batchSize }) {
  const convolutions = CONVOLUTIONS.map(([inputs, outputs, halved], i) => {
    const pixels = (imageSize >> halved) ** 2;
    return { layer: `conv${i + 1}, ${inputs} to ${outputs}`, flops: 2 * batchSize * pixels * 9 * inputs * outputs };
  });
  let inputs = (imageSize >> 3) ** 2 * 128;
  const dense = DENSE.map((outputs, i) => {
    const product = { layer: `dense${i + 1}, ${inputs} to ${outputs}`, flops: 2 * batchSize * inputs * outputs };
    inputs = outputs;
    return product;
  });
  const forward = [...convolutions, ...dense];
  const back = forward.toReversed();
  return { forward, inputGradients: back.slice(0, -1), weightGradients: back };
}

/** @param {import("./contenders.mjs").Case} size @returns {number} floating-point operations of a step */
export const flopsOf = (size) => Object.values(products(size)).flat().reduce((sum, { flops }) => sum + flops, 0);
