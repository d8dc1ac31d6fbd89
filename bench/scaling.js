/** The worker of scaling.mjs: trains a small network on more and more pictures, and for more and more epochs. */

import { contend } from "./contend.js";
import { CLASSES } from "./inputs.js";
import init, { Dataset, Sequential } from "/tabfit.js";

const IMAGE_SIZE = 32;
const BATCH_SIZE = 32;

let memory, device;

contend({
  async open(settings) {
    ({ memory } = await init({ device: settings.device }));
    device = settings.device;
    return null;
  },
  more: { train },
});

/** Trains, and returns the milliseconds per picture and the bytes of the wasm's memory for each epoch. */
async function train({ images, epochs }) {
  const labels = Array.from({ length: images }, (_, i) => i % CLASSES.length);
  const pixels = new Uint8Array(images * IMAGE_SIZE ** 2 * 3).map((_, i) => (i * 37) % 251);
  const dataset = Dataset.fromArrays({ images: pixels, labels, classNames: CLASSES, imageSize: IMAGE_SIZE });
  const layers = [
    { type: "Rescaling", scale: 1 / 255 },
    { type: "Conv2D", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
    { type: "MaxPooling2D" },
    { type: "Conv2D", filters: 8, kernelSize: 3, padding: "same", activation: "relu" },
    { type: "MaxPooling2D" },
    { type: "Flatten" },
    { type: "Dense", units: CLASSES.length, activation: "softmax" },
  ];
  const network = await Sequential.create({ imageSize: IMAGE_SIZE, layers }, CLASSES, device, 1);
  network.compile({ optimizer: "adam" });
  const measured = [];
  await network.fit(dataset, { epochs, batchSize: BATCH_SIZE, validationSplit: 0 }, (event) => {
    if (event.type !== "epoch") return;
    measured.push({ msPerImage: (1000 * event.seconds) / images, wasmBytes: memory.buffer.byteLength });
  });
  network.free();
  dataset.free();
  return measured;
}
