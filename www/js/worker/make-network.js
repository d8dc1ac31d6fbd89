/** The ways to get a network: new with random weights, opened from files, or a copy of another to train on. */

import { preset, Sequential, ZipFolder } from "../../tabfit.js";

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
 * A single file is a `.tabfit` file unless its name says otherwise; TensorFlow.js needs at least two, which may be packed into
 * a `.zip`, as this page exports them. Weights alone are loaded into a copy of the network in memory.
 *
 * @param {readonly File[]} files
 * @param {DeviceKind} device
 * @param {Sequential | null} current
 */
export async function openNetwork(files, device, current) {
  const [archive] = files;
  const isZip = archive && files.length === 1 && /\.zip$/i.test(archive.name);
  const read = isZip ? unpacked(archive) : await Promise.all(files.map(bytesOf));
  const [only] = read;
  const named = /\.(safetensors|json|bin|keras|h5|hdf5)$/i;
  if (only && read.length === 1 && !named.test(only.name)) return Sequential.load(only.bytes, device);
  const kerasWeights = only && read.length === 1 && /\.weights\.h5$/i.test(only.name);
  const weightsOnly = kerasWeights || (only && read.length === 1 && /\.safetensors$/i.test(only.name) && !isDescribed(only.bytes));
  if (!current || !weightsOnly) return Sequential.import(read, device);
  const copy = await Sequential.load(await current.save(), device);
  try {
    if (kerasWeights) await copy.loadKerasWeights(only.bytes);
    else copy.loadWeights(only.bytes);
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

/**
 * The files of an archive, under their names without folders.
 *
 * @param {File} archive
 */
function unpacked(archive) {
  const zip = new ZipFolder(archive);
  try {
    const files = zip.paths.flatMap((path, index) => (/(^|\/)[^/.][^/]*$/.test(path) ? [{ name: path.split("/").at(-1) ?? "", index }] : []));
    return files.map(({ name, index }) => ({ name, bytes: zip.read(index) }));
  } finally {
    zip.free();
  }
}
