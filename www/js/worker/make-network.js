/**
 * The ways a network comes to be: drawn from a seed, opened from files, or trained on from another. Worker side.
 */

import { preset, Sequential } from "../../tabfit.js";

/**
 * @import { DatasetSummary, DeviceKind, ModelConfig } from "../../tabfit.js"
 * @import { KeptChoice, NewModel } from "../shared/protocol.js"
 */

/**
 * The layers of a preset, or the person's own.
 *
 * @param {NewModel} model
 * @param {number} imageSize
 * @param {number} classes
 * @returns {ModelConfig}
 */
export function written(model, imageSize, classes) {
  return "preset" in model ? preset(model.preset, imageSize, classes) : { imageSize, layers: model.layers };
}

/**
 * @param {NewModel} model
 * @param {Pick<DatasetSummary, "imageSize" | "classNames">} pictures
 * @param {DeviceKind} device
 * @param {number} seed
 */
export function newNetwork(model, { imageSize, classNames }, device, seed) {
  return Sequential.create(written(model, imageSize, classNames.length), classNames, device, seed);
}

/**
 * A copy, so that the network is still there when the run is refused.
 *
 * @param {Sequential} network
 * @param {KeptChoice} choice
 * @param {DatasetSummary} pictures
 * @param {DeviceKind} device
 * @param {number} seed
 */
export async function tunedNetwork(network, { replaceHead, frozen }, { classNames }, device, seed) {
  const copy = await Sequential.load(await network.save(), device);
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
 * One file is ours, unless it says otherwise; TensorFlow.js has two and more.
 *
 * @param {readonly File[]} files
 * @param {DeviceKind} device
 */
export async function openedNetwork(files, device) {
  const read = await Promise.all(files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })));
  const [only] = read;
  if (only && read.length === 1 && !/\.(safetensors|json|bin)$/i.test(only.name)) return Sequential.load(only.bytes, device);
  return Sequential.import(read, device);
}
