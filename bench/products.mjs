/** The matrix products of a training step of a network, and the floating-point operations of each, counted from its layers. */

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
 * @param {import("./contenders.mjs").Case} size with its layers
 * @returns {{ forward: Product[], inputGradients: Product[], weightGradients: Product[] }} each in the order of a step; the
 *   gradient of the pictures is not computed
 */
export function products({ imageSize, batchSize, layers }) {
  const forward = [];
  const counts = { conv: 0, depthwise: 0, dense: 0 };
  const add = (kind, inputs, outputs, multiplications) => {
    counts[kind] += 1;
    forward.push({ layer: `${kind}${counts[kind]}, ${inputs} to ${outputs}`, flops: 2 * batchSize * multiplications });
  };
  through(layers, { side: imageSize, channels: 3 }, add);
  const back = forward.toReversed();
  return { forward, inputGradients: back.slice(0, -1), weightGradients: back };
}

/** Adds the products of these layers, and gives the shape of their output. The other layers keep the shape. */
function through(layers, given, add) {
  return layers.reduce(({ side, channels }, layer) => {
    const { type, filters, kernelSize, depthMultiplier = 1, poolSize, units } = layer;
    if (type === "Conv2D") {
      const after = { side: slid(side, layer), channels: filters };
      add("conv", channels, filters, (after.side * kernelSize) ** 2 * channels * filters);
      return after;
    }
    if (type === "DepthwiseConv2D") {
      const after = { side: slid(side, layer), channels: channels * depthMultiplier };
      add("depthwise", channels, after.channels, (after.side * kernelSize) ** 2 * after.channels);
      return after;
    }
    if (type === "Dense") {
      add("dense", channels, units, channels * units);
      return { side, channels: units };
    }
    if (type === "Residual") {
      through(layer.shortcut ?? [], { side, channels }, add);
      return through(layer.layers, { side, channels }, add);
    }
    if (type === "Flatten") return { side: 1, channels: side ** 2 * channels };
    if (type.startsWith("Global")) return { side: 1, channels };
    if (poolSize) return { side: slid(side, { strides: poolSize, ...layer, kernelSize: poolSize }), channels };
    return { side, channels };
  }, given);
}

/** How often a window fits along a side. */
const slid = (side, { kernelSize, strides = 1, padding = "valid" }) => (padding === "same" ? Math.ceil(side / strides) : Math.floor((side - kernelSize) / strides) + 1);

/** @param {import("./contenders.mjs").Case} size with its layers @returns {number} floating-point operations of a step */
export const flopsOf = (size) => Object.values(products(size)).flat().reduce((sum, { flops }) => sum + flops, 0);
