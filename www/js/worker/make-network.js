/** The ways to get a network: new with random weights, opened from files, or a copy of another to train on. */

import { preset, Sequential } from "../../tabfit.js";

/**
 * @import { DatasetSummary, DeviceKind, ModelConfig } from "../../tabfit.js"
 * @import { KeptChoice, NewModel } from "../shared/protocol.js"
 */

/**
 * @param {NewModel} model
 * @param {number} imageSize
 * @param {number} classes
 * @returns {ModelConfig}
 */
export function modelConfig(model, imageSize, classes) {
  return "preset" in model ? preset(model.preset, imageSize, classes) : { imageSize, layers: model.layers };
}

/**
 * @param {NewModel} model
 * @param {Pick<DatasetSummary, "imageSize" | "classNames">} pictures
 * @param {DeviceKind} device
 * @param {number} seed
 */
export function newNetwork(model, { imageSize, classNames }, device, seed) {
  return Sequential.create(modelConfig(model, imageSize, classNames.length), classNames, device, seed);
}

/**
 * A copy of the network to train on: if the run is refused, the network itself is unchanged.
 *
 * @param {Sequential} network
 * @param {KeptChoice} choice
 * @param {DatasetSummary} pictures
 * @param {DeviceKind} device
 * @param {number} seed
 */
export async function copyToTrainOn(network, { replaceHead, sameOptimizer, frozen }, { classNames }, device, seed) {
  const copy = await Sequential.load(await network.save({ includeOptimizer: sameOptimizer }), device);
  try {
    if (replaceHead) copy.replaceHead(classNames, seed);
    const names = copy.info.summary.layers.filter(({ parameters }) => parameters > 0).map(({ name }) => name);
    copy.setTrainable(names.filter((name) => !frozen.includes(name)), true);
    copy.setTrainable(names.filter((name) => frozen.includes(name)), false);
    return copy;
  } catch (error) {
    copy.free();
    throw error;
  }
}

/**
 * Weights alone are loaded into a copy of the network in memory.
 *
 * @param {readonly File[]} files
 * @param {DeviceKind} device
 * @param {Sequential | null} current
 */
export async function openNetwork(files, device, current) {
  const read = await Promise.all(files.map(bytesOf));
  const [only] = read;
  const weightsOnly = only && read.length === 1 && /\.safetensors$/i.test(only.name) && !isDescribed(only.bytes);
  if (!current || !weightsOnly) return Sequential.import(read, device);
  const copy = await Sequential.load(await current.save(), device);
  try {
    copy.loadWeights(only.bytes);
    return copy;
  } catch (error) {
    copy.free();
    throw error;
  }
}

/**
 * Whether a safetensors file says what its weights are for: its header, JSON after eight bytes of length, has metadata.
 *
 * @param {Uint8Array} bytes
 */
function isDescribed(bytes) {
  const length = bytes.length > 8 ? Number(new DataView(bytes.buffer).getBigUint64(0, true)) : 0;
  return new TextDecoder().decode(bytes.subarray(8, 8 + length)).includes('"__metadata__"');
}

/** @param {File} file */
const bytesOf = async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
