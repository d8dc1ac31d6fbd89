/** Describes a network of one's own, layer by layer, with Keras's names. */

import init, { Dataset, Sequential, summarize } from "tabfit";
import { classNames, draw, imageSize } from "./shapes.js";

/** @import { ModelConfig } from "tabfit" */

/** @type {ModelConfig} */
const model = {
  imageSize,
  layers: [
    { type: "Rescaling", scale: 1 / 255 },
    { type: "Conv2D", filters: 8, kernelSize: 3, padding: "same", useBias: false },
    { type: "BatchNormalization" },
    { type: "ReLU" },
    { type: "Residual", layers: [{ type: "DepthwiseConv2D", kernelSize: 3, padding: "same" }, { type: "Conv2D", filters: 8, kernelSize: 1 }] },
    { type: "MaxPooling2D", poolSize: 2 },
    { type: "GlobalAveragePooling2D" },
    { type: "Dropout", rate: 0.1 },
    { type: "Dense", units: classNames.length, activation: "softmax" },
  ],
};

await init();
console.log(summarize(model, classNames.length).text); // refuses layers that do not fit, by name
const dataset = Dataset.fromArrays({ ...draw(160), classNames, imageSize });
const network = await Sequential.create(model, dataset);
network.compile({ optimizer: { type: "sgd", learningRate: 0.05, momentum: 0.9 }, loss: { type: "CategoricalCrossentropy", labelSmoothing: 0.1 } });
const { epochs } = await network.fit(dataset, { epochs: 3 });
console.log(`The loss went from ${epochs[0]?.loss?.toFixed(3)} to ${epochs.at(-1)?.loss?.toFixed(3)}.`);
