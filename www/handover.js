/** A run as files that Keras goes on with on another machine. It is loaded when it is first asked for. */

import { handover } from "./parts.js";

/** @import { CallOptions, Dataset, ModelFile, Sequential } from "./webgpu/tabfit.js" */

/** The label of a picture that is in no part. */
const LEFT_OUT = 2 ** 32 - 1;
const TRAINING = 0;
const TEST = 2;

/** The state of the run, the network and the program. */
const PIECES = 3;

/** @param {string} sentence */
const refused = (sentence) => Object.assign(new Error(sentence), { name: "DatasetError" });

/** The numbers in a text such as "0-11,13". @param {string} ranges */
const numbersIn = (ranges) => ranges.split(",").flatMap((range) => {
  const [first = 0, last = first] = range.split("-").map(Number);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
});

/**
 * See `tabfit.d.ts`.
 *
 * @param {Sequential} network
 * @param {Dataset} dataset
 * @param {CallOptions | null} [options]
 * @returns {Promise<ModelFile[]>}
 */
export async function exportRun(network, dataset, options) {
  const { signal, onProgress } = options ?? {};
  signal?.throwIfAborted();
  const { manifest, unfinished, temperature } = network.info;
  if (!manifest?.split) throw refused("This network was not trained here, so it has no run to take along; fit it first.");
  const [{ paths, contents, parts }, labels] = [dataset.pictures, dataset.labels];
  if (String(dataset.checksums) !== String(manifest.pictures.hash)) {
    throw refused("These are not the pictures that the network was trained on; pick the same folder at the same size.");
  }
  if (paths.some((path) => path === "")) throw refused("These pictures came as pixels, and a run can only be taken along with files, which are found on the other machine.");
  /** @param {number[]} ids */
  const known = (ids) => ({ ids, labels: ids.map((id) => labels[id]), contents: ids.map((id) => contents[id]), paths: ids.map((id) => paths[id]) });
  const held = manifest.split.validation === null ? null : numbersIn(manifest.split.validation);
  const pictures = {
    version: 1,
    training: known(numbersIn(manifest.split.training)),
    validation: held && { ...known(held), heldOut: parts[held[0] ?? 0] === TRAINING },
    test: known(Array.from(labels.keys()).filter((id) => parts[id] === TEST && labels[id] !== LEFT_OUT)),
  };
  const state = await (unfinished ? network.checkpoint() : network.save({ includeOptimizer: true }));
  signal?.throwIfAborted();
  onProgress?.(1, PIECES);
  network.setTemperature(null); // as a layer it would be trained through
  const file = await network.export("keras-file", { signal }).finally(() => network.setTemperature(temperature));
  onProgress?.(2, PIECES);
  const program = await handover(signal);
  onProgress?.(PIECES, PIECES);
  /** @param {string} text */
  const bytes = (text) => new TextEncoder().encode(text);
  return [
    ...program.map(({ name, text }) => ({ name, bytes: bytes(text) })),
    { name: "pictures.json", bytes: bytes(JSON.stringify(pictures)) },
    { name: "state.tabfit", bytes: state },
    ...file.map((network) => ({ ...network, name: "network.keras" })),
  ];
}
