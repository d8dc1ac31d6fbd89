/** The ways to get a network: new with random weights, opened from files, or a copy of another to train on. */

import { pretrained } from "../../pretrained.js";
import { preset, Sequential } from "../../tabfit.js";
import { TrainerError } from "../shared/errors.js";

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
 * All weights are random, also of a network that has learnt before: for this, see `knowingNetwork`.
 *
 * @param {NewModel} model
 * @param {Pick<DatasetSummary, "imageSize" | "classNames">} pictures
 * @param {DeviceKind} device
 * @param {number} seed
 */
export function newNetwork(model, { imageSize, classNames }, device, seed) {
  return Sequential.create(modelConfig(model, imageSize, classNames.length), classNames, device, seed);
}

/** What networks have learnt before, of those whose file was whole. @type {Map<string, Uint8Array>} */
const learnt = new Map();
/** Those whose file was refused: the browser must not give the same one again. @type {Set<string>} */
const refused = new Set();

/**
 * A new network that knows what its preset has learnt before, if it is one that has. The file is fetched the first time.
 *
 * @param {NewModel} model
 * @param {Pick<DatasetSummary, "imageSize" | "classNames">} pictures
 * @param {DeviceKind} device
 * @param {number} seed
 * @param {AbortSignal} signal
 * @param {(name: string, loaded: number) => void} onProgress
 */
export async function knowingNetwork(model, pictures, device, seed, signal, onProgress) {
  const { pretrained: name = null } = model;
  if (name === null) return newNetwork(model, pictures, device, seed);
  const weights = learnt.get(name) ?? await fetchLearnt(name, signal, onProgress);
  const config = modelConfig(model, pictures.imageSize, pictures.classNames.length);
  try {
    const network = await Sequential.create(config, pictures.classNames, { device, seed, weights });
    learnt.set(name, weights);
    refused.delete(name);
    return network;
  } catch (error) {
    if (!learnt.has(name) && error instanceof Error && error.name === "ModelFileError") refused.add(name);
    throw error;
  }
}

/**
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {(name: string, loaded: number) => void} onProgress
 */
async function fetchLearnt(name, signal, onProgress) {
  try {
    return await pretrained(name, null, (loaded) => onProgress(name, loaded), { signal, cache: refused.has(name) ? "reload" : "default" });
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TrainerError("ModelFileError", `What ${name} has learnt could not be loaded (${reason}); press Fit to try again, or choose another network.`);
  }
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

/** Bytes, by the rules of safetensors. */
const LONGEST_HEADER = 100_000_000;

/**
 * Whether a safetensors file says what its weights are for: its header, JSON after eight bytes of length, has metadata.
 *
 * @param {Uint8Array} bytes
 */
export function isDescribed(bytes) {
  const length = bytes.length > 8 ? Math.min(Number(new DataView(bytes.buffer).getBigUint64(0, true)), LONGEST_HEADER) : 0;
  return new TextDecoder().decode(bytes.subarray(8, 8 + length)).includes('"__metadata__"');
}

/** @param {File} file */
const bytesOf = async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
