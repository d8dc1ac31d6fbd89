/** Writes a trained network for Keras and other tools, and its training as a Python script. */

import init, { Dataset, kerasCode, Sequential } from "tabfit";
import { classNames, draw, imageSize } from "./shapes.js";

/** @import { CompileConfig, ExportFormat, FitConfig } from "tabfit" */

await init();
const dataset = Dataset.fromArrays({ ...draw(80), classNames, imageSize });
const network = await Sequential.create("small", dataset);
/** @type {CompileConfig} */
const compile = { optimizer: { type: "adamw", learningRate: 0.002, weightDecay: 0.01 } };
/** @type {FitConfig} */
const fit = { epochs: 2, batchSize: 16, validationSplit: 0.25 };
network.compile(compile);
await network.fit(dataset, fit);

/** @type {ExportFormat[]} */
const formats = ["keras-file", "keras", "tfjs", "safetensors", "onnx"];
for (const format of formats) {
  const files = await network.export(format);
  console.log(`${format}: ${files.map(({ name, bytes }) => `${name} (${bytes.length} bytes)`).join(", ")}`);
}
const { model } = /** @type {NonNullable<typeof network.info.manifest>} */ (network.info.manifest);
console.log(kerasCode({ model, classNames, compile, fit }));

const [file] = await network.export("keras-file");
const opened = await Sequential.import([{ name: "model.keras", bytes: file?.bytes ?? new Uint8Array() }]);
console.log(`Opened again, it has ${opened.info.summary.parameters} parameters.`);
