/** A run as files that Keras goes on with on another machine. It is loaded when it is first asked for. */

import { handover } from "./parts.js";

/** @import { Dataset, ModelFile, PartPictures, Sequential } from "./webgpu/tabfit.js" */

/** A sentence that completes "The run cannot be taken along: ". @param {string} why */
const refused = (why) => Object.assign(new Error(`The run cannot be taken along: ${why}.`), { name: "DatasetError" });

/**
 * See `tabfit.d.ts`.
 *
 * @param {Sequential} network
 * @param {Dataset} dataset
 * @returns {Promise<ModelFile[]>}
 */
export async function exportRun(network, dataset) {
  const [{ training, validation, test }, { paths, contents }] = [network.runPictures(dataset), dataset.pictures];
  if (paths.some((path) => path === "")) throw refused("its pictures came as pixels, and it needs files to find on the other machine");
  /** @param {PartPictures | null} part */
  const known = (part) => part && { ...part, contents: part.ids.map((id) => contents[id]), paths: part.ids.map((id) => paths[id]) };
  const pictures = { version: 1, training: known(training), validation: known(validation), test: known(test) };
  const state = await (network.info.unfinished ? network.checkpoint() : network.save({ includeOptimizer: true }));
  const { temperature } = network;
  network.setTemperature(null); // as a layer it would be trained through
  const file = await network.export("keras-file").finally(() => network.setTemperature(temperature));
  /** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
  const bytes = (text) => new TextEncoder().encode(text);
  return [
    ...(await handover()).map(({ name, text }) => ({ name, bytes: bytes(text) })),
    { name: "pictures.json", bytes: bytes(JSON.stringify(pictures)) },
    { name: "state.tabfit", bytes: state },
    ...file.map((network) => ({ ...network, name: "network.keras" })),
  ];
}
