/** Compiled and never run: a misspelt option fails before anything runs. */

import { Dataset, kerasCode, Sequential } from "../../pkg/tabfit.js";
import { layers } from "./api.js";

export async function everyMistake(files: FileList, folder: Dataset, network: Sequential): Promise<void> {
  // @ts-expect-error misspelt
  await Dataset.fromFolder(files, { imageSizes: 64 });
  // @ts-expect-error not given
  await Dataset.fromFolder(files);
  // @ts-expect-error numbers from 0 to 1 are not bytes
  Dataset.fromArrays({ images: new Float32Array(1), labels: [0], classNames: ["a", "b"], imageSize: 8 });
  // @ts-expect-error misspelt
  Dataset.fromArrays({ images: new Uint8Array(1), labels: [0], classes: ["a", "b"], imageSize: 8 });
  // @ts-expect-error there is no such preset
  await Sequential.create("resnet1001", folder);
  // @ts-expect-error a preset needs a picture size
  await Sequential.create("small", { classNames: ["a", "b"] });
  // @ts-expect-error there is no such device
  await Sequential.create("small", folder, "gpu");
  // @ts-expect-error misspelt
  await Sequential.create("efficientnet-lite0", folder, { weight: new ArrayBuffer(8) });
  // @ts-expect-error a number is no weights
  await Sequential.create("efficientnet-lite0", folder, { weights: 7 });
  // @ts-expect-error misspelt
  await Sequential.create([{ type: "Conv2D", filter: 8, kernelSize: 3 }], folder);
  // @ts-expect-error kernelSize is not given
  await Sequential.create([{ type: "Conv2D", filters: 8 }], folder);
  // @ts-expect-error there is no such layer
  await Sequential.create([{ type: "Conv4D" }], folder);
  // @ts-expect-error misspelt
  network.compile({ optimiser: "adam" });
  // @ts-expect-error there is no such optimizer
  network.compile({ optimizer: "adamm" });
  // @ts-expect-error misspelt
  network.compile({ optimizer: { type: "adam", lr: 0.1 } });
  // @ts-expect-error no option of sgd
  network.compile({ optimizer: { type: "sgd", beta1: 0.9 } });
  // @ts-expect-error misspelt
  network.compile({ optimizer: { type: "sgd", learningRate: { type: "CosineDecay", initialLearningRate: 0, decaySteps: 1, alfa: 0 } } });
  // @ts-expect-error misspelt
  network.compile({ optimizer: "adam", loss: { type: "CategoricalCrossentropy", smoothing: 0.1 } });
  // @ts-expect-error there is no such metric
  network.compile({ optimizer: "adam", metrics: ["acuracy"] });
  // @ts-expect-error misspelt
  network.compile({ optimizer: "adam", metrics: [{ type: "AUC", thresholds: 100 }] });
  // @ts-expect-error misspelt
  await network.fit(folder, { epoch: 1 });
  // @ts-expect-error misspelt
  await network.fit(folder, { augment: { flip: true } });
  // @ts-expect-error misspelt
  await network.fit(folder, { callbacks: [{ type: "EarlyStopping", patient: 3 }] });
  // @ts-expect-error filepath is not given
  await network.fit(folder, { callbacks: [{ type: "ModelCheckpoint" }] });
  // @ts-expect-error misspelt
  await network.fit(folder, { callbacks: [{ onEpochEnded: () => {} }] });
  // @ts-expect-error no option of ReduceLROnPlateau
  await network.fit(folder, { callbacks: [{ type: "ReduceLROnPlateau", restoreBestWeights: true }] });
  // @ts-expect-error there is no such event
  await network.fit(folder, {}, (event) => event.type === "epochs");
  // @ts-expect-error there is no such format
  await network.export("onx");
  // @ts-expect-error misspelt
  await Sequential.import([{ path: "model.safetensors", bytes: new Uint8Array(1) }]);
  // @ts-expect-error classNames is not given
  kerasCode({ model: { imageSize: 64, layers } });
  // @ts-expect-error there is no such part
  await network.evaluate(folder, "tests");
  // @ts-expect-error many pictures have answers, which have predictions
  (await network.predict([new Uint8Array(1)]))[0]?.className;
  // @ts-expect-error null takes a temperature back
  network.setTemperature("none");
  // @ts-expect-error the context of a canvas is no picture; the canvas is
  await network.predict(document.createElement("canvas").getContext("2d"));
  // @ts-expect-error misspelt
  await network.predict([new Uint8Array(1)], { onProgres: () => {} });
  // @ts-expect-error a controller is no signal
  await Dataset.fromFolder(files, { imageSize: 64, signal: new AbortController() });
  // @ts-expect-error the shape is not given
  network.setWeights([{ values: new Float32Array(1) }]);
  // @ts-expect-error a handle changes no weights
  await network.fit(folder, { callbacks: [{ onEpochEnd: (_epoch, _logs, run) => run.setWeights([]) }] });
  const { signal } = new AbortController();
  // @ts-expect-error a signal is an option, never an argument of its own
  await network.fit(folder, {}, null, signal);
  // @ts-expect-error a signal is an option
  await network.resume(folder, signal);
  // @ts-expect-error a signal is an option
  await network.remember(folder, signal);
  // @ts-expect-error misspelt
  await network.resume(folder, { callback: [] });
  // @ts-expect-error misspelt
  await Sequential.load(new Uint8Array(1), { devices: "cpu" });
  // @ts-expect-error a seed is of new networks
  await Sequential.import([], { seed: 1 });
}
