/** A run that the package exports for another machine, and the same run as it goes on here: in Node, on the processor. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { png } from "./png.mjs";

/** In a layer's name, TensorFlow refuses the space. */
export const LAYERS = [
  { type: "Rescaling", scale: 1 / 127.5, offset: -1 },
  { type: "Conv2D", filters: 6, kernelSize: 3, padding: "same", useBias: false, name: "first layer" },
  { type: "BatchNormalization" },
  { type: "Activation", activation: "relu" },
  { type: "Residual", layers: [{ type: "Conv2D", filters: 6, kernelSize: 3, padding: "same", activation: "relu", kernelRegularizer: { l2: 0.01 } }] },
  { type: "MaxPooling2D" },
  { type: "Conv2D", filters: 8, kernelSize: 3, activation: "relu", trainable: false },
  { type: "GlobalAveragePooling2D" },
  { type: "Dense", units: 2, activation: "softmax" },
];

/** Pictures of the network's size, so that every decoder makes the same pixels of them: light above, or light below. */
function pictures(count, size) {
  let state = 7;
  const random = () => (state = (state * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  const picture = (light) => png({ width: size, height: size, channels: 3, value: (_, y) => Math.floor(random() * 200 + ((y < size / 2) === light ? 55 : 0)) });
  return Array.from({ length: count }, (_, i) => [`pets/${i % 2 ? "dog" : "big cat"}/${i}.png`, picture(i % 2 === 0)]);
}

/** @param {string} root @param {Iterable<[string, Uint8Array | string]>} files */
export function writeAll(root, files) {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/**
 * Trains up to a step, exports the run to `root/run` and its pictures to `root/pictures`, and trains on.
 *
 * @param {typeof import("../../www/tabfit.js")} tabfit
 * @param {string} root
 * @param {object} options
 * @param {import("../../www/tabfit.js").FitConfig} options.fit
 * @param {import("../../www/tabfit.js").CompileConfig} options.compile
 * @param {{ epoch: number, step: number }} options.stop after so many steps of this epoch
 * @param {number} [options.count] of pictures
 * @param {number} [options.size] of the pictures
 * @param {object[]} [options.layers]
 * @param {boolean} [options.resumes] whether it is trained on
 * @returns the records of all epochs, the network and its pictures
 */
export async function exportedRun(tabfit, root, { fit, compile, stop, count = 46, size = 16, layers = LAYERS, resumes = true }) {
  const files = pictures(count, size);
  const dataset = await tabfit.Dataset.fromFolder(files.map(([path, bytes]) => ({ path, file: new Blob([bytes]) })), { imageSize: size });
  const network = await tabfit.Sequential.create(layers, dataset, "cpu", 3);
  network.compile(compile);
  const stopping = new AbortController();
  let epochNow = 0;
  const stopper = {
    onEpochBegin: (epoch) => void (epochNow = epoch + 1),
    onTrainBatchEnd: (batch) => void (epochNow === stop.epoch && batch + 1 === stop.step && stopping.abort()),
  };
  await network.fit(dataset, { ...fit, callbacks: [...(fit.callbacks ?? []), stopper], signal: stopping.signal });
  // Other names in another folder: what is looked for is in the files.
  writeAll(join(root, "pictures"), files.map(([path, bytes], i) => [`moved/${i % 3}/${i}-${path.split("/").at(-1)}`, bytes]));
  writeAll(join(root, "run"), (await tabfit.exportRun(network, dataset)).map(({ name, bytes }) => [name, bytes]));
  const { epochs } = resumes ? await network.resume(dataset, { callbacks: [stopper] }) : { epochs: [] };
  return { epochs, network, dataset };
}
